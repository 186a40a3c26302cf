'use strict';

// Where a run ID travels from one process to another. SPEC §10.
//
// place     of the run ID, as errors name it
// accepts   whether a value is a carrier of this kind, and `wants`, what it has to be
// copy      a copy, so that what is looked at is what is handed over
// entries   `[name, value]` of everything that is spelled like the run ID's place
// isExact   whether a name is the place itself
// write     the run ID into such a copy, which it may give back anew
// replaces  whether a run ID that is there belongs to someone else, and is replaced

const { types } = require('node:util');
const { VARIABLE } = require('./environment.js');
const { HEADER, isHeader, severalOf } = require('../core/header.js');
const { isSpellingOfRunId } = require('../core/spelling.js');
const { PARAMETER, hostOf, parametersOf, urlTextOf, urlWith } = require('./url.js');

const PROPERTY = 'runId';

/** A property of an object: the data of a job, of a worker thread. */
const DATA = {
  place: PROPERTY,
  accepts: isRecord,
  wants: 'an object that holds its data in its own properties',
  copy: (data) => ({ ...data }),
  entries: (data) => ownEntries(data),
  isExact: (name) => name === PROPERTY,
  write: (data, runId) => ({ ...data, [PROPERTY]: runId }),
};

const ENVIRONMENT = {
  place: VARIABLE,
  accepts: isObject,
  wants: 'an object',
  copy: (env) => ({ ...env }),
  entries: (env) => (Object.hasOwn(env, VARIABLE) ? [[VARIABLE, env[VARIABLE]]] : []),
  isExact: () => true,
  write: environmentWith,
  replaces: true,
};

const HEADERS = {
  place: HEADER,
  accepts: (headers) => isCollection(headers) || isRecord(headers) || tagOf(headers).endsWith('Headers'),
  wants: 'an object, Headers or a Map',
  copy: (headers) => (isCollection(headers) ? new headers.constructor(headers) : { ...headers }),
  entries: (headers) =>
    (isCollection(headers) ? entriesOf(headers) : ownEntries(headers)).map(([name, value]) => [
      name,
      severalOf(value),
    ]),
  isExact: isHeader,
  write: headersWith,
};

const URL_PARAMETER = {
  place: `?${PARAMETER}`,
  accepts: (url) => urlTextOf(url) !== undefined,
  wants: 'an absolute http(s) URL or a path that begins with /',
  copy: urlTextOf,
  // Other spellings are parameters of the server's own.
  entries: (url) =>
    parametersOf(url).filter(([name]) => name === PARAMETER || name.startsWith(`${PARAMETER}[`)),
  isExact: (name) => name === PARAMETER,
  write: urlWith,
  peerOf: hostOf,
};

const CARRIERS = {
  __proto__: null,
  data: DATA,
  workerData: DATA,
  env: ENVIRONMENT,
  headers: HEADERS,
  url: URL_PARAMETER,
};

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether what an object holds is in its properties: that of a Map, a promise or a FormData would be lost. */
function isRecord(value) {
  return isObject(value) && tagOf(value) === 'Object';
}

/** What an object says that it is: `Object`, `Map`, `Headers`. */
function tagOf(value) {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function ownEntries(object) {
  return Object.keys(object)
    .filter(isSpellingOfRunId)
    .map((name) => [name, object[name]]);
}

function isCollection(headers) {
  return types.isMap(headers) || (isObject(headers) && tagOf(headers) === 'Headers');
}

function entriesOf(headers) {
  return [...headers.entries()].filter(([name]) => isSpellingOfRunId(name));
}

function headersWith(headers, runId) {
  // An absent one under another name would be sent beside it, as the text `undefined` or `null`.
  if (isCollection(headers)) {
    for (const [name] of entriesOf(headers)) headers.delete(name);
    headers.set(HEADER, runId);
    return headers;
  }
  for (const [name] of ownEntries(headers)) delete headers[name];
  return { ...headers, [HEADER]: runId };
}

function environmentWith(env, runId) {
  // Windows takes names of any case for one variable, and which of two it passes on is not ours to say.
  for (const name of Object.keys(env)) {
    if (process.platform === 'win32' && name.toUpperCase() === VARIABLE) delete env[name];
  }
  return { ...env, [VARIABLE]: runId };
}

module.exports = { CARRIERS };
