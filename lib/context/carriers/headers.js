'use strict';

// Headers of HTTP, whose names may be in any case.

const { types } = require('node:util');
const { headerName, several, valueAmong, valueIn, withValue } = require('./named-value.js');
const { isObject, isRecord, tagOf } = require('./shape.js');

const HEADER = 'run-id';
const NAME = { ...headerName(HEADER), isExact: (key) => key.toLowerCase() === HEADER };

const received = {
  accepts: (headers) => isRecord(headers) || isCollection(headers) || isNamedHeaders(headers),
  wants: 'an object, Headers or a Map',
  read,
};

const headers = {
  place: HEADER,
  received,
  sent: {
    ...received,
    copy: (headers) => (isCollection(headers) ? new headers.constructor(headers) : { ...headers }),
    write,
  },
};

function isCollection(headers) {
  return types.isMap(headers) || (isObject(headers) && tagOf(headers) === '[object Headers]');
}

function isNamedHeaders(headers) {
  return isObject(headers) && tagOf(headers).endsWith('Headers]');
}

function read(headers) {
  const value = isCollection(headers) ? valueAmong([...headers.entries()], NAME) : valueIn(headers, NAME);
  // Several headers of one name arrive as an array, or joined by commas.
  if (typeof value === 'string' && value.includes(',')) return several(value.split(','));
  return Array.isArray(value) && value.length > 1 ? several(value) : value;
}

function write(headers, runId) {
  if (!isCollection(headers)) return withValue(headers, NAME, HEADER, runId);
  for (const key of [...headers.keys()]) if (NAME.isSpelling(key)) headers.delete(key);
  headers.set(HEADER, runId);
  return headers;
}

module.exports = { headers };
