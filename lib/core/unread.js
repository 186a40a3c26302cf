'use strict';

// Whether a request was read completely: only then may an ID be generated for it, because a run ID that is present
// but was not read would be silently replaced. SPEC §4; the reasons and their texts are in crates/core/src/unread.rs.

const { isAnyArrayBuffer, isPromise } = require('node:util').types;
const { eachHeader, isHeader } = require('./header.js');
const {
  PARTS,
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
} = require('./request.js');
const { isRunId } = require('./run-id.js');
const { isSpellingOfHeader, isSpellingOfRunId, mayBeginSpelling, placeOf } = require('./spelling.js');

/** Where serverless events keep what a request has in its query and path. */
const EVENT_PARTS = [
  'queryStringParameters',
  'multiValueQueryStringParameters',
  'rawQueryString',
  'pathParameters',
];

/** Where events keep the text of a query. */
const QUERY_TEXTS = ['querystring', 'rawQuery'];

/** What middleware puts on a request of a server, whose many keys are not looked through. */
const NAMES = ['runId', 'run_id'];

/** Where clients and other servers keep what belongs in `body`. */
const BODIES_ELSEWHERE = ['data', 'payload'];

/** What else is looked up on a request: a run ID may be there, or what tells whether its body was read. */
const LOOKED_UP = new Set([
  ...EVENT_PARTS,
  ...QUERY_TEXTS,
  ...BODIES_ELSEWHERE,
  'multiValueHeaders',
  'originalUrl',
  'params',
  'path',
  'raw',
  'rawHeaders',
  'readableDidRead',
  '_readableState',
  'req',
  'request',
  'stream',
]);

/**
 * The first reason why there may be a run ID that was not read.
 *
 * @param {unknown} req
 * @param {unknown} query the values of the sources, which must not be read twice
 * @param {unknown} body
 * @param {boolean} readsHeader whether the header is among the sources, and was not there
 * @returns {{ reason: string, value?: unknown, source?: string } | null} null when the request was read to its end
 */
function unreadPartOf(req, query, body, readsHeader) {
  if (isUsual(req)) {
    const headers = headersOf(PARTS.headers(req), undefined, readsHeader);
    return (
      unreadQuery(query) ??
      unreadIn(textOf(PARTS.url(req)), 'url') ??
      unreadValue(body, headers.announceContent && (body === undefined || body === null)) ??
      unreadHeader(headers, readsHeader)
    );
  }
  if (!isRequest(req)) return notARequest(req);
  const headers = allHeadersOf(req, readsHeader);
  return (
    contextIn(req) ??
    unreadQuery(query) ??
    unreadUrl(req) ??
    unreadEvent(req, query) ??
    unreadBody(req, body, headers) ??
    unreadHeader(headers, readsHeader) ??
    unreadPathParameter(req) ??
    unreadOwn(req) ??
    unreadElsewhere(req)
  );
}

/**
 * Whether a request is a plain object that has nothing of what else is looked up, which takes less time to find out once
 * from its few keys.
 */
function isUsual(req) {
  if (Object.getPrototypeOf(req) !== Object.prototype) return false;
  let isRequest = false;
  for (const key of Object.getOwnPropertyNames(req)) {
    switch (key) {
      case 'query':
      case 'body':
      case 'method':
      case 'url':
        isRequest = true;
        break;
      case 'headers':
        break;
      default:
        if (LOOKED_UP.has(key) || isSpellingOfRunId(key)) return false;
    }
  }
  return isRequest;
}

function isRequest(req) {
  return hasQuery(req) || has(req, 'body') || has(req, 'method') || has(req, 'url');
}

/** A script has no request and passes `{}`; an object with other properties is something else. */
function notARequest(req) {
  const prototype = Object.getPrototypeOf(req);
  const keys = Reflect.ownKeys(req);
  const isBare = typeof req === 'object' && (prototype === null || prototype === Object.prototype);
  if (isBare && keys.every((key) => key === 'specificRunId')) return null;
  const named = keys.find(isSpellingOfRunId);
  if (named !== undefined) return { reason: 'own-run-id', value: req, source: placeOf('req', named) };
  return unreadEvent(req) ?? { reason: kindOf(req), value: req };
}

function kindOf(req) {
  if (isObject(PARTS.req(req)) || isObject(PARTS.request(req))) return 'context';
  return has(req, 'data') ? 'job' : 'not-a-request';
}

/** Koa's context delegates some of a request's properties, and not all of them. */
function contextIn(req) {
  return isObject(PARTS.request(req)) ? { reason: 'context', value: req } : null;
}

function unreadQuery(query) {
  const isUnread = isObject(query)
    ? isUnreadable(query)
    : typeof query === 'function' || (typeof query === 'string' && query !== '');
  if (isUnread) return { reason: 'query-text', value: query, source: 'req.query' };
  return isObject(query) ? unreadKeys(query, 'req.query') : null;
}

/** Text and bytes, as for a body; a `URL`, which has its parameters inside; or what can only be iterated. */
function isUnreadable(query) {
  if (Array.isArray(query)) return query.length > 0;
  if (isPlain(query) || isCollection(query)) return false;
  return (
    isText(query) ||
    isObject(read(query, 'searchParams')) ||
    typeof read(query, Symbol.iterator) === 'function'
  );
}

function unreadBody(req, body, headers) {
  if (isFetchRequest(req)) {
    const isThere = (body !== null && body !== undefined) || req.bodyUsed === true || headers.announceContent;
    return isThere ? { reason: 'fetch-body', value: req, source: 'req.body' } : null;
  }
  const message = messageBehind(req) ?? req;
  const isUnread = isUnparsed(message, body, headers);
  if (message !== req && isFetchRequest(message) && (isUnread || isText(body))) {
    return { reason: 'unread-body', source: 'req.body' };
  }
  if (typeof body === 'function' && isContextOfHono(req)) return { reason: 'hono-context' };
  return unreadValue(body, isUnread);
}

/** The value of a body, and whether an unparsed one exists. */
function unreadValue(body, isUnread) {
  if (isText(body)) return { reason: 'text-body', value: body, source: 'req.body' };
  if (isUnread) return { reason: 'unparsed-body', source: 'req.body' };
  return isObject(body) ? (unreadKeys(body, 'req.body') ?? unreadInside(body)) : null;
}

/** A run ID one level below the body. Other systems have a `runId` there, too, so that only a valid one counts. */
function unreadInside(body) {
  if (Array.isArray(body)) return runIdInside(body[0], 'req.body[0]');
  // Of `BODIES_ELSEWHERE`, written out as in `PARTS`: hardly any body has one. An inherited getter is not called.
  return (
    ('data' in body && Object.hasOwn(body, 'data') ? runIdInside(body.data, 'req.body.data') : null) ??
    ('payload' in body && Object.hasOwn(body, 'payload')
      ? runIdInside(body.payload, 'req.body.payload')
      : null)
  );
}

function runIdInside(holder, path) {
  if (!isObject(holder)) return null;
  const key = firstSpelling(Object.keys(holder), (name) => isRunId(holder[name]));
  return key === undefined ? null : { reason: 'no-source', source: placeOf(path, key) };
}

/** Whether there is content that no parser has read from the stream. */
function isUnparsed(stream, body, headers) {
  // HTTP/2 announces content without a header.
  if (!headers.announceContent && PARTS.stream(stream)?.endAfterHeaders !== false) return false;
  if (body === undefined) return true;
  // A spread copy of Node's request has no getters, but the state that this one reads.
  const wasRead = read(stream, 'readableDidRead') ?? read(stream, '_readableState')?.dataEmitted;
  if (body === null) return wasRead !== true;
  // The parsers of Express 4 leave an empty object where the type of the content is not theirs.
  return wasRead === false && isObject(body) && Object.keys(body).length === 0;
}

/** Text, bytes, a stream, a promise or a function: something that holds a query or body and does not show what is in it. */
function isText(value) {
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'function' || isPromise(value)) return true;
  if (!isObject(value)) return false;
  if (ArrayBuffer.isView(value)) return value.byteLength > 0;
  return (
    isAnyArrayBuffer(value) ||
    value instanceof String ||
    ['pipe', 'getReader', 'arrayBuffer', 'then', Symbol.asyncIterator].some(
      (method) => typeof read(value, method) === 'function',
    )
  );
}

/** The information in all headers of a request. */
function allHeadersOf(req, readsHeader) {
  let headers = PARTS.headers(req);
  const raw = isObject(headers) ? undefined : read(req, 'rawHeaders');
  // A view that was made without headers: its request has them.
  if (!isObject(headers) && raw === undefined) headers = read(messageBehind(req) ?? req, 'headers');
  const said = headersOf(headers, raw, readsHeader);
  if (!isPlain(req)) return said;
  // A load balancer's event has only these if it is configured that way.
  const several = headersOf(read(req, 'multiValueHeaders'), undefined, readsHeader);
  return {
    announceContent: said.announceContent || several.announceContent,
    runId: several.runId ?? said.runId,
    cookie: several.cookie ?? said.cookie,
  };
}

/** The information in headers. */
function headersOf(headers, raw, readsHeader) {
  const isLikeRunId = readsHeader ? isSpellingOfHeader : isSpellingOfRunId;
  /** @type {{ announceContent: boolean, runId: string | undefined, cookie: string | undefined }} */
  const said = { announceContent: false, runId: undefined, cookie: undefined };
  eachHeader(headers, raw, (key, value) => {
    if (value === undefined || value === null) return;
    const name = String(key);
    if (announcesContent(name, value)) said.announceContent = true;
    else if (isLikeRunId(name)) said.runId = name.toLowerCase();
    else if (isCookie(name)) said.cookie ??= spellingInCookies(textOfCookies(value));
  });
  return said;
}

const ENCODING = 'transfer-encoding';
const LENGTH = 'content-length';

/** Compares the length first, which rules out most names. */
function announcesContent(name, value) {
  return (
    (name.length === ENCODING.length && name.toLowerCase() === ENCODING) ||
    (name.length === LENGTH.length && name.toLowerCase() === LENGTH && Number(value) !== 0)
  );
}

const COOKIE = 'cookie';

/** Compares the length and the first letter first, which rule out most names. */
function isCookie(name) {
  return (
    name.length === COOKIE.length && (name[0] === 'c' || name[0] === 'C') && name.toLowerCase() === COOKIE
  );
}

/** A load balancer's event has a list of them. */
function textOfCookies(value) {
  return Array.isArray(value) ? value.join(';') : String(value);
}

/** The first cookie with a run ID. Other systems have cookies of such names, too, so that only a valid one counts. */
function spellingInCookies(text) {
  let end = -1;
  do {
    let start = end + 1;
    while (text[start] === ' ') start += 1;
    end = text.indexOf(';', start);
    if (mayBeginSpelling(text.charCodeAt(start))) {
      const name = spellingInCookie(text.slice(start, end === -1 ? undefined : end));
      if (name !== undefined) return name;
    }
  } while (end !== -1);
  return undefined;
}

/** The value may be in quotes. RFC 6265, section 4.1.1. */
function spellingInCookie(cookie) {
  const equals = cookie.indexOf('=');
  const name = cookie.slice(0, equals).trimEnd();
  const value = cookie.slice(equals + 1).trim();
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isSpellingOfRunId(name) && isRunId(isQuoted ? value.slice(1, -1) : value) ? name : undefined;
}

function unreadHeader({ runId, cookie }, readsHeader) {
  if (runId === undefined) {
    return cookie === undefined
      ? null
      : { reason: 'no-source', source: placeOf('req.headers.cookie', cookie) };
  }
  const reason = readsHeader && !isHeader(runId) ? 'misspelled-header' : 'header';
  return { reason, source: placeOf('req.headers', runId) };
}

/** A URL with a run ID that the query lacks: the query was not parsed, or was replaced. */
function unreadUrl(req) {
  const url = textOf(PARTS.url(req));
  const found = unreadIn(url, 'url');
  if (found !== null) return found;
  if (url === '') {
    const inPath = unreadIn(textOf(read(req, 'path')), 'path');
    if (inPath !== null) return inPath;
  }
  // The URL before a mount path or a middleware rewrote it, which may have dropped the query.
  const original = textOf(PARTS.originalUrl(req));
  return original === url ? null : unreadIn(original, 'originalUrl');
}

function textOf(url) {
  return typeof url === 'string' ? url : isObject(url) && typeof url.href === 'string' ? url.href : '';
}

function unreadIn(url, part) {
  const name = spellingInUrl(url);
  return name === undefined ? null : { reason: 'url', source: placeOf(`req.${part}`, name) };
}

/** The first name in the query of a URL that differs from `runId` only in spelling. */
function spellingInUrl(url) {
  return mayNameRunId(url) ? [...queryIn(url).keys()].find(isSpellingOfRunId) : undefined;
}

function spellingInQuery(text) {
  return typeof text === 'string' ? spellingInUrl(`?${text}`) : undefined;
}

/** How a name may begin that is read as another one: an escape, or the second of two question marks. */
const DISGUISES = new Set([...'%?'].map((character) => character.charCodeAt(0)));

/** Checks how the names of the query begin: parsing it takes longer than everything else. */
function mayNameRunId(url) {
  for (let at = url.indexOf('?'); at !== -1; at = url.indexOf('&', at + 1)) {
    const first = url.charCodeAt(at + 1);
    if (mayBeginSpelling(first) || DISGUISES.has(first)) return true;
  }
  return false;
}

function unreadEvent(req, query) {
  // A server's requests are class instances, and looking up all these names takes longer than everything else.
  if (isObject(query) && !isPlain(req)) return null;
  for (const part of EVENT_PARTS) {
    const value = read(req, part);
    if (!isFilled(value)) continue;
    if (!isObject(query)) return { reason: 'event', source: `req.${part}` };
    const name = isObject(value) ? presentSpellingIn(value) : spellingInQuery(value);
    if (name !== undefined) return { reason: 'event', source: placeOf(`req.${part}`, name) };
  }
  for (const part of QUERY_TEXTS) {
    const name = spellingInQuery(read(req, part));
    if (name !== undefined) return { reason: 'event', source: placeOf(`req.${part}`, name) };
  }
  return null;
}

function isFilled(value) {
  if (isObject(value) && !isPlain(value) && isCollection(value)) return value.keys().next().done !== true;
  return isObject(value)
    ? Object.keys(value).length > 0
    : value !== undefined && value !== null && value !== '';
}

function unreadPathParameter(req) {
  const params = PARTS.params(req);
  // Next.js has a promise there.
  if (isPromise(params)) return { reason: 'path-promise', source: 'req.params' };
  const name = isObject(params) ? presentSpellingIn(params) : undefined;
  return name === undefined ? null : { reason: 'path-parameter', source: placeOf('req.params', name) };
}

/** A run ID on the request itself. */
function unreadOwn(req) {
  const own = isPlain(req) ? presentSpellingIn(req) : NAMES.find((name) => isOwn(req, name));
  return own === undefined ? null : { reason: 'no-source', source: placeOf('req', own) };
}

/** A run ID in a part of a plain request that is not a source. */
function unreadElsewhere(req) {
  for (const part of isPlain(req) ? BODIES_ELSEWHERE : []) {
    const value = read(req, part);
    const name = isObject(value) ? presentSpellingIn(value) : undefined;
    if (name !== undefined) return { reason: 'no-source', source: placeOf(`req.${part}`, name) };
  }
  return null;
}

function isOwn(req, name) {
  return Object.hasOwn(req, name) && req[name] !== undefined && req[name] !== null;
}

/** The first own key, or parameter, that differs from `runId` only in spelling and has a value. */
function presentSpellingIn(holder) {
  const isList = !isPlain(holder) && isCollection(holder);
  for (const key of isList ? holder.keys() : Object.keys(holder)) {
    if (isSpellingOfRunId(key) && (isList || (holder[key] !== undefined && holder[key] !== null))) return key;
  }
  return undefined;
}

/** A run ID in a query or body that is not its own `runId`. */
function unreadKeys(holder, path) {
  const isList = !isPlain(holder) && isCollection(holder);
  // A getter of a class, or of a document of a database client.
  if (!isList && inherits(holder, 'runId')) return { reason: 'inherited', source: `${path}.runId` };
  const key = firstSpelling(isList ? holder.keys() : Object.keys(holder), isMisspelled);
  return key === undefined ? null : { reason: 'misspelled-key', value: holder, source: placeOf(path, key) };
}

/** How many keys of a query or body are looked at for a spelling of `runId`. SPEC §4. */
const MAX_KEYS = 1000;

/** The first key that differs from `runId` in spelling alone, or not at all, and is taken; undefined if there is none. */
function firstSpelling(keys, isTaken) {
  let looked = 0;
  for (const key of keys) {
    if (isSpellingOfRunId(key) && isTaken(key)) return key;
    looked += 1;
    if (looked === MAX_KEYS) return undefined;
  }
  return undefined;
}

const isMisspelled = (key) => key !== 'runId';

module.exports = { unreadPartOf };
