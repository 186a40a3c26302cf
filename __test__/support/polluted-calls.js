'use strict';

// A program: makes calls while Object.prototype carries a property that was not there at load, as after a
// careless merge of a JSON body, and prints which of them then end in another way.

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { types } = require('node:util');
const api = require('../../index.js');
const { claimRunId, nearRunIds, rankNear } = require('../../lib/job-tracking/index.js');
const { bindRun, runWithRunId } = require('../../lib/context/index.js');
const { expectUnchanged, isolate, silence } = require('../../lib/testing/index.js');
const { NOON } = require('./issued.js');

const BASE = '250712-100505';
const RUN_ID = `${BASE}-Ann-Carver`;
const OTHER = '250101-000000-Mallory';

/** Not the counters, which every call changes. */
const FUNCTIONS = Object.keys(api).filter((name) => typeof api[name] === 'function' && name !== 'stats');

/** The result of each exported function for a run ID and a client. */
const answers = () =>
  FUNCTIONS.map((name) => {
    try {
      return { returned: api[name](BASE, 'Ann-Carver') };
    } catch (thrown) {
      return { thrown };
    }
  });

const CALLS = {
  answers,
  generate: () => api.generateTimestampRunId(),
  generateForClient: () => api.generateTimestampRunId('Ann-Carver'),
  generateForLostClient: () => api.generateTimestampRunId(null),
  generateOutOfRange: () => {
    api.configure({ now: () => 0 });
    return api.generateTimestampRunId();
  },
  isRunId: () => [api.isRunId(RUN_ID), api.isRunId({}), api.isRunId('x')],
  normalize: () => api.normalizeRunId(RUN_ID),
  normalizeString: () => api.normalizeRunId('foo-bar'),
  normalizeObject: () => api.normalizeRunId({}),
  getNormalized: () => api.getNormalizedRunId(RUN_ID),
  parseBase: () => api.parseRunId(BASE),
  parseClient: () => api.parseRunId(RUN_ID),
  parseObject: () => api.parseRunId({}),
  create: () => api.createClientRunId(BASE, 'Ann-Carver'),
  createTwice: () => api.createClientRunId(RUN_ID, 'Ann-Carver'),
  getBase: () => [api.getBaseRunId(RUN_ID), api.getClientId(RUN_ID), api.getClientId(BASE)],
  scan: () => api.scanRunIds(Buffer.from(`${RUN_ID} ${BASE}`)),
  resolveNothing: () => {
    const script = {};
    return [api.resolveRunIdWithSource(script), script];
  },
  resolveFrozen: () => api.resolveRunIdWithSource(Object.freeze({})),
  resolveNothingWithOptions: () => api.resolveRunIdWithSource({}, {}),
  resolveNothingForClient: () => api.resolveRunIdWithSource({}, { clientId: 'Ann-Carver' }),
  resolveMissing: () => api.resolveRunIdWithSource({}, { generate: false }),
  resolveEmptyRequest: () => {
    const req = { query: {}, body: {} };
    return [api.resolveRunIdWithSource(req), req];
  },
  resolveFrozenRequest: () => api.resolveRunIdWithSource(Object.freeze({ query: {} })),
  resolveQuery: () => api.resolveRunIdWithSource({ query: { runId: RUN_ID } }),
  resolveInherited: () => api.resolveRunIdWithSource(Object.create({ query: { runId: RUN_ID } })),
  resolveBadQuery: () => api.resolveRunIdWithSource({ query: { runId: [RUN_ID] }, body: { runId: BASE } }),
  resolveParent: () => api.resolveRunIdWithSource({}, RUN_ID),
  resolveParentOption: () => api.resolveRunIdWithSource({}, { parentRunId: RUN_ID }),
  resolveExpected: () =>
    api.resolveRunIdWithSource({ query: { runId: RUN_ID } }, { expectClientId: 'Ann-Carver' }),
  resolveUnexpected: () =>
    api.resolveRunIdWithSource({ query: { runId: RUN_ID } }, { expectClientId: 'Bob' }),
  resolveConflict: () =>
    api.resolveRunIdWithSource({ specificRunId: RUN_ID, body: { runId: OTHER } }, { onConflict: 'throw' }),
  resolveReport: () =>
    api.resolveRunIdWithSource({ specificRunId: RUN_ID, body: { runId: OTHER } }, { onConflict: 'report' }),
  resolveUnknownOption: () => api.resolveRunIdWithSource({}, { runId: RUN_ID }),
  resolveArray: () => api.resolveRunIdWithSource({}, [RUN_ID]),
  configureNothing: () => api.configure({}),
  configureService: () => api.configure({ service: 'acme-api' }),
  configureUnknown: () => api.configure({ unknown: true }),
  deprecated: () => api.generateRunId(),
  near: () => [nearRunIds(RUN_ID), rankNear(RUN_ID, [BASE, OTHER]), rankNear(RUN_ID, [])],
  claim: () => claimRunId({ create: () => true }),
  claimWithLook: () => {
    const rows = [];
    return claimRunId({ create: (runId) => rows.push(runId) > 0, get: () => [...rows] });
  },
  claimAfterClash: () => {
    let tries = 0;
    return claimRunId({ create: () => tries++ > 0, existing: (asked) => asked.slice(0, 2) });
  },
  claimAbove: () => {
    let tries = 0;
    return claimRunId({ create: () => tries++ > 0, greatest: (bound) => bound });
  },
  claimFailed: () => claimRunId({ create: () => Promise.reject(new Error('store')) }),
  claimOfNothing: () => claimRunId({}),
  bound: () => runWithRunId(RUN_ID, () => bindRun((one) => one)).length,
  unchanged: () => expectUnchanged(RUN_ID, () => api.normalizeRunId(RUN_ID)),
  changed: () => expectUnchanged(RUN_ID, () => api.normalizeRunId(BASE)),
  unseen: () => expectUnchanged(RUN_ID, () => api.resolveRunId({}, { parentRunId: OTHER })),
  isolated: () =>
    isolate(({ clock, events }) => {
      clock.set('2025-07-12T10:05:05Z');
      silence();
      return [api.generateTimestampRunId(), events().length];
    }),
};

/** Calls that use AsyncLocalStorage, which itself fails where `Object.prototype` has the key 0. */
const IN_CONTEXT = ['bound', 'unchanged', 'changed', 'unseen', 'isolated'];

/** Calls whose store returns lists, on which JavaScript itself looks for `then`. */
const OF_LISTS = ['claimWithLook', 'claimAfterClash'];

/** Properties that the library might read from an object that lacks them. */
const NAMES = [
  ...['specificRunId', 'query', 'body', 'headers', 'runId', 'parentRunId', 'clientId', 'generate'],
  ...['expectClientId', 'onConflict', 'sequenceFile', 'maxLeadSeconds', 'logger', 'debug', 'service', 'now'],
  ...['code', 'statusCode', 'message', 'source', 'received', 'hint', 'path', 'retryAfterMs'],
  ...['baseRunId', 'startedAtMs', 'startedAt', 'leadSeconds', 'warning', 'warn', 'name', 'stack', 'cause'],
  ...['get', 'set', 'value', 'writable', 'enumerable', 'configurable', 'accepts', 'wants', 'known'],
  ...[
    'isRunId',
    'shown',
    'undo',
    'found',
    'channel',
    'logged',
    'length',
    'then',
    'toJSON',
    '0',
    'type',
    'detail',
  ],
  ...['otherRunId', 'otherSource', 'settings', 'event', 'op', 'at', 'within', 'action', 'outcome'],
  ...['thread', 'clock', 'sights', 'outer', 'silences', 'own', 'isOwn', 'isShared', 'exact', 'base'],
];

const VALUES = {
  'a run ID': OTHER,
  false: false,
  zero: 0,
  'an object': { runId: OTHER },
  'a function': () => Date.UTC(2030, 0, 1),
};

const EVENTS = ['generate', 'resolve', 'pass', 'reject', 'conflict', 'configure'];

/** A copy without prototypes, made while nothing is polluted. */
function snapshot(value) {
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : value;
  if (value instanceof Date) return value.getTime();
  const copy = { __proto__: null };
  for (const key of Reflect.ownKeys(value)) {
    if (['stack', 'time', 'at', 'n'].includes(key)) continue;
    copy[String(key)] = snapshot(Reflect.getOwnPropertyDescriptor(value, key).value);
  }
  if (value instanceof Error) copy.constructor = value.constructor.name;
  return copy;
}

/** What a call does: its result or error, the events it emits, and the settings it leaves behind. */
async function outcome(call, isListening, pollute, clean) {
  const logged = [];
  const events = [];
  const listen = (event) => events.push(event);
  api.configure({
    now: () => NOON,
    logger: (event) => logged.push(event),
    debug: false,
    service: 'before',
    maxLeadSeconds: 1,
  });
  if (isListening) for (const name of EVENTS) subscribe(`unified-run-id:${name}`, listen);
  let result;
  pollute();
  try {
    const answer = call();
    result = { returned: types.isPromise(answer) ? await answer : answer };
  } catch (thrown) {
    result = { thrown };
  }
  clean();
  if (isListening) for (const name of EVENTS) unsubscribe(`unified-run-id:${name}`, listen);
  return JSON.stringify(snapshot({ result, events, settings: settings(logged) }));
}

/** The settings in force, as far as they show; `logged` is what the logger set before is called with. */
function settings(logged) {
  const next = [];
  for (let count = 0; count < 3; count++) {
    try {
      next.push(api.generateTimestampRunId());
    } catch (error) {
      next.push(error.code);
    }
  }
  // Only while debugging does a run ID that passes reach the logger.
  logged.length = 0;
  api.normalizeRunId(BASE);
  const whileAsBefore = logged.length;
  api.configure({ debug: true });
  logged.length = 0;
  api.normalizeRunId(BASE);
  return { next, whileAsBefore, whileDebugging: logged.map(({ event, service }) => [event, service]) };
}

async function main() {
  const differences = [];
  for (const [callName, call] of Object.entries(CALLS)) {
    for (const isListening of [false, true]) {
      const expected = await outcome(
        call,
        isListening,
        () => {},
        () => {},
      );
      for (const name of NAMES) {
        if (name === '0' && IN_CONTEXT.includes(callName)) continue;
        if (name === 'then' && OF_LISTS.includes(callName)) continue;
        const original = Object.getOwnPropertyDescriptor(Object.prototype, name);
        for (const [title, value] of Object.entries(VALUES)) {
          const actual = await outcome(
            call,
            isListening,
            () => {
              Object.prototype[name] = value;
            },
            () => {
              if (original === undefined) delete Object.prototype[name];
              else Object.defineProperty(Object.prototype, name, original);
            },
          );
          if (actual !== expected) {
            differences.push({ call: callName, polluted: `${name} is ${title}`, expected, actual });
          }
        }
      }
    }
  }
  process.stdout.write(JSON.stringify(differences));
}

main();
