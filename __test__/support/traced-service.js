'use strict';

// A service with OpenTelemetry as docs/observability.md shows it. It prints its port. The service at NEXT, if there is one,
// is asked with the run in lower case.

const { trace } = require('@opentelemetry/api');
const { BaggageSpanProcessor } = require('@opentelemetry/baggage-span-processor');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { instrumentRunIds } = require('unified-run-id/opentelemetry');

const provider = new NodeTracerProvider({
  spanProcessors: [
    new BaggageSpanProcessor((key) => key === 'run.id'),
    new BatchSpanProcessor(new OTLPTraceExporter()),
  ],
});
provider.register();
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
instrumentRunIds({ meterProvider: null, baggage: { hosts: ['localhost'], internal: true } });

const http = require('node:http');
const { currentRunId } = require('unified-run-id/context');
const { runIdBoundary } = require('unified-run-id/http');

async function answer() {
  const next = process.env.NEXT;
  trace
    .getTracer('test')
    .startSpan(`work of ${next ? 'api' : 'scorer'}`)
    .end();
  if (!next) return 'scored';
  const asked = await fetch(`${next}/?runId=${currentRunId().toLowerCase()}`);
  return asked.text();
}

const server = http.createServer(
  runIdBoundary(async (_request, response) => {
    const text = await answer();
    response.end(text);
  }),
);
// No host: both families, as `localhost` may be of either.
server.listen(0, () => console.log(server.address().port));

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await provider.shutdown();
  process.exit();
});
