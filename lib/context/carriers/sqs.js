'use strict';

// Attributes of an SQS message, in the forms of its client and of a Lambda event.

const { Flaw, Name, Search, ownValue, several, valueIn, withValue } = require('./named-value.js');
const { isRecord } = require('./shape.js');

const ATTRIBUTE = 'RunId';
const NAME = new Name(ATTRIBUTE);

/** The names of a message's attributes and of an attribute's text: in the client, and in Lambda. */
const ATTRIBUTES = ['MessageAttributes', 'messageAttributes'];
const TEXTS = ['StringValue', 'stringValue'];

/** Properties that every message has, but no set of attributes: attributes are objects. */
const BODIES = ['Body', 'body', 'MessageId', 'messageId'];

const sqs = {
  place: ATTRIBUTE,
  received: { accepts: isRecord, wants: 'a message, or its attributes', read },
  sent: {
    accepts: (given) => isRecord(given) && !isMessage(given) && Object.values(given).every(isAttribute),
    wants: 'the attributes of a message, each an object, not the message',
    copy: (attributes) => ({ ...attributes }),
    read: (attributes) => textOf(valueIn(attributes, NAME)),
    write: (attributes, runId) => withValue(attributes, NAME, { DataType: 'String', StringValue: runId }),
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
  if (!isMessage(carrier)) return textOf(valueIn(carrier, NAME));
  const search = new Search(NAME);
  for (const key of ATTRIBUTES) {
    const attributes = ownValue(carrier, key);
    if (attributes === undefined) continue;
    if (!isRecord(attributes)) return new Flaw('sqs-attribute', attributes);
    search.lookIn(attributes);
  }
  return textOf(search.found) ?? reasonOf(carrier);
}

/** The text of an attribute. */
function textOf(attribute) {
  if (attribute === undefined || Flaw.is(attribute)) return attribute;
  if (!isRecord(attribute)) return new Flaw('sqs-attribute', attribute);
  const [one, other] = [ownValue(attribute, TEXTS[0]), ownValue(attribute, TEXTS[1])];
  if (one !== undefined && other !== undefined) return several([one, other]);
  return one ?? other ?? new Flaw('sqs-attribute', attribute);
}

/** Why a message has none, if that is known. Lambda always requests the attributes, the client only on demand. */
function reasonOf(message) {
  const body = ownValue(message, 'Body') ?? ownValue(message, 'body');
  if (isEnvelope(body)) return new Flaw('sns-envelope');
  const isWithout = ATTRIBUTES.every((key) => Object.keys(ownValue(message, key) ?? {}).length === 0);
  return isWithout && Object.hasOwn(message, 'Body') ? new Flaw('no-attributes') : undefined;
}

/** The most that SQS accepts. */
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
