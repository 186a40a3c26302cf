'use strict';

// Which meter providers observe the counts, and whether events are told on spans: one state for all copies of the
// package in this thread, so that nothing is told twice.

const { PROCESS } = require('../binding.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { stats } = require('../events/stats.js');
const { Instrumented } = require('./instrumented.js');
const { NAME, VERSION } = require('./scope.js');

const OPTIONS = {
  meterProvider: {
    accepts: (value) => value === null || typeof value?.getMeter === 'function',
    wants: 'a MeterProvider of OpenTelemetry, or null for no metrics',
  },
  spans: {
    accepts: (value) => typeof value === 'boolean' || value === 'records',
    wants: "true, false or 'records'",
  },
};

const INSTRUMENTED = Symbol.for('unified-run-id.instrumented.1');

function instrumentRunIds(options = {}) {
  if (!isPlainObject(options)) {
    throw typeError('instrumentRunIds: the options must be a plain object', instrumentRunIds);
  }
  const { meterProvider, spans = true } = readOptions(options, OPTIONS, instrumentRunIds);
  const api = loadApi();
  const provider = meterProvider === undefined ? api.metrics.getMeterProvider() : meterProvider;
  if (provider !== null) refuseNoop(provider, api);
  return sharedBy(api).add({ provider, spans, addon: PROCESS, readStats: stats });
}

function sharedBy(api) {
  if (!Object.hasOwn(globalThis, INSTRUMENTED)) {
    Object.defineProperty(globalThis, INSTRUMENTED, { __proto__: null, value: new Instrumented(api) });
  }
  return globalThis[INSTRUMENTED];
}

/** An optional peer: nothing else of the package needs it. */
function loadApi() {
  try {
    return require('@opentelemetry/api');
  } catch (cause) {
    if (cause?.code !== 'MODULE_NOT_FOUND') throw cause;
    throw failure('instrumentRunIds needs @opentelemetry/api: install it', 'ERR_RUN_ID_PEER', cause);
  }
}

/** Instruments of the provider that does nothing would do so for ever, whatever is registered later. */
function refuseNoop(provider, api) {
  if (provider.getMeter(NAME, VERSION) !== api.createNoopMeter()) return;
  throw failure(
    'instrumentRunIds: no MeterProvider is registered. Call it after metrics.setGlobalMeterProvider(provider) or after ' +
      'the NodeSDK was started, or give it one: instrumentRunIds({ meterProvider })',
    'ERR_RUN_ID_METER_PROVIDER',
  );
}

function failure(message, code, cause) {
  const error = Object.assign(new Error(message, cause && { cause }), { code });
  Error.captureStackTrace?.(error, instrumentRunIds);
  return error;
}

module.exports = { instrumentRunIds };
