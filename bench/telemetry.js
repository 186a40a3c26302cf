'use strict';

// What OpenTelemetry adds to a call, with its SDK.

const { subscribe } = require('node:diagnostics_channel');
const { resolveRunId } = require('..');
const { instrumentRunIds } = require('../lib/opentelemetry/index.js');
const { KINDS } = require('../lib/opentelemetry/spans.js');
const { median } = require('./median.js');

const ROUNDS = 400;
const CALLS = 20_000;

/** Nanoseconds that metrics add to a call: the median over pairs of rounds, one of each without them. */
async function addedByMetrics(requests, mask) {
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const reader = new Reader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const timeOfCall = () => {
    const begin = performance.now();
    for (let i = 0; i < CALLS; i++) resolveRunId(requests[i & mask]);
    return ((performance.now() - begin) / CALLS) * 1e6;
  };
  const added = [];
  for (let round = 0; round < ROUNDS; round++) {
    const without = timeOfCall();
    const undo = instrumentRunIds({ meterProvider, spans: false });
    await reader.collect();
    added.push(timeOfCall() - without);
    undo();
  }
  return median(added);
}

/** The call to measure: a request that is resolved while a span records, which is another one for each 64. */
function onSpan(requests, mask, told) {
  const { context, trace } = require('@opentelemetry/api');
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  new NodeTracerProvider().register();
  const tracer = trace.getTracer('bench');
  if (told === 'spans') instrumentRunIds({ meterProvider: null });
  else for (const kind of KINDS) subscribe(`unified-run-id:${kind}`, () => {});
  let active;
  return (i) => {
    if ((i & mask) === 0) active = trace.setSpan(context.active(), tracer.startSpan('request'));
    return context.with(active, resolveRunId, undefined, requests[i & mask]);
  };
}

module.exports = { addedByMetrics, onSpan };
