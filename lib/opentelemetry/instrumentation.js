'use strict';

// Which meter providers observe the counts, whether events are recorded on spans, and which baggage is sent and compared:
// one state for all copies of the package in this thread, so that nothing is reported twice.

const { PROCESS } = require('../binding.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { onArrival } = require('../core/arrival.js');
const { emit } = require('../events/events.js');
const { countBaggage, stats } = require('../events/stats.js');
const { currentRunId } = require('../context/run-in-hand.js');
const { HEADER } = require('./baggage.js');
const { hostNamed } = require('./hosts.js');
const { Instrumented } = require('./instrumented.js');
const { NAME, VERSION } = require('./scope.js');

const OPTIONS = {
  meterProvider: {
    accepts: (value) => value === null || typeof value?.getMeter === 'function',
    wants: 'an OpenTelemetry MeterProvider, or null for no metrics',
  },
  spans: {
    accepts: (value) => typeof value === 'boolean' || value === 'records',
    wants: "true, false or 'records'",
  },
  baggage: {
    accepts: (value) => value === false || isPlainObject(value),
    wants: 'false or a plain object: { hosts, queues, internal }',
  },
};

const BAGGAGE_OPTIONS = {
  hosts: {
    accepts: (value) => isListOf(value, (host) => hostNamed(host) !== undefined),
    wants: 'an array of host names, without scheme, port, path or wildcard',
  },
  queues: {
    accepts: (value) => isListOf(value, (queue) => typeof queue === 'string' && queue !== ''),
    wants: 'an array of queue names',
  },
  internal: {
    accepts: (value) => typeof value === 'boolean' || typeof value === 'function',
    wants: 'true, false or a function that takes the headers',
  },
};

function isListOf(value, accepts) {
  return Array.isArray(value) && value.every(accepts);
}

const INSTRUMENTED = Symbol.for('unified-run-id.instrumented.1');

function instrumentRunIds(options = {}) {
  if (!isPlainObject(options)) {
    throw typeError('instrumentRunIds: the options must be a plain object', instrumentRunIds);
  }
  const { meterProvider, spans = true, baggage = false } = readOptions(options, OPTIONS, instrumentRunIds);
  const wanted = baggage === false ? null : baggageUse(baggage);
  const api = loadApi();
  const provider = meterProvider === undefined ? api.metrics.getMeterProvider() : meterProvider;
  if (provider !== null) refuseNoop(provider, api);
  if (wanted !== null) requireBaggage(api);
  return sharedBy(api).add({ provider, spans, baggage: wanted, addon: PROCESS, readStats: stats });
}

/** @returns {import('./baggage.js').BaggageUse} */
function baggageUse(given) {
  const { hosts = [], queues = [], internal = false } = readOptions(given, BAGGAGE_OPTIONS, instrumentRunIds);
  return {
    hosts: new Set(hosts.map(hostNamed)),
    queues: new Set(queues),
    internal,
    currentRunId,
    onArrival,
    count: countBaggage,
    tellConflict: (caller, fields) => emit('conflict', caller, fields),
  };
}

function sharedBy(api) {
  if (!Object.hasOwn(globalThis, INSTRUMENTED)) {
    Object.defineProperty(globalThis, INSTRUMENTED, { __proto__: null, value: new Instrumented(api) });
  }
  return globalThis[INSTRUMENTED];
}

/** An optional peer: nothing else in the package needs it. */
function loadApi() {
  try {
    return require('@opentelemetry/api');
  } catch (cause) {
    if (cause?.code !== 'MODULE_NOT_FOUND') throw cause;
    throw failure('instrumentRunIds needs @opentelemetry/api: install it', 'ERR_RUN_ID_PEER', cause);
  }
}

/** Instruments of the no-op provider would stay empty forever, whatever is registered later. */
function refuseNoop(provider, api) {
  if (provider.getMeter(NAME, VERSION) !== api.createNoopMeter()) return;
  throw failure(
    'instrumentRunIds: no MeterProvider is registered. Call it after metrics.setGlobalMeterProvider(provider) or after ' +
      'starting the NodeSDK, or pass one: instrumentRunIds({ meterProvider })',
    'ERR_RUN_ID_METER_PROVIDER',
  );
}

/** A provider that is registered later replaces the placeholder. */
function requireBaggage(api) {
  if (api.propagation.fields().includes(HEADER)) return;
  throw failure(
    'instrumentRunIds: no baggage propagator is registered. Call it after starting the NodeSDK, or after ' +
      'propagation.setGlobalPropagator() with a W3CBaggagePropagator among its propagators',
    'ERR_RUN_ID_PROPAGATOR',
  );
}

function failure(message, code, cause) {
  const error = Object.assign(new Error(message, cause && { cause }), { code });
  Error.captureStackTrace?.(error, instrumentRunIds);
  return error;
}

module.exports = { instrumentRunIds };
