'use strict';

// How the sources of a run ID are read from a request. Rust defines their order, see
// crates/core/src/source.rs; JavaScript reads each one once. SPEC §4.

const { SOURCES } = require('../binding.js');

const ObjectPrototype = Object.prototype;
const hasOwn = ObjectPrototype.hasOwnProperty;

/**
 * The value of each source: the run ID or, for the sources in `HOLDERS`, the object that may contain it. Each `in`
 * has its key written out, so that V8 can check it against the shape of `Object.prototype`; a shared helper would
 * cost more than the rest of the call.
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

/** `query` and the like may be inherited, as in Express 5, but not from `Object.prototype`. */
function isPolluted(key, req) {
  return key in ObjectPrototype && holderOf(key, req) === ObjectPrototype;
}

function holderOf(key, object) {
  let holder = object;
  while (holder !== null && !hasOwn.call(holder, key)) holder = Object.getPrototypeOf(holder);
  return holder;
}

/** A property of a request that is not a source; undefined if it comes from a polluted `Object.prototype`. */
function read(req, key) {
  return isPolluted(key, req) ? undefined : req[key];
}

/** The same for those that are looked up for each new run, with their keys written out as above. */
const PARTS = {
  headers: (req) => ('headers' in ObjectPrototype && isPolluted('headers', req) ? undefined : req.headers),
  originalUrl: (req) =>
    'originalUrl' in ObjectPrototype && isPolluted('originalUrl', req) ? undefined : req.originalUrl,
  params: (req) => ('params' in ObjectPrototype && isPolluted('params', req) ? undefined : req.params),
  raw: (req) => ('raw' in ObjectPrototype && isPolluted('raw', req) ? undefined : req.raw),
  req: (req) => ('req' in ObjectPrototype && isPolluted('req', req) ? undefined : req.req),
  request: (req) => ('request' in ObjectPrototype && isPolluted('request', req) ? undefined : req.request),
  stream: (req) => ('stream' in ObjectPrototype && isPolluted('stream', req) ? undefined : req.stream),
  url: (req) => ('url' in ObjectPrototype && isPolluted('url', req) ? undefined : req.url),
};

function has(req, key) {
  return key in req && !isPolluted(key, req);
}

/** Whether a generated ID is put on it. */
function takesMark(req) {
  return hasQuery(req) || has(req, 'body') || has(req, 'headers');
}

/** Most requests have one, so that its key is written out. */
function hasQuery(req) {
  return 'query' in req && !('query' in ObjectPrototype && isPolluted('query', req));
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

/** A context of Hono has a method `body`, and the request behind its own request. */
function isContextOfHono(value) {
  const req = isObject(value) ? PARTS.req(value) : undefined;
  const request = isObject(req) ? PARTS.raw(req) : undefined;
  return isObject(request) && isFetchRequest(request);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function searchParamsOf(url) {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams : undefined;
}

/** The query of a text that may be a request's URL; servers usually see only its path. */
function queryIn(url) {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1).replace(/#.*$/s, ''));
}

/** Node's request behind a framework's own; Fastify and Koa have different names for it. */
function messageBehind(req) {
  const raw = PARTS.raw(req);
  if (isObject(raw)) return raw;
  const message = PARTS.req(req);
  return isObject(message) ? message : undefined;
}

/** The `runId` of a query or body: an own property, never an inherited one. */
function runIdIn(holder) {
  if (typeof holder !== 'object' || holder === null) return undefined;
  if (hasOwn.call(holder, 'runId')) return holder.runId;
  return isPlain(holder) ? undefined : collectedRunId(holder);
}

function isPlain(holder) {
  const prototype = Object.getPrototypeOf(holder);
  return prototype === ObjectPrototype || prototype === null || Array.isArray(holder);
}

/** The same for `URLSearchParams`, `FormData` and `Map`; an array if the parameter is repeated. */
function collectedRunId(holder) {
  if (!isCollection(holder)) return undefined;
  if (typeof holder.getAll !== 'function') return holder.get('runId');
  const values = holder.getAll('runId');
  return Array.isArray(values) && values.length < 2 ? values[0] : values;
}

/** Recognized by its methods: `URLSearchParams` and `FormData` come from several packages and realms. */
function isCollection(holder) {
  return (
    typeof holder.get === 'function' && typeof holder.has === 'function' && typeof holder.keys === 'function'
  );
}

module.exports = {
  HOLDERS,
  PARTS,
  READERS,
  has,
  hasQuery,
  inherits,
  isCollection,
  isContextOfHono,
  isFetchRequest,
  isObject,
  isPlain,
  messageBehind,
  queryIn,
  read,
  runIdIn,
  takesMark,
};
