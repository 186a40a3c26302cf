'use strict';

// How the sources of a run ID are read from a request. The order of the sources is Rust's, see
// crates/core/src/source.rs; JavaScript reads each one once. SPEC §4.

const { SOURCES } = require('../binding.js');

const ObjectPrototype = Object.prototype;
const hasOwn = ObjectPrototype.hasOwnProperty;

/**
 * What each source holds: the run ID, or for the sources in `HOLDERS` the object that may hold it. Each `in`
 * names its key in place, which V8 then folds into the shape of `Object.prototype`; a shared helper would cost
 * more than the rest of the call.
 */
const READERS_BY_NAME = {
  specificRunId: (req) =>
    'specificRunId' in ObjectPrototype && isPolluted('specificRunId', req) ? undefined : req.specificRunId,
  query: (req) => {
    const query = 'query' in ObjectPrototype && isPolluted('query', req) ? undefined : req.query;
    return query === undefined && isFetchRequest(req) ? searchParamsOf(req.url) : query;
  },
  body: (req) => ('body' in ObjectPrototype && isPolluted('body', req) ? undefined : req.body),
  header(req, _parentRunId, options) {
    if (options.header !== true) return undefined;
    // Loaded where a boundary reads it: most processes never do that.
    const { runIdInHeaders } = require('./header.js');
    return runIdInHeaders(read(req, 'headers'), read(req, 'rawHeaders'));
  },
  parentRunId: (_req, parentRunId) => parentRunId,
};
const READERS = SOURCES.map(({ name }) => READERS_BY_NAME[name]);

const HOLDERS = SOURCES.map(({ name }) => name === 'query' || name === 'body');

/** `query` and its like may be inherited, as Express 5 does it, but not from the root of all objects. */
function isPolluted(key, req) {
  return key in ObjectPrototype && holderOf(key, req) === ObjectPrototype;
}

function holderOf(key, object) {
  let holder = object;
  while (holder !== null && !hasOwn.call(holder, key)) holder = Object.getPrototypeOf(holder);
  return holder;
}

/** A property, such as one of a request that is not a source; undefined when it comes from a polluted `Object.prototype`. */
function read(req, key) {
  return isPolluted(key, req) ? undefined : req[key];
}

function has(req, key) {
  return key in req && !isPolluted(key, req);
}

/** Whether a property that holds something comes from a prototype that is not the root of all objects. */
function inherits(holder, key) {
  if (isPlain(holder) || !has(holder, key) || hasOwn.call(holder, key)) return false;
  const value = holder[key];
  return value !== undefined && value !== null;
}

/** The `Request` of the Fetch API, of any realm or package: Node's own global would first load all of undici. */
function isFetchRequest(req) {
  return (
    Object.getPrototypeOf(req) !== ObjectPrototype &&
    ObjectPrototype.toString.call(req) === '[object Request]'
  );
}

function searchParamsOf(url) {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams : undefined;
}

/** The query of any text that may be the URL of a request, of which a server is told no more than the path. */
function queryIn(url) {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1).replace(/#.*$/s, ''));
}

/** Node's request, where this is a framework's own: Fastify and Koa give them different names. */
function messageBehind(req) {
  for (const name of ['raw', 'req']) {
    const message = read(req, name);
    if (typeof message === 'object' && message !== null) return message;
  }
  return undefined;
}

/** The `runId` that a query or body holds: its own, never an inherited one. */
function runIdIn(holder) {
  if (typeof holder !== 'object' || holder === null) return undefined;
  if (hasOwn.call(holder, 'runId')) return holder.runId;
  return isPlain(holder) ? undefined : collectedRunId(holder);
}

function isPlain(holder) {
  const prototype = Object.getPrototypeOf(holder);
  return prototype === ObjectPrototype || prototype === null || Array.isArray(holder);
}

/** That of `URLSearchParams`, `FormData` and `Map`; an array when the parameter is repeated. */
function collectedRunId(holder) {
  if (!isCollection(holder)) return undefined;
  if (typeof holder.getAll !== 'function') return holder.get('runId');
  const values = holder.getAll('runId');
  return Array.isArray(values) && values.length < 2 ? values[0] : values;
}

/** Known by what it can do: `URLSearchParams` and `FormData` come from several packages and realms. */
function isCollection(holder) {
  return (
    typeof holder.get === 'function' && typeof holder.has === 'function' && typeof holder.keys === 'function'
  );
}

module.exports = {
  HOLDERS,
  READERS,
  has,
  inherits,
  isCollection,
  isFetchRequest,
  isPlain,
  messageBehind,
  queryIn,
  read,
  runIdIn,
};
