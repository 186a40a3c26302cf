'use strict';

// Where a run ID travels from one process to another, by the name of the carrier. SPEC §10.
//
// name      of the carrier, in events
// place     of the run ID in it, as errors name it; a custom carrier has none but its name
// received  what `extract` is given
// sent      what `inject` is given, which is not always the same: of a message, its headers
//
// Of both:
// accepts   whether a value is one, and `wants`, what it has to be
// read      the run ID in it, unchecked: undefined where there is none, a Flaw where that can't be told
//
// Of what is sent:
// copy      a copy, so that what is looked at is what is handed over
// write     the run ID into such a copy, which it may give back anew
// replaces  whether a run ID that is there belongs to someone else, and is replaced
// peerOf    who it is sent to, as far as it says

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

/** By name. Of two names for one kind each is a carrier of its own. */
const KINDS = { data, workerData: data, env, headers, url, bullmq, kafka, amqp, sqs };

/** @type {Record<string, any>} */
const CARRIERS = {
  __proto__: null,
  ...Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, carrierOfKind(name, kind)])),
};

/** With all properties, so that none is looked for in what all objects inherit. */
function carrierOfKind(name, { place, received, sent }) {
  return { name, place, received, sent: { replaces: false, peerOf: undefined, ...sent } };
}

/** The carrier of a name, or the custom one that is given in its place. */
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
