'use strict';

// Logs as docs/observability.md shows, and prints the result for two lines of each logger, one of them in a run: the
// OpenTelemetry records, and the lines themselves.

const { Writable } = require('node:stream');
const { trace } = require('@opentelemetry/api');
const { logs } = require('@opentelemetry/api-logs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino');
const { WinstonInstrumentation } = require('@opentelemetry/instrumentation-winston');
const {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
} = require('@opentelemetry/sdk-logs');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { currentRunId, runWithRunId } = require('unified-run-id/context');
const { RunIdLogRecordProcessor } = require('unified-run-id/opentelemetry');

const exporter = new InMemoryLogRecordExporter();
const lines = [];
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(JSON.parse(chunk));
    done();
  },
});

const provider = new LoggerProvider({
  processors: [new RunIdLogRecordProcessor(), new BatchLogRecordProcessor({ exporter })],
});
logs.setGlobalLoggerProvider(provider);
registerInstrumentations({ instrumentations: [new PinoInstrumentation(), new WinstonInstrumentation()] });
new NodeTracerProvider().register();

const pino = require('pino');
const winston = require('winston');

const inHand = () => ({ runId: currentRunId(), trace_id: trace.getActiveSpan()?.spanContext().traceId });
const pinoLog = pino({ mixin: inHand }, stream);
const winstonLog = winston.createLogger({
  format: winston.format.combine(
    winston.format((info) => Object.assign(info, inHand()))(),
    winston.format.json(),
  ),
  transports: [new winston.transports.Stream({ stream })],
});

async function main() {
  const tracer = trace.getTracer('test');
  await tracer.startActiveSpan('request', async (span) => {
    for (const logger of [pinoLog, winstonLog]) {
      logger.info('outside');
      await runWithRunId('251006-143000-Ann-Carver', async () => {
        await null;
        logger.info('inside');
      });
    }
    span.end();
  });
  await provider.forceFlush();
  const records = exporter.getFinishedLogRecords().map(({ body, attributes, spanContext }) => ({
    body,
    runId: attributes['run.id'] ?? null,
    clientId: attributes['run.client_id'] ?? null,
    hasTrace: spanContext !== undefined,
  }));
  const told = lines.map((line) => ({
    body: line.msg ?? line.message,
    runId: line.runId ?? null,
    hasTrace: /^[0-9a-f]{32}$/.test(line.trace_id),
  }));
  console.log(JSON.stringify({ records, told }));
}

main();
