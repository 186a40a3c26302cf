'use strict';

// Finds the run ID of a request. The order of the sources is Rust's, see src/core/source.rs; here they are
// read, lazily and each once. SPEC §4.

const binding = require('./binding.js');
const { channels, emit, reject } = require('./events.js');
const { issue, readClock, tell } = require('./generate.js');
const { isPlainObject, readOptions } = require('./options.js');
const { baseOf, check, clientOf } = require('./run-id.js');

const { GENERATED, MAX_LENGTH, SOURCES } = binding;
const passes = binding.pass;
const resolveChannel = channels.resolve;
const conflictChannel = channels.conflict;
const ObjectPrototype = Object.prototype;
const hasOwn = ObjectPrototype.hasOwnProperty;

/**
 * How each source is read. Each `in` names its key in place, which V8 then folds into the shape of
 * `Object.prototype`; a shared helper would cost more than the rest of the call.
 */
const READERS_BY_NAME = {
  specificRunId: (req) =>
    'specificRunId' in ObjectPrototype && isPolluted('specificRunId', req) ? undefined : req.specificRunId,
  query: (req) => ('query' in ObjectPrototype && isPolluted('query', req) ? undefined : ownRunId(req.query)),
  body: (req) => ('body' in ObjectPrototype && isPolluted('body', req) ? undefined : ownRunId(req.body)),
  parentRunId: (_req, parentRunId) => parentRunId,
};
const READERS = SOURCES.map(({ name }) => READERS_BY_NAME[name]);

/** `query` and its like may be inherited, as Express 5 does it, but not from the root of all objects. */
function isPolluted(key, req) {
  return key in ObjectPrototype && holderOf(key, req) === ObjectPrototype;
}

function holderOf(key, object) {
  let holder = object;
  while (holder !== null && !hasOwn.call(holder, key)) holder = Object.getPrototypeOf(holder);
  return holder;
}

function ownRunId(holder) {
  return typeof holder === 'object' && holder !== null && hasOwn.call(holder, 'runId')
    ? holder.runId
    : undefined;
}

const OPTIONS = {
  parentRunId: null,
  clientId: null,
  generate: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  expectClientId: null,
  onConflict: { accepts: (value) => value === 'report' || value === 'throw', wants: "'report' or 'throw'" },
};

const NO_OPTIONS = Object.freeze({ __proto__: null });

function resolveRunId(req, parentRunIdOrOptions) {
  return resolve(req, parentRunIdOrOptions, resolveRunId).runId;
}

function resolveRunIdWithSource(req, parentRunIdOrOptions) {
  return resolve(req, parentRunIdOrOptions, resolveRunIdWithSource);
}

function resolve(req, second, from) {
  if ((typeof req !== 'object' || req === null) && typeof req !== 'function') {
    throw reject(binding.refuseRequest(req, from.name), from);
  }
  let options = NO_OPTIONS;
  let parentRunId = second;
  if (typeof second !== 'string' && second !== undefined && second !== null) {
    options = readSecond(second, from);
    parentRunId = options.parentRunId;
  }
  for (let at = 0; at < READERS.length; at++) {
    const runId = READERS[at](req, parentRunId);
    if (runId === undefined || runId === null) continue;
    const unseen =
      typeof runId === 'string' &&
      runId.length <= MAX_LENGTH &&
      passes(runId) !== undefined &&
      !resolveChannel.hasSubscribers &&
      !conflictChannel.hasSubscribers;
    if (!unseen || options !== NO_OPTIONS) accept(runId, at, req, parentRunId, options, from, unseen);
    return { runId, source: SOURCES[at].name };
  }
  return createFor(req, options, from);
}

function readSecond(second, from) {
  if (!isPlainObject(second)) check(second, from, 'parentRunId');
  const options = readOptions(second, OPTIONS, from);
  if (Object.hasOwn(options, 'expectClientId')) {
    const rejection = binding.refuseClientId(options.expectClientId, 'expectClientId');
    if (rejection) throw reject(rejection, from);
  }
  return options;
}

/** Checks what a source held, as far as that is not done, and tells about it unless nobody would see it. */
function accept(runId, at, req, parentRunId, options, from, unseen) {
  const { name, path } = SOURCES[at];
  const { expectClientId, onConflict } = options;
  if (!unseen) check(runId, from, path, expectClientId);
  if (expectClientId !== undefined && clientOf(runId) !== expectClientId) {
    throw reject(binding.refuseOtherClient(runId, path), from, expectClientId);
  }
  if (onConflict !== undefined || (!unseen && (conflictChannel.hasSubscribers || binding.isDebug()))) {
    compareLower(runId, at, req, parentRunId, options, from);
  }
  if (!unseen) emit('resolve', from, { runId, source: name, expectClientId });
}

/** Looks at the sources below the one that was taken. A bad one is told of and breaks nothing. */
function compareLower(runId, at, req, parentRunId, options, from) {
  for (let lower = at + 1; lower < SOURCES.length; lower++) {
    const other = readLower(lower, req, parentRunId);
    if (other === null) continue;
    if (other.isRunId && baseOf(other.value) === baseOf(runId)) continue;
    if (other.isRunId && options.onConflict === 'throw') {
      const rejection = binding.refuseConflict(other.value, SOURCES[lower].path, SOURCES[at].path);
      throw reject(rejection, from, options.expectClientId);
    }
    emit('conflict', from, {
      runId,
      source: SOURCES[at].name,
      otherRunId: other.shown,
      otherSource: SOURCES[lower].name,
    });
  }
}

function readLower(at, req, parentRunId) {
  let value;
  try {
    value = READERS[at](req, parentRunId);
  } catch {
    return { isRunId: false, shown: null };
  }
  if (value === undefined || value === null) return null;
  const rejection = binding.refuseRunId(value, '', undefined);
  return rejection ? { isRunId: false, shown: rejection.received } : { isRunId: true, value, shown: value };
}

/** The last resort: a new run, which the request then carries. */
function createFor(req, options, from) {
  const { expectClientId } = options;
  if (options.generate === false) throw reject(binding.refuseMissing(), from, expectClientId);
  let source = 'clientId';
  let { clientId } = options;
  if (expectClientId !== undefined) {
    if (clientId !== undefined && clientId !== expectClientId) {
      const rejection =
        binding.refuseClientId(clientId, source) ?? binding.refuseOtherClient(clientId, source);
      throw reject(rejection, from, expectClientId);
    }
    source = 'expectClientId';
    clientId = expectClientId;
  }
  // Before the request is looked at: a clock is a function of the caller's, which may resolve it as well.
  const now = readClock();
  const mark = isRequest(req) ? reserveMark(req, from, expectClientId) : null;
  if (mark !== null && mark.found !== undefined) {
    accept(mark.found, MARKED, req, options.parentRunId, options, from, false);
    return { runId: mark.found, source: SOURCES[MARKED].name };
  }
  let generated;
  try {
    generated = issue(clientId, from, source, expectClientId, now);
  } catch (error) {
    mark?.undo();
    throw error;
  }
  const { runId } = generated;
  // Before anybody is told, so that a listener that resolves this request finds the same ID.
  mark?.set(runId);
  tell(generated, from);
  emit('resolve', from, { runId, source: GENERATED, expectClientId });
  return { runId, source: GENERATED };
}

/** A bare `{}` stands for a script without a request and is not marked. */
function isRequest(req) {
  return ['query', 'body', 'headers'].some((key) => key in req && !isPolluted(key, req));
}

/** The source that a generated ID is put into. */
const MARKED = 0;

/**
 * Makes sure that the request can carry an ID before one is used up. `found` is the one it carries already,
 * when a getter of its own has resolved it meanwhile.
 */
function reserveMark(req, from, expectClientId) {
  const key = SOURCES[MARKED].name;
  const before = Reflect.getOwnPropertyDescriptor(req, key);
  const found = before !== undefined && Object.hasOwn(before, 'value') ? before.value : undefined;
  if (found !== undefined && found !== null) return { found };
  const isFixed = before?.configurable === false;
  const set = (value) => {
    const property = isFixed ? { __proto__: null, value } : wholeProperty(value);
    if ((isFixed && before.writable !== true) || !Reflect.defineProperty(req, key, property)) {
      throw reject(binding.refuseRequest(req, from.name), from, expectClientId);
    }
  };
  set(undefined);
  return {
    found: undefined,
    set,
    undo() {
      if (before === undefined) Reflect.deleteProperty(req, key);
      else Reflect.defineProperty(req, key, before);
    },
  };
}

function wholeProperty(value) {
  return { __proto__: null, value, writable: true, enumerable: true, configurable: true };
}

module.exports = { resolveRunId, resolveRunIdWithSource };
