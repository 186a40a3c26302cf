'use strict';

// The ways in which a run ID travels from one process to another, by name. SPEC §10.
//
// name      of the carrier, in events
// place     of the run ID in it, as errors name it; for a custom carrier, its name
// received  what is passed to `extract`
// sent      what is passed to `inject`, which is not always the same: for a message, its headers
//
// For both:
// accepts   whether a value is of this kind, and `wants`, what it has to be
// read      the run ID in it, unchecked: undefined if there is none, a Flaw if that is unclear
//
// For what is sent:
// copy      a copy, so that what is checked is what is handed over
// write     writes the run ID into such a copy, and returns it or a new one
// replaces  whether an existing run ID belongs to someone else, and is replaced
// peerOf    the receiver, as far as it is known

const binding = require('../../binding.js');
const { typeError } = require('../../core/options.js');
const { amqp } = require('./amqp.js');
const { bullmq } = require('./bullmq.js');
const { customCarrier } = require('./custom.js');
const { data } = require('./data.js');
const { env } = require('./env.js');
const { headers } = require('./headers.js');
const { kafka } = require('./kafka.js');
const { sqs } = require('./sqs.js');
const { url } = require('./url.js');

/** By name. Two names for one kind are two carriers. */
const KINDS = { data, workerData: data, env, headers, url, bullmq, kafka, amqp, sqs };

/** @type {Record<string, any>} */
const CARRIERS = {
  __proto__: null,
  ...Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, carrierOfKind(name, kind)])),
};

/** With all properties, so that none is looked up in `Object.prototype`. */
function carrierOfKind(name, { place, received, sent }) {
  return { name, place, received, sent: { replaces: false, peerOf: undefined, ...sent } };
}

/** The carrier of a name, or the custom carrier passed instead of a name. */
function carrierOf(name, caller) {
  const known = typeof name === 'string' ? CARRIERS[name] : undefined;
  if (known !== undefined) return known;
  if (typeof name === 'object' && name !== null) {
    const { source, kind } = customCarrier(name, caller);
    return carrierOfKind(source, kind);
  }
  const names = Object.keys(CARRIERS).join(', ');
  throw typeError(
    `${caller.name}: unknown carrier "${binding.show(name)}"; expected one of ${names}, or { source, get, set }`,
    caller,
  );
}

module.exports = { CARRIERS, carrierOf };
