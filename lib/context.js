'use strict';

// The run in hand, and how it is handed over to other processes. What is handed over is checked on both sides.

const { AsyncLocalStorage } = require('node:async_hooks');
const { threadId } = require('node:worker_threads');
const binding = require('./binding.js');
const { reject } = require('./events.js');
const { onOperationAsked } = require('./operation.js');
const { isPlainObject, readOptions, typeError } = require('./options.js');
const { baseOf, check } = require('./run-id.js');

const VARIABLE = 'RUN_ID';
const PARAMETER = 'runId';

/** Holds `{ runId, op }`; `runId` is undefined while a boundary has not found it yet. */
const storage = new AsyncLocalStorage();

onOperationAsked(() => storage.getStore()?.op ?? null);

let operations = 0;

/** Short, and no other operation of any process has it. */
function newOperation() {
  operations += 1;
  return `${binding.PROCESS}-${threadId}-${operations.toString(36)}`;
}

const OPTIONS = {
  replace: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
};

function runWithRunId(runId, fn, options = {}) {
  check(runId, runWithRunId, 'runId');
  if (typeof fn !== 'function') throw typeError('runWithRunId: fn must be a function', runWithRunId);
  if (!isPlainObject(options)) {
    throw typeError('runWithRunId: the options must be a plain object', runWithRunId);
  }
  const { replace } = readOptions(options, OPTIONS, runWithRunId);
  const outer = storage.getStore();
  const isSameRun = outer?.runId === undefined || baseOf(outer.runId) === baseOf(runId);
  if (!isSameRun && replace !== true) {
    throw reject(binding.refuseConflict(runId, 'runId', 'currentRunId()'), runWithRunId);
  }
  const op = (isSameRun ? outer?.op : undefined) ?? newOperation();
  return storage.run({ runId, op }, () => fn());
}

function currentRunId() {
  return storage.getStore()?.runId;
}

function requireRunId() {
  return currentRunId() ?? missing('currentRunId()', requireRunId);
}

/** The run ID that was given, or the one in hand. */
function givenOrCurrent(runId, from) {
  if (runId === undefined) return currentRunId() ?? missing('currentRunId()', from);
  check(runId, from, 'runId');
  return runId;
}

function missing(place, from) {
  throw reject(binding.refuseMissingIn(place), from);
}

function childEnv(runId, env = process.env) {
  const handedOver = givenOrCurrent(runId, childEnv);
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw typeError('childEnv: env must be an object', childEnv);
  }
  const copy = { ...env };
  // Windows takes names of any case for one variable, and which of two it passes on is not ours to say.
  for (const name of Object.keys(copy)) {
    if (process.platform === 'win32' && name.toUpperCase() === VARIABLE) delete copy[name];
  }
  copy[VARIABLE] = handedOver;
  return copy;
}

function runIdFromEnv() {
  const source = `process.env.${VARIABLE}`;
  const runId = process.env[VARIABLE];
  if (runId === undefined) missing(source, runIdFromEnv);
  check(runId, runIdFromEnv, source);
  return runId;
}

function withRunId(url, runId) {
  const handedOver = givenOrCurrent(runId, withRunId);
  const { beforeQuery, query, fragment } = partsOf(url);
  const found = parameterOf(query);
  if (found !== undefined) {
    const source = `url ?${PARAMETER}`;
    check(found, withRunId, source);
    if (found !== handedOver) {
      const higher = runId === undefined ? 'currentRunId()' : 'runId';
      throw reject(binding.refuseConflict(found, source, higher), withRunId);
    }
    return `${beforeQuery}${query}${fragment}`;
  }
  let separator = '&';
  if (query === '') separator = '?';
  else if (query === '?' || query.endsWith('&')) separator = '';
  return `${beforeQuery}${query}${separator}${PARAMETER}=${handedOver}${fragment}`;
}

/** Cuts a URL without changing a character of it: whoever signed it would notice. */
function partsOf(url) {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !isUrl(text)) {
    throw typeError('withRunId: url must be an absolute http(s) URL or a path that begins with /', withRunId);
  }
  const [, beforeQuery, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text);
  return { beforeQuery, query: query ?? '', fragment: fragment ?? '' };
}

function isUrl(text) {
  // Parsers drop or trim these silently, and then see another URL than a reader does.
  if (/[^\x21-\uffff]|[\x7f\s]/.test(text)) return false;
  // Two slashes, in either direction, begin the name of another host.
  if (text.startsWith('/')) return !/^\/[/\\]/.test(text);
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The parameter as the receiver will see it: an array when it's there twice, or as `runId[]`. */
function parameterOf(query) {
  const all = [...new URLSearchParams(query)].filter(
    ([name]) => name === PARAMETER || name.startsWith(`${PARAMETER}[`),
  );
  if (all.length === 0) return undefined;
  return all.length === 1 && all[0][0] === PARAMETER ? all[0][1] : all.map(([, value]) => value);
}

module.exports = {
  childEnv,
  currentRunId,
  newOperation,
  requireRunId,
  runIdFromEnv,
  runWithRunId,
  storage,
  withRunId,
};
