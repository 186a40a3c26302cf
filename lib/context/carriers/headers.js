'use strict';

// HTTP headers, whose names may be in any case.

const { types } = require('node:util');
const { HEADER, isHeader } = require('../../core/header.js');
const { Name, several, valueAmong, valueIn, withValue } = require('./named-value.js');
const { isSpellingOfHeader } = require('../../core/spelling.js');
const { isObject, isRecord, tagOf } = require('./shape.js');

const NAME = new Name(HEADER, isSpellingOfHeader, isHeader);

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
  const isRead = isRecord(headers) || !isCollection(headers);
  const value = isRead ? valueIn(headers, NAME) : valueAmong(headers.entries(), NAME);
  // Several headers of one name arrive as an array, or joined by commas.
  if (typeof value === 'string' && value.includes(',')) return several(value.split(','));
  return Array.isArray(value) && value.length > 1 ? several(value) : value;
}

function write(headers, runId) {
  if (!isCollection(headers)) return withValue(headers, NAME, runId);
  for (const key of [...headers.keys()]) if (NAME.isSpelling(key)) headers.delete(key);
  headers.set(HEADER, runId);
  return headers;
}

module.exports = { headers };
