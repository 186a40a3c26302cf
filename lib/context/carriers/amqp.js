'use strict';

// Headers of an AMQP message.

const { HEADER } = require('../../core/header.js');
const { isSpellingOfHeader } = require('../../core/spelling.js');
const { Flaw, Name, ownValue, several, valueIn, withValue } = require('./named-value.js');
const { isRecord, textOf } = require('./shape.js');

const NAME = new Name(HEADER, isSpellingOfHeader);

const amqp = {
  place: HEADER,
  received: {
    accepts: isRecord,
    wants: 'a message with its properties, or its headers',
    read: (carrier) => readHeaders(isMessage(carrier) ? headersOf(carrier) : carrier),
  },
  sent: {
    accepts: (headers) => isRecord(headers) && !isMessage(headers) && !Object.hasOwn(headers, 'headers'),
    wants: 'the headers of a message, not the message or its options',
    copy: (headers) => ({ ...headers }),
    read: readHeaders,
    write: (headers, runId) => withValue(headers, NAME, runId),
  },
};

/** Headers may have any name and contain tables, so the run ID is looked for first. */
function isMessage(carrier) {
  return Object.hasOwn(carrier, 'properties') && !Object.hasOwn(carrier, HEADER);
}

function headersOf(message) {
  const properties = ownValue(message, 'properties');
  return isRecord(properties) ? ownValue(properties, 'headers') : properties;
}

function readHeaders(headers) {
  if (headers === undefined) return undefined;
  if (!isRecord(headers)) return new Flaw('amqp-headers', headers);
  const value = textOf(valueIn(headers, NAME));
  return Array.isArray(value) && value.length > 1 ? several(value) : value;
}

module.exports = { amqp };
