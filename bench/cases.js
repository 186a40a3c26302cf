'use strict';

// The calls that are measured, in the order of the table. A process runs one of them, so modules are
// required inside: modules that only other cases need must not be loaded.
//
// title, unit, bounds: see table.js
// prepare   returns the call to measure, a function that takes a consecutive number and returns a string
// measure   instead of prepare, if the result is not the time of a call: returns the result
// arrange   writes the files that all runs need into the folder, once
// flags     for node
// processes how many processes are measured in each round; by default 1
// long      whether it takes seconds, and is measured in fewer rounds

const path = require('node:path');
const { MASK, badRequests, badRunIds, emptyRequests, requests, runIds } = require('./inputs.js');

const PRODUCT = '..';
const PROBE = '../build/probe/unified-run-id.node';

/** So that no benchmark is refused an ID: the longest gets a few months ahead of the clock. */
const MAX_LEAD_SECONDS = 2e9;

/** How deep the stack is when an event is emitted. */
const LISTENER_DEPTH = 25;

const MIXED_CALLS = 10_000_000;

const AT_PLACE = { place: 'webhook' };

const CASES = {
  floorRead: {
    title: 'N-API floor: text in, same text out',
    unit: 'ns',
    prepare() {
      const { floorRead } = require(PROBE);
      return (i) => floorRead(runIds[i & MASK]);
    },
  },

  normalize: {
    title: 'normalizeRunId(valid)',
    unit: 'ns',
    bounds: [
      { of: 'floorRead', atMost: 1.6 },
      { of: 'regex', atMost: 1 },
    ],
    prepare() {
      const { normalizeRunId } = require(PRODUCT);
      return (i) => normalizeRunId(runIds[i & MASK]);
    },
  },

  passListened: {
    title: 'normalizeRunId(valid), a listener that counts, 25 frames deep',
    unit: 'ns',
    bounds: [{ of: 'normalize', atMost: 100 }],
    prepare() {
      const { subscribe } = require('node:diagnostics_channel');
      const { normalizeRunId } = require(PRODUCT);
      let heard = 0;
      subscribe('unified-run-id:pass', () => (heard += 1));
      const call = (i, depth) => (depth === 0 ? normalizeRunId(runIds[i & MASK]) : call(i, depth - 1));
      return (i) => call(i, LISTENER_DEPTH);
    },
  },

  counting: {
    title: 'what stats() adds to a call',
    unit: 'ns',
    bounds: [{ atMost: 5 }],
    prepare() {
      const { resolved } = require('../lib/events/stats.js');
      return () => {
        resolved[0] += 1;
        return 'query';
      };
    },
  },

  metrics: {
    title: 'what metrics add to resolveRunId(req)',
    unit: 'ns',
    bounds: [{ atMost: 5 }],
    long: true,
    measure: () => require('./telemetry.js').addedByMetrics(requests, MASK),
  },

  baggageUndone: {
    title: 'what baggage adds to resolveRunId(req) after it was undone',
    unit: 'ns',
    bounds: [{ atMost: 5 }],
    long: true,
    measure: () => require('./telemetry.js').addedByBaggage(requests, MASK, true),
  },

  baggage: {
    title: 'what baggage adds to resolveRunId(req) if none has arrived',
    unit: 'ns',
    bounds: [{ of: 'resolve', atMost: 0.85 }],
    long: true,
    measure: () => require('./telemetry.js').addedByBaggage(requests, MASK, false),
  },

  propagate: {
    title: 'what OpenTelemetry propagates with a request, in a run',
    unit: 'µs',
    prepare: () => require('./telemetry.js').propagating(runIds, MASK, null),
  },

  propagateUnlisted: {
    title: 'the same with baggage, to a host that is not listed',
    unit: 'µs',
    bounds: [{ of: 'propagate', atMost: 2.5 }],
    prepare: () => require('./telemetry.js').propagating(runIds, MASK, ['queue.internal']),
  },

  propagateByHand: {
    title: 'a run ID that the application puts into the baggage itself',
    unit: 'µs',
    prepare: () => require('./telemetry.js').propagatingByHand(runIds, MASK),
  },

  propagateRun: {
    title: 'in a run, with baggage, to a host that is listed',
    unit: 'µs',
    bounds: [{ of: 'propagateByHand', atMost: 2.5 }],
    prepare: () => require('./telemetry.js').propagating(runIds, MASK, ['api.internal']),
  },

  resolveListened: {
    title: 'resolveRunId(req) on a recording span, listeners that do nothing',
    unit: 'µs',
    prepare: () => require('./telemetry.js').onSpan(requests, MASK, 'listeners'),
  },

  resolveOnSpan: {
    title: 'the same, recorded on the span',
    unit: 'µs',
    bounds: [{ of: 'resolveListened', atMost: 1.3 }],
    prepare: () => require('./telemetry.js').onSpan(requests, MASK, 'spans'),
  },

  regex: {
    title: 'JavaScript regex of the same grammar',
    unit: 'ns',
    prepare() {
      const pattern = new RegExp(require(PRODUCT).RUN_ID_PATTERN);
      const check = (runId) => {
        if (typeof runId === 'string' && pattern.test(runId)) return runId;
        throw new TypeError('Not a run ID');
      };
      return (i) => check(runIds[i & MASK]);
    },
  },

  resolve: {
    title: 'resolveRunId(req), from the query',
    unit: 'ns',
    bounds: [{ of: 'normalize', atMost: 1.8 }],
    prepare() {
      const { resolveRunId } = require(PRODUCT);
      return (i) => resolveRunId(requests[i & MASK]);
    },
  },

  observePlace: observing('observeRunId(valid, { place })', 1, ({ observeRunId }, i) =>
    observeRunId(runIds[i & MASK], AT_PLACE),
  ),
  observeRefused: observing('the same of what would be refused', 1, ({ observeRunId }, i) =>
    observeRunId(badRunIds[i & MASK], AT_PLACE),
  ),
  observeSite: observing(
    'observeRunId(valid), where the line that calls has to be found',
    5,
    ({ observeRunId }, i) => observeRunId(runIds[i & MASK]),
  ),
  observeSiteRefused: observing('the same of what would be refused', 5, ({ observeRunId }, i) =>
    observeRunId(badRunIds[i & MASK]),
  ),
  ...observingRequests('Place', '{ place }', 1, AT_PLACE),
  ...observingRequests('Site', 'the line that calls has to be found', 5),

  floorString: {
    title: 'N-API floor: 13 characters out',
    unit: 'ns',
    prepare() {
      const { floorString } = require(PROBE);
      return () => floorString();
    },
  },

  generate: {
    title: 'generateTimestampRunId()',
    unit: 'ns',
    bounds: [
      { of: 'floorString', atMost: 2.2 },
      { of: 'uuid', atMost: 0.6 },
      { of: 'dateFns', atMost: 1 / 25 },
    ],
    prepare() {
      const { configure, generateTimestampRunId } = require(PRODUCT);
      configure({ maxLeadSeconds: MAX_LEAD_SECONDS, logger: null });
      return () => generateTimestampRunId();
    },
  },

  uuid: {
    title: 'crypto.randomUUID()',
    unit: 'ns',
    prepare() {
      const { randomUUID } = require('node:crypto');
      return () => randomUUID();
    },
  },

  dateFns: {
    title: "date-fns format(new Date(), 'yyMMdd-HHmmss')",
    unit: 'ns',
    prepare() {
      const { format } = require('date-fns');
      return () => format(new Date(), 'yyMMdd-HHmmss');
    },
  },

  reject: {
    title: 'normalizeRunId(bad), caught, logger: null',
    unit: 'ns',
    bounds: [{ of: 'plainThrow', atMost: 2 }],
    prepare() {
      const { configure, normalizeRunId } = require(PRODUCT);
      configure({ logger: null });
      return (i) => caughtCode(normalizeRunId, badRunIds[i & MASK]);
    },
  },

  plainThrow: {
    title: 'throw new Error() with a code, caught',
    unit: 'ns',
    prepare() {
      const refuse = (runId) => {
        const error = new Error(runId);
        error.code = 'ERR_PLAIN';
        throw error;
      };
      return (i) => caughtCode(refuse, badRunIds[i & MASK]);
    },
  },

  sequence: {
    title: 'generateTimestampRunId(), sequenceFile',
    unit: 'µs',
    bounds: [{ atMost: 10 }],
    prepare({ folder }) {
      const { configure, generateTimestampRunId } = require(PRODUCT);
      const sequenceFile = path.join(folder, `sequence-${process.pid}`);
      configure({ sequenceFile, maxLeadSeconds: MAX_LEAD_SECONDS, logger: null });
      return () => generateTimestampRunId();
    },
  },

  extractData: extracting('data', (runId) => ({ leads: 5, runId })),
  extractHeaders: extracting('headers', (runId) => ({
    host: 'acme.example',
    accept: '*/*',
    'content-type': 'application/json',
    'run-id': runId,
  })),
  extractBullmq: extracting('bullmq', (runId) => ({
    id: '7',
    name: 'score',
    data: { leads: 5, runId },
    opts: { attempts: 3 },
  })),
  extractKafka: extracting('kafka', (runId) => ({
    key: null,
    value: Buffer.from('{}'),
    headers: { trace: Buffer.from('a'), 'run-id': Buffer.from(runId) },
  })),
  extractSqs: extracting('sqs', (runId) => ({
    MessageId: '7',
    Body: '{}',
    MessageAttributes: { RunId: { DataType: 'String', StringValue: runId } },
  })),

  injectData: injecting('data', { leads: 5 }),
  injectHeaders: injecting('headers', { accept: '*/*', 'content-type': 'application/json' }),
  injectKafka: injecting('kafka', { trace: 'a' }),
  injectSqs: injecting('sqs', {}),

  memory: {
    title: 'RSS growth, second 10 million mixed calls',
    unit: 'MB',
    bounds: [{ below: 2 }],
    flags: ['--expose-gc'],
    long: true,
    measure() {
      const mixed = require('./mixed.js').prepare(MAX_LEAD_SECONDS);
      mixed(MIXED_CALLS);
      const before = settledRss();
      mixed(MIXED_CALLS);
      return (settledRss() - before) / 2 ** 20;
    },
  },

  coldRequire: {
    title: "require('unified-run-id') as packed, cold",
    unit: 'ms',
    bounds: [{ atMost: 5 }],
    processes: 3,
    arrange: ({ folder }) => require('../tools/packed-tree.js').writePackedTree(packedIn(folder)),
    measure: ({ folder }) => timeOfRequire(packedIn(folder)),
  },

  coldSources: {
    title: 'the same from the sources, a file for each module',
    unit: 'ms',
    processes: 3,
    measure: () => timeOfRequire(path.join(__dirname, PRODUCT)),
  },
};

const packedIn = (folder) => path.join(folder, 'packed');

/** Milliseconds. */
function timeOfRequire(file) {
  const begin = process.hrtime.bigint();
  require(file);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** Without listeners. */
function observing(title, atMost, observe) {
  return {
    title,
    unit: 'µs',
    bounds: [{ atMost }],
    prepare() {
      require(PRODUCT).configure({ logger: null });
      const observers = require('../lib/observe/index.js');
      return (i) => String(observe(observers, i));
    },
  };
}

/** Each outcome of observeResolve. */
function observingRequests(key, title, atMost, options) {
  const outcomes = [
    ['Same', 'same', (i) => [requests[i & MASK], runIds[i & MASK]]],
    ['Differs', 'differs', (i) => [requests[i & MASK], runIds[(i + 1) & MASK]]],
    ['Throw', 'would throw', (i) => [badRequests[i & MASK], runIds[i & MASK]]],
    ['Generate', 'would generate', (i) => [emptyRequests[i & MASK], runIds[i & MASK]]],
  ];
  return Object.fromEntries(
    outcomes.map(([name, outcome, given]) => {
      const observe = ({ observeResolve }, i) => observeResolve(...given(i), options);
      return [
        `observe${key}${name}`,
        observing(`observeResolve(req, used), ${title}: ${outcome}`, atMost, observe),
      ];
    }),
  );
}

/** Without listeners, as in most receivers. */
function extracting(name, carrierOf) {
  return {
    title: `extract(carrier, '${name}'), logger: null`,
    unit: 'µs',
    bounds: [{ atMost: 0.3 }],
    prepare() {
      const { configure } = require(PRODUCT);
      const { extract } = require('../lib/context/index.js');
      configure({ logger: null });
      const carriers = runIds.map(carrierOf);
      return (i) => extract(carriers[i & MASK], name);
    },
  };
}

/** Within a run, which `inject` has to look up. */
function injecting(name, carrier) {
  return {
    title: `inject(carrier, '${name}'), logger: null`,
    unit: 'µs',
    bounds: [{ atMost: 1.5 }],
    prepare() {
      const { configure } = require(PRODUCT);
      const { inject } = require('../lib/context/index.js');
      const { storage } = require('../lib/context/run-in-hand.js');
      configure({ logger: null });
      storage.enterWith({ runId: runIds[0] });
      return () => {
        last.carrier = inject(carrier, name);
        return name;
      };
    },
  };
}

/** Keeps the last copy: V8 would not create all of one that is never used. */
const last = { carrier: null };

/** The same frames between the loop and the error in all cases. */
function caughtCode(call, value) {
  try {
    call(value);
  } catch (error) {
    return error.code;
  }
  throw new Error('Nothing was thrown');
}

/** Twice, because finalizers run in between. */
function settledRss() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage.rss();
}

module.exports = { CASES };
