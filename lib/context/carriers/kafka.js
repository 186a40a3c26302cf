'use strict';

// Headers of a Kafka message. KafkaJS has an object of Buffers, Confluent's client a list of objects with one key each,
// and in batches an object of these with the keys 0, 1, …; Lambda has such a list with bytes as numbers.

const { types } = require('node:util');
const { HEADER } = require('../../core/header.js');
const { isSpellingOfHeader } = require('../../core/spelling.js');
const { Flaw, Name, Search, ownValue, several, withValue } = require('./named-value.js');
const { isRecord, textOf } = require('./shape.js');

const NAME = new Name(HEADER, isSpellingOfHeader);

const kafka = {
  place: HEADER,
  received: {
    accepts: isHeaders,
    wants: 'a message, or its headers',
    read: (carrier) => readHeaders(isMessage(carrier) ? ownValue(carrier, 'headers') : carrier),
  },
  sent: {
    accepts: (headers) => isHeaders(headers) && !isMessage(headers) && !isListOfMessages(headers),
    wants: 'the headers of a message, not the message',
    copy,
    read: readHeaders,
    write,
  },
};

function isHeaders(value) {
  return isRecord(value) || Array.isArray(value) || types.isMap(value);
}

/** Old messages have a value and no headers at all. Headers may have any name, so the run ID is looked for first. */
function isMessage(carrier) {
  if (Object.hasOwn(carrier, HEADER)) return false;
  return (
    Object.hasOwn(carrier, 'headers') || Object.hasOwn(carrier, 'value') || Object.hasOwn(carrier, 'messages')
  );
}

function isListOfMessages(list) {
  return Array.isArray(list) && list.some((each) => isRecord(each) && isMessage(each));
}

function readHeaders(headers) {
  if (headers === undefined) return undefined;
  const search = new Search(NAME);
  if (!lookIn(search, headers)) return new Flaw('kafka-headers', headers);
  const value = search.found;
  if (!Array.isArray(value)) return textOf(value);
  if (isByteList(value)) return textOf(Uint8Array.from(value));
  return value.length > 1 ? several(value) : value;
}

/** Whether they have a known form, and were searched. */
function lookIn(search, headers) {
  if (!isRecord(headers)) {
    if (Array.isArray(headers)) return lookInList(search, headers);
    if (!types.isMap(headers)) return false;
    for (const [key, value] of headers) search.look(textOf(key), value);
    return true;
  }
  const keys = Object.keys(headers);
  for (const key of keys) {
    const value = headers[key];
    if (!isValue(value))
      return keys.every((each) => /^\d+$/.test(each)) && lookInList(search, Object.values(headers));
    search.look(key, value);
  }
  return true;
}

function lookInList(search, list) {
  for (const header of list) {
    const pairs = isRecord(header) ? Object.entries(header) : [];
    if (pairs.length !== 1 || !isValue(pairs[0][1])) return false;
    search.lookAmong(pairs);
  }
  return true;
}

/** Header values never have properties. */
function isValue(value) {
  return typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Array.isArray(value);
}

function isByteList(value) {
  return value.length > 0 && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
}

function copy(headers) {
  if (types.isMap(headers)) return new Map(headers);
  return Array.isArray(headers) ? [...headers] : { ...headers };
}

function write(headers, runId) {
  if (types.isMap(headers)) return headers.set(HEADER, runId);
  return Array.isArray(headers) ? [...headers, { [HEADER]: runId }] : withValue(headers, NAME, runId);
}

module.exports = { kafka };
