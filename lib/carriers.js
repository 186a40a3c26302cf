'use strict';

// Where a run ID travels from one process to another. SPEC §10.
//
// place     of the run ID, as errors name it
// accepts   whether a value is a carrier of this kind, and `wants`, what it has to be
// keep      the copy of a carrier that holds the run ID already
// entries   `[name, value]` of everything that is spelled like the run ID's place
// isExact   whether a name is the place itself
// write     a copy of a carrier that holds the run ID
// replaces  whether a run ID that is there belongs to someone else, and is replaced

const { VARIABLE } = require('./environment.js');
const { isSpellingOfRunId } = require('./spelling.js');
const { PARAMETER, parametersOf, urlTextOf, urlWith } = require('./url.js');

const HEADER = 'run-id';
const PROPERTY = 'runId';

/** A property of an object: the data of a job, of a worker thread. */
const DATA = {
  place: PROPERTY,
  accepts: isObject,
  wants: 'an object',
  keep: (data) => ({ ...data }),
  entries: (data) => ownEntries(data),
  isExact: (name) => name === PROPERTY,
  write: (data, runId) => ({ ...data, [PROPERTY]: runId }),
};

const ENVIRONMENT = {
  place: VARIABLE,
  accepts: isObject,
  wants: 'an object',
  entries: (env) => (env[VARIABLE] === undefined ? [] : [[VARIABLE, env[VARIABLE]]]),
  isExact: () => true,
  write: environmentWith,
  replaces: true,
};

const HEADERS = {
  place: HEADER,
  accepts: isObject,
  wants: 'an object, Headers or a Map',
  keep: (headers) => (isCollection(headers) ? new headers.constructor(headers) : { ...headers }),
  entries: (headers) =>
    (isCollection(headers) ? entriesOf(headers) : ownEntries(headers)).map(([name, value]) => [
      name,
      severalOf(value),
    ]),
  isExact: (name) => name.toLowerCase() === HEADER,
  write: headersWith,
};

const URL_PARAMETER = {
  place: `?${PARAMETER}`,
  accepts: (url) => urlTextOf(url) !== undefined,
  wants: 'an absolute http(s) URL or a path that begins with /',
  keep: urlTextOf,
  // Other spellings are parameters of the server's own.
  entries: (url) =>
    parametersOf(url).filter(([name]) => name === PARAMETER || name.startsWith(`${PARAMETER}[`)),
  isExact: (name) => name === PARAMETER,
  write: urlWith,
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

function ownEntries(object) {
  return Object.keys(object)
    .filter(isSpellingOfRunId)
    .map((name) => [name, object[name]]);
}

function isCollection(headers) {
  return typeof headers.entries === 'function' && typeof headers.set === 'function';
}

function entriesOf(headers) {
  return [...headers.entries()].filter(([name]) => isSpellingOfRunId(name));
}

/** Several headers of one name arrive as an array, or joined by commas. */
function severalOf(value) {
  return typeof value === 'string' && value.includes(',') ? value.split(',') : value;
}

function headersWith(headers, runId) {
  if (!isCollection(headers)) return { ...headers, [HEADER]: runId };
  const copy = new headers.constructor(headers);
  copy.set(HEADER, runId);
  return copy;
}

function environmentWith(env, runId) {
  const copy = { ...env };
  // Windows takes names of any case for one variable, and which of two it passes on is not ours to say.
  for (const name of Object.keys(copy)) {
    if (process.platform === 'win32' && name.toUpperCase() === VARIABLE) delete copy[name];
  }
  copy[VARIABLE] = runId;
  return copy;
}

module.exports = { CARRIERS };
