'use strict';

// What OpenTelemetry adds to a call, with its SDK.

const { subscribe } = require('node:diagnostics_channel');
const { resolveRunId } = require('..');
const { instrumentRunIds } = require('../lib/opentelemetry/index.js');
const { KINDS } = require('../lib/opentelemetry/spans.js');
const { median } = require('./median.js');

const ROUNDS = 400;
const CALLS = 20_000;

/** Nanoseconds that metrics add to a call. */
async function addedByMetrics(requests, mask) {
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const reader = new Reader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  return added(requests, mask, async () => {
    const undo = instrumentRunIds({ meterProvider, spans: false });
    await reader.collect();
    return undo;
  });
}

/** Nanoseconds that baggage adds to a call: if none has arrived, or after it was undone. */
async function addedByBaggage(requests, mask, isUndone) {
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  new NodeTracerProvider().register();
  return added(requests, mask, () => {
    const undo = instrumentRunIds({ meterProvider: null, spans: false, baggage: {} });
    if (isUndone) undo();
    return undo;
  });
}

/** The median difference between rounds with it and without it. */
async function added(requests, mask, instrument) {
  const timeOfCall = () => {
    const begin = performance.now();
    for (let i = 0; i < CALLS; i++) resolveRunId(requests[i & mask]);
    return ((performance.now() - begin) / CALLS) * 1e6;
  };
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const without = timeOfCall();
    const undo = await instrument();
    times.push(timeOfCall() - without);
    undo();
  }
  return median(times);
}

/** The call to measure: propagating the context with a request to a host, within a run; these hosts are listed. */
function propagating(runIds, mask, hosts) {
  const { context, propagation, SpanKind, trace } = require('@opentelemetry/api');
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  const { runWithRunId } = require('../lib/context/index.js');
  new NodeTracerProvider().register();
  if (hosts !== null) instrumentRunIds({ meterProvider: null, spans: false, baggage: { hosts } });
  const options = { kind: SpanKind.CLIENT, attributes: { 'server.address': 'api.internal' } };
  const span = trace.getTracer('bench').startSpan('GET', options);
  const active = trace.setSpan(context.active(), span);
  const propagate = () => {
    const headers = {};
    propagation.inject(active, headers);
    return headers.baggage ?? headers.traceparent;
  };
  return (i) => runWithRunId(runIds[i & mask], propagate);
}

/** The call to measure: propagating a run ID that the application itself puts into the baggage. */
function propagatingByHand(runIds, mask) {
  const { context, propagation, trace } = require('@opentelemetry/api');
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  new NodeTracerProvider().register();
  const active = trace.setSpan(context.active(), trace.getTracer('bench').startSpan('GET'));
  return (i) => {
    const baggage = propagation.createBaggage().setEntry('run.id', { value: runIds[i & mask] });
    const headers = {};
    propagation.inject(propagation.setBaggage(active, baggage), headers);
    return headers.baggage;
  };
}

/** The call to measure: resolving a request while a span records; each span gets 64 requests. */
function onSpan(requests, mask, by) {
  const { context, trace } = require('@opentelemetry/api');
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  new NodeTracerProvider().register();
  const tracer = trace.getTracer('bench');
  if (by === 'spans') instrumentRunIds({ meterProvider: null });
  else for (const kind of KINDS) subscribe(`unified-run-id:${kind}`, () => {});
  let active;
  return (i) => {
    if ((i & mask) === 0) active = trace.setSpan(context.active(), tracer.startSpan('request'));
    return context.with(active, resolveRunId, undefined, requests[i & mask]);
  };
}

module.exports = { addedByBaggage, addedByMetrics, onSpan, propagating, propagatingByHand };
