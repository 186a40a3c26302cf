'use strict';

// Finds the run ID of a request: the sources in their order, each read lazily and once. SPEC §4.

const binding = require('../binding.js');
const { arrived } = require('./arrival.js');
const { Refused, channels, emit, refuse, reject } = require('../events/events.js');
const { countResolved, resolved } = require('../events/stats.js');
const { issue, readClock, tell } = require('./generate.js');
const { MARKED, canMark, keepRun, mark, reserve, sourceOfMarked } = require('./mark.js');
const { runBehind, runInHand } = require('../events/operation.js');
const { isPlainObject, readOptions } = require('./options.js');
const { HOLDERS, READERS, runIdIn, takesMark } = require('./request.js');
const {
  baseOf,
  isRunId,
  notARunId,
  otherClient,
  refusedClientId,
  refusedOtherClient,
  refusedRunId,
} = require('./run-id.js');

const { CODES, GENERATED, MAX_LENGTH, SOURCES } = binding;
const passes = binding.pass;
const resolveChannel = channels.resolve;
const conflictChannel = channels.conflict;
const QUERY = SOURCES.findIndex(({ name }) => name === 'query');
const BODY = SOURCES.findIndex(({ name }) => name === 'body');
const HEADER = SOURCES.findIndex(({ name }) => name === 'header');

const OPTIONS = {
  parentRunId: null,
  clientId: null,
  generate: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  expectClientId: null,
  onConflict: { accepts: (value) => value === 'report' || value === 'throw', wants: "'report' or 'throw'" },
};

/** The source of the run in hand, in events: it is not one of the request's. */
const RUN_IN_HAND = 'context';

const NO_OPTIONS = Object.freeze({ __proto__: null });

/** The options of a trial without any. A separate object, because what is found with it is not counted as resolved. */
const NO_TRIAL_OPTIONS = Object.freeze({ __proto__: null });

function resolveRunId(req, parentRunIdOrOptions) {
  return arrived(resolveRunId, resolve(req, parentRunIdOrOptions, resolveRunId)).runId;
}

function resolveRunIdWithSource(req, parentRunIdOrOptions) {
  return arrived(resolveRunIdWithSource, resolve(req, parentRunIdOrOptions, resolveRunIdWithSource));
}

/**
 * @param {import('../events/events.js').Caller} caller a trial is not reported to listeners that compare arrivals
 * @returns {any} `{ runId, source }`; for a trial, possibly a `Refused` instead, and null as the ID of a new run
 */
function resolve(req, second, caller) {
  if ((typeof req !== 'object' || req === null) && typeof req !== 'function') {
    return refuse(notARequest(req, caller), caller);
  }
  if (typeof second === 'string' || second === undefined || second === null) {
    return resolveChecked(req, second, NO_OPTIONS, caller);
  }
  const options = readSecond(second, caller);
  if (options instanceof Refused) return options;
  return resolveChecked(req, options.parentRunId, options, caller);
}

/**
 * Resolves with options that have been checked.
 *
 * @param {import('../events/events.js').Caller} caller the public function, or the boundary, that errors and events name
 * @returns {any} as `resolve` does
 */
function resolveChecked(req, parentRunId, options, caller) {
  let query;
  let body;
  for (let at = 0; at < READERS.length; at++) {
    const held = READERS[at](req, parentRunId, options);
    const runId = HOLDERS[at] ? runIdIn(held) : held;
    if (runId === undefined || runId === null) {
      if (at === QUERY) query = held;
      else if (at === BODY) body = held;
      continue;
    }
    const unseen =
      typeof runId === 'string' &&
      runId.length <= MAX_LENGTH &&
      passes(runId) !== undefined &&
      !resolveChannel.hasSubscribers &&
      !conflictChannel.hasSubscribers;
    const source = at === MARKED ? sourceOfMarked(req, runId) : SOURCES[at].name;
    if (!unseen || options !== NO_OPTIONS) {
      const refused = accept({ runId, at, source }, req, parentRunId, options, caller, unseen);
      if (caller.isTrial === true) return refused ?? { runId, source };
    }
    if (at === MARKED) countResolved(source);
    else resolved[at] += 1;
    return { runId, source };
  }
  return createFor(req, query, body, options, caller);
}

function readSecond(second, caller) {
  if (second === NO_TRIAL_OPTIONS) return second;
  if (!isPlainObject(second)) return refuse(notARunId(second, caller.name, 'parentRunId'), caller);
  const options = readOptions(second, OPTIONS, caller);
  if (Object.hasOwn(options, 'expectClientId')) {
    const refused = refusedClientId(options.expectClientId, 'expectClientId');
    if (refused !== null) return refuse(refused, caller);
  }
  return options;
}

/**
 * Checks the value of a source if that has not been done, and emits the event if anyone would see it.
 *
 * @returns {Refused | null} what a trial is given
 */
function accept(found, req, parentRunId, options, caller, unseen) {
  const { runId, at, source } = found;
  const { path } = SOURCES[at];
  const { expectClientId, onConflict } = options;
  const refused =
    (unseen ? null : refusedRunId(runId, caller.name, path)) ??
    refusedOtherClient(runId, expectClientId, path);
  if (refused !== null) return refuse(refused, caller, expectClientId);
  const comparesAll =
    onConflict !== undefined || (!unseen && (conflictChannel.hasSubscribers || binding.isDebug()));
  if (comparesAll || options.header === true) {
    const conflict = compareLower(found, req, parentRunId, options, caller, comparesAll);
    if (conflict !== null) return conflict;
    const otherRun = comparesAll ? compareRunInHand(runId, source, options, caller) : null;
    if (otherRun !== null) return otherRun;
  }
  if (!unseen) emit('resolve', caller, { runId, source, expectClientId });
  return null;
}

/**
 * Looks at the sources below the one that was used, or at the header alone. A bad value there is only reported;
 * a header that names another run is always refused, because the sender of both meant one run.
 *
 * @returns {Refused | null} what a trial is given
 */
function compareLower({ runId, at, source }, req, parentRunId, options, caller, comparesAll) {
  for (let lower = at + 1; lower < SOURCES.length; lower++) {
    if (!comparesAll && lower !== HEADER) continue;
    const other = readLower(lower, req, parentRunId, options);
    if (other === null) continue;
    if (other.isRunId && baseOf(other.value) === baseOf(runId)) continue;
    if (other.isRunId && (options.onConflict === 'throw' || lower === HEADER)) {
      const refused = new Refused('conflict', () =>
        binding.refuse('conflict', other.value, SOURCES[at].path, SOURCES[lower].path),
      );
      return refuse(refused, caller, options.expectClientId);
    }
    emit('conflict', caller, {
      runId,
      source,
      otherRunId: other.shown,
      otherSource: SOURCES[lower].name,
    });
  }
  return null;
}

/**
 * A request that belongs to another run than the code that resolves it: one of the two is not what it seems to be.
 *
 * @returns {Refused | null} what a trial is given
 */
function compareRunInHand(runId, source, { onConflict, expectClientId }, caller) {
  const otherRunId = runInHand();
  if (otherRunId === undefined || baseOf(otherRunId) === baseOf(runId)) return null;
  // A new one is already used up.
  if (onConflict === 'throw' && source !== GENERATED) {
    const { path } = SOURCES.find(({ name }) => name === source) ?? SOURCES[MARKED];
    const refused = new Refused('conflict', () =>
      binding.refuse('conflict', otherRunId, path, 'currentRunId()'),
    );
    return refuse(refused, caller, expectClientId);
  }
  emit('conflict', caller, { runId, source, otherRunId, otherSource: RUN_IN_HAND });
  return null;
}

function readLower(at, req, parentRunId, options) {
  let value;
  try {
    const held = READERS[at](req, parentRunId, options);
    value = HOLDERS[at] ? runIdIn(held) : held;
  } catch {
    return { isRunId: false, shown: null };
  }
  if (value === undefined || value === null) return null;
  return isRunId(value)
    ? { isRunId: true, value, shown: value }
    : { isRunId: false, shown: binding.show(value) };
}

/** The last resort: a new run, which the request then carries. */
function createFor(req, query, body, options, caller) {
  const { expectClientId } = options;
  const behind = runBehind(req);
  if (behind !== undefined) {
    const found = { runId: behind.runId, at: MARKED, source: behind.source };
    const refused = accept(found, req, options.parentRunId, options, caller, false);
    if (refused !== null) return refused;
    if (caller.isTrial !== true) countResolved(found.source);
    return { runId: found.runId, source: found.source };
  }
  const unread = refuseUnread(req, query, body, options, caller);
  if (unread !== null) return unread;
  let source = 'clientId';
  let { clientId } = options;
  if (expectClientId !== undefined) {
    if (clientId !== undefined && clientId !== expectClientId) {
      const refused = refusedClientId(clientId, source) ?? otherClient(clientId, source);
      return refuse(refused, caller, expectClientId);
    }
    source = 'expectClientId';
    clientId = expectClientId;
  }
  if (caller.isTrial === true) return tryToGenerate(req, clientId, source, options, caller);
  // Before looking at the request: a clock is a function of the caller, and may resolve the request itself.
  const clock = readClock();
  const isMarked = takesMark(req);
  const reserved = isMarked ? reserveMark(req, caller, expectClientId) : null;
  if (reserved !== null && reserved.held !== undefined) {
    const runId = reserved.held;
    const found = { runId, at: MARKED, source: sourceOfMarked(req, runId) };
    accept(found, req, options.parentRunId, options, caller, false);
    countResolved(found.source);
    return { runId, source: found.source };
  }
  let generated;
  try {
    generated = issue(clientId, caller, source, expectClientId, clock);
  } catch (error) {
    reserved?.undo?.();
    throw error;
  }
  const { runId } = generated;
  // Before the event is emitted, so that a listener that resolves this request finds the same ID.
  if (isMarked) {
    requireMark(req, runId, caller, expectClientId);
    keepRun(req, { runId, source: GENERATED });
  }
  tell(generated, caller);
  resolved[SOURCES.length] += 1;
  if (isMarked && (options.onConflict !== undefined || conflictChannel.hasSubscribers || binding.isDebug()))
    compareRunInHand(runId, GENERATED, options, caller);
  emit('resolve', caller, { runId, source: GENERATED, expectClientId });
  return { runId, source: GENERATED };
}

/** Refuses whatever generating an ID would refuse, in the same order, and generates none. */
function tryToGenerate(req, clientId, source, { expectClientId }, caller) {
  if (takesMark(req) && !canMark(req)) return refuse(notARequest(req, caller), caller, expectClientId);
  const refused = clientId === undefined ? null : refusedClientId(clientId, source);
  if (refused !== null) return refuse(refused, caller, expectClientId);
  return { runId: null, source: GENERATED };
}

/** Loaded when an ID is to be generated for a request for the first time: most processes never do that. */
let unreadPartOf = null;

/**
 * Refuses a request that was not read to its end, or for which no ID may be generated.
 *
 * @returns {Refused | null} what a trial is given
 */
function refuseUnread(req, query, body, { generate, header, expectClientId }, caller) {
  // Not on each call: looking up a module takes as long as searching the request.
  unreadPartOf ??= require('./unread.js').unreadPartOf;
  const unread = unreadPartOf(req, query, body, header === true);
  const mayGenerate = generate !== false;
  if (unread === null && mayGenerate) return null;
  const refused = unread === null ? null : refusedUnread(unread, caller.name);
  // A call that may not generate reports a missing ID, and also why one may have been overlooked.
  const isTold = refused !== null && (mayGenerate || CODES[refused.code].code === MISSING);
  const missing = header === true ? 'missing-on-demand' : 'missing';
  const told = isTold ? refused : new Refused(missing, () => binding.refuse(missing, undefined));
  return refuse(told, caller, expectClientId);
}

/** @param {{ reason: string, value?: unknown, source?: string }} unread */
function refusedUnread({ reason, value, source }, name) {
  return new Refused(reason, () => binding.refuseUnread(reason, value, name, source));
}

const MISSING = 'ERR_RUN_ID_MISSING';

function reserveMark(req, caller, expectClientId) {
  return reserve(req) ?? refuseMark(req, caller, expectClientId);
}

function requireMark(req, runId, caller, expectClientId) {
  if (!mark(req, runId)) refuseMark(req, caller, expectClientId);
}

/** @returns {never} */
function refuseMark(req, caller, expectClientId) {
  throw reject(notARequest(req, caller).refuse(), caller, expectClientId);
}

function notARequest(req, { name }) {
  return new Refused('not-a-request', () => binding.refuse('not-a-request', req, name));
}

module.exports = {
  NO_OPTIONS,
  NO_TRIAL_OPTIONS,
  refuseMark,
  requireMark,
  resolve,
  resolveChecked,
  resolveRunId,
  resolveRunIdWithSource,
};
