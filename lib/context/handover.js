'use strict';

// Handing the run to another process, and receiving it there. The ID is checked on both sides, and
// nothing is ever generated. SPEC §10.

const binding = require('../binding.js');
const { CARRIERS, carrierOf } = require('./carriers/index.js');
const { Flaw } = require('./carriers/named-value.js');
const { currentRunId, runWithin } = require('./run-in-hand.js');
const {
  givenInEnvironment,
  takeFromEnvironment,
  takenFromEnvironment,
  VARIABLE,
} = require('./environment.js');
const { emit, reject } = require('../events/events.js');
const { arrived } = require('../core/arrival.js');
const { requireFunction, typeError } = require('../core/options.js');
const { check, isRunId } = require('../core/run-id.js');
const { placeOf } = require('../core/spelling.js');

// No public function ends with a call: Bun would remove its frame from the stack, and with it the place of an error. That
// is why the functions below return their results in objects.

function inject(carrier, name = 'data', runId) {
  return sendIn(carrier, carrierOf(name, inject), runId, inject).copy;
}

function extract(carrier, name = 'data') {
  return receiveIn(carrier, carrierOf(name, extract), extract).runId;
}

/** A message belongs to its own run, whatever run the loop that receives it was started in. */
function receive(carrier, name, fn) {
  requireFunction(fn, 'fn', receive);
  const kind = carrierOf(name, receive);
  const { runId } = receiveIn(carrier, kind, receive);
  return runWithin(runId, fn, kind.name);
}

function childEnv(runId, env = process.env) {
  return sendIn(env, CARRIERS.env, runId, childEnv).copy;
}

function withRunId(url, runId) {
  return sendIn(url, CARRIERS.url, runId, withRunId).copy;
}

function runIdFromEnv() {
  const source = `process.env.${VARIABLE}`;
  const given = givenInEnvironment();
  if (given !== undefined) check(given, runIdFromEnv, source);
  takeFromEnvironment();
  const runId = takenFromEnvironment() ?? missing(source, runIdFromEnv);
  emit('receive', runIdFromEnv, { runId, carrier: 'env' });
  return runId;
}

function requireRunId() {
  const runId = currentRunId();
  if (runId === undefined) missing('currentRunId()', requireRunId);
  return runId;
}

function sendIn(carrier, kind, runId, caller) {
  const handedOver = givenOrCurrent(runId, caller);
  requireShape(carrier, kind, kind.sent, caller);
  const copy = copyWith(carrier, kind, runId, handedOver, caller);
  emit('send', caller, { runId: handedOver, carrier: kind.name, peer: kind.sent.peerOf?.(copy) });
  return { copy };
}

function copyWith(carrier, kind, runId, handedOver, caller) {
  const { sent } = kind;
  const copy = sent.copy(carrier);
  const found = sent.replaces ? undefined : sent.read(copy);
  if (found === undefined) return sent.write(copy, handedOver, caller);
  if (found === handedOver) return copy;
  requireRunIdIn(found, carrier, kind, caller);
  const higher = runId === undefined ? 'currentRunId()' : 'runId';
  throw reject(binding.refuse('conflict', found, higher, sourceOf(kind)), caller);
}

function receiveIn(carrier, kind, caller) {
  if (carrier === undefined || carrier === null) missing(sourceOf(kind), caller);
  requireShape(carrier, kind, kind.received, caller);
  const found = kind.received.read(carrier);
  if (!isRunId(found)) requireRunIdIn(found, carrier, kind, caller);
  emit('receive', caller, { runId: found, carrier: kind.name });
  return arrived(caller, { runId: found, source: kind.name });
}

/** Throws unless the value in a carrier is a run ID. */
function requireRunIdIn(found, carrier, kind, caller) {
  if (found === undefined) missing(sourceOf(kind), caller);
  if (!Flaw.is(found)) return check(found, caller, sourceOf(kind));
  const source = found.key === undefined ? sourceOf(kind) : placeOf(kind.name, found.key);
  throw reject(binding.refuseUnread(found.reason, found.value ?? carrier, caller.name, source), caller);
}

function requireShape(carrier, { name }, { accepts, wants }, caller) {
  if (!accepts(carrier)) throw typeError(`${caller.name}: ${name} must be ${wants}`, caller);
}

/** A carrier and the place within it, as errors name them. */
function sourceOf({ name, place }) {
  return place === undefined ? name : `${name} ${place}`;
}

/** The given run ID, or the one in hand. */
function givenOrCurrent(runId, caller) {
  if (runId === undefined) return currentRunId() ?? missing('currentRunId()', caller);
  if (!isRunId(runId)) check(runId, caller, 'runId');
  return runId;
}

function missing(place, caller) {
  throw reject(binding.refuse('missing-in', undefined, place), caller);
}

module.exports = { childEnv, extract, inject, receive, requireRunId, runIdFromEnv, withRunId };
