// What OpenTelemetry's SDK is given and gives.

import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  type BaggageOptions,
  type InstrumentationOptions,
  instrumentRunIds,
  RunIdLogRecordProcessor,
} from 'unified-run-id/opentelemetry';

const undo: () => void = instrumentRunIds();
undo();
export const options: InstrumentationOptions = { meterProvider: new MeterProvider(), spans: 'records' };
instrumentRunIds(options);
instrumentRunIds({ meterProvider: null, spans: false });
instrumentRunIds({ meterProvider: undefined, spans: undefined });
const hosts = ['api.internal'] as const;
export const baggage: BaggageOptions = {
  hosts,
  queues: ['leads'],
  internal: (headers) => headers['x-acme-token'] === 'secret',
};
instrumentRunIds({ baggage });
instrumentRunIds({ baggage: {} });
instrumentRunIds({ baggage: false });
export const processor: LogRecordProcessor = new RunIdLogRecordProcessor();
export const provider = new LoggerProvider({ processors: [new RunIdLogRecordProcessor()] });

// @ts-expect-error
instrumentRunIds({ spans: 'all' });
// @ts-expect-error
instrumentRunIds({ meterProvider: {} });
// @ts-expect-error
instrumentRunIds({ baggage: true });
// @ts-expect-error
instrumentRunIds({ baggage: { hosts: 'api.internal' } });
// @ts-expect-error
instrumentRunIds({ baggage: { internal: () => 'yes' } });
// @ts-expect-error
instrumentRunIds({ baggage: { host: ['api.internal'] } });
// @ts-expect-error
instrumentRunIds(null);
