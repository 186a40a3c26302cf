'use strict';

// Attributes of an SQS message, as its client gives them and as an event of Lambda does.

const { Flaw, ownValue, propertyName, several, valueAmong, withValue } = require('./named-value.js');
const { isRecord } = require('./shape.js');

const ATTRIBUTE = 'RunId';
const NAME = propertyName(ATTRIBUTE);

/** Where a message has its attributes, and an attribute its text: in a message of the client, in one of Lambda. */
const ATTRIBUTES = ['MessageAttributes', 'messageAttributes'];
const TEXTS = ['StringValue', 'stringValue'];

/** What every message has of these, and no set of attributes, which are objects. */
const BODIES = ['Body', 'body', 'MessageId', 'messageId'];

const sqs = {
  place: ATTRIBUTE,
  received: { accepts: isRecord, wants: 'a message, or its attributes', read },
  sent: {
    accepts: (given) => isRecord(given) && !isMessage(given) && Object.values(given).every(isAttribute),
    wants: 'the attributes of a message, each an object, not the message',
    copy: (attributes) => ({ ...attributes }),
    read: (attributes) => textOf(valueAmong(Object.entries(attributes), NAME)),
    write: (attributes, runId) =>
      withValue(attributes, NAME, ATTRIBUTE, { DataType: 'String', StringValue: runId }),
  },
};

function isMessage(carrier) {
  return (
    ATTRIBUTES.some((key) => Object.hasOwn(carrier, key)) ||
    BODIES.some((key) => typeof ownValue(carrier, key) === 'string')
  );
}

function isAttribute(value) {
  return value === undefined || value === null || isRecord(value);
}

function read(carrier) {
  if (!isMessage(carrier)) return textOf(valueAmong(Object.entries(carrier), NAME));
  const held = ATTRIBUTES.map((key) => ownValue(carrier, key)).filter(
    (attributes) => attributes !== undefined,
  );
  const odd = held.find((attributes) => !isRecord(attributes));
  if (odd !== undefined) return new Flaw('sqs-attribute', odd);
  const entries = held.flatMap((attributes) => Object.entries(attributes));
  return textOf(valueAmong(entries, NAME)) ?? reasonOf(carrier, entries.length === 0);
}

/** The text of an attribute. */
function textOf(attribute) {
  if (attribute === undefined || Flaw.is(attribute)) return attribute;
  const texts = isRecord(attribute)
    ? TEXTS.map((key) => ownValue(attribute, key)).filter((text) => text !== undefined)
    : [];
  if (texts.length === 0) return new Flaw('sqs-attribute', attribute);
  return texts.length > 1 ? several(texts) : texts[0];
}

/** Why a message has none, where that can be told. Lambda always asks for the attributes, the client only on demand. */
function reasonOf(message, isWithoutAttributes) {
  const body = ownValue(message, 'Body') ?? ownValue(message, 'body');
  if (isEnvelope(body)) return new Flaw('sns-envelope');
  return isWithoutAttributes && Object.hasOwn(message, 'Body') ? new Flaw('no-attributes') : undefined;
}

/** The most that SQS takes. */
const MAX_BODY = 2 ** 20;

function isEnvelope(body) {
  if (typeof body !== 'string' || body.length > MAX_BODY) return false;
  try {
    const sent = JSON.parse(body);
    return isRecord(sent) && sent.Type === 'Notification' && typeof sent.Message === 'string';
  } catch {
    return false;
  }
}

module.exports = { sqs };
