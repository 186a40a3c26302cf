'use strict';

// Headers of a Kafka message. KafkaJS has an object of Buffers, Confluent's client a list of objects with one key each,
// and in batches an object of these with the keys 0, 1, …; Lambda has such a list with bytes as numbers.

const { types } = require('node:util');
const { Flaw, headerName, several, valueAmong, withValue } = require('./named-value.js');
const { isBytes, isRecord, textOf } = require('./shape.js');

const HEADER = 'run-id';
const NAME = headerName(HEADER);

const kafka = {
  place: HEADER,
  received: {
    accepts: isHeaders,
    wants: 'a message, or its headers',
    read: (carrier) => readHeaders(isMessage(carrier) ? carrier.headers : carrier),
  },
  sent: {
    accepts: (headers) => isHeaders(headers) && !isMessage(headers),
    wants: 'the headers of a message, not the message',
    copy,
    read: readHeaders,
    write,
  },
};

function isHeaders(value) {
  return isRecord(value) || Array.isArray(value) || types.isMap(value);
}

/** Old messages have a value and no headers at all. Headers may have any name, so the run ID is asked first. */
function isMessage(carrier) {
  if (!isRecord(carrier) || Object.hasOwn(carrier, HEADER)) return false;
  return ['headers', 'value', 'messages'].some((key) => Object.hasOwn(carrier, key));
}

function readHeaders(headers) {
  if (headers === undefined || headers === null) return undefined;
  const entries = entriesOf(headers);
  if (entries === undefined) return new Flaw('kafka-headers', headers);
  const value = valueAmong(entries, NAME);
  if (!Array.isArray(value)) return textOf(value);
  if (isByteList(value)) return textOf(Uint8Array.from(value));
  return value.length > 1 ? several(value) : value;
}

/** Pairs of a key and a value; undefined for headers of another form. */
function entriesOf(headers) {
  if (types.isMap(headers)) return [...headers].map(([key, value]) => [textOf(key), value]);
  if (Array.isArray(headers)) return entriesOfList(headers);
  if (!isRecord(headers)) return undefined;
  const entries = Object.entries(headers);
  if (entries.every(([, value]) => isValue(value))) return entries;
  const isList = entries.every(([key]) => /^\d+$/.test(key));
  return isList ? entriesOfList(entries.map(([, value]) => value)) : undefined;
}

function entriesOfList(list) {
  /** @type {[string, unknown][]} */
  const entries = [];
  for (const header of list) {
    const pairs = isRecord(header) ? Object.entries(header) : [];
    if (pairs.length !== 1 || !isValue(pairs[0][1])) return undefined;
    entries.push(pairs[0]);
  }
  return entries;
}

/** Headers hold nothing that has properties. */
function isValue(value) {
  return typeof value !== 'object' || value === null || isBytes(value) || Array.isArray(value);
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
  return Array.isArray(headers) ? [...headers, { [HEADER]: runId }] : withValue(headers, NAME, HEADER, runId);
}

module.exports = { kafka };
