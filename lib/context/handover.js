'use strict';

// Handing the run to another process, and receiving it there. What is handed over is checked on both sides, and
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
const { requireFunction, typeError } = require('../core/options.js');
const { check, isRunId } = require('../core/run-id.js');
const { placeOf } = require('../core/spelling.js');

function inject(carrier, name = 'data', runId) {
  return injectInto(carrier, carrierOf(name, inject), runId, inject);
}

function extract(carrier, name = 'data') {
  return extractFrom(carrier, carrierOf(name, extract), extract);
}

/** A message belongs to its own run, whatever run the loop that receives it was started in. */
function receive(carrier, name, fn) {
  requireFunction(fn, 'fn', receive);
  const kind = carrierOf(name, receive);
  return runWithin(extractFrom(carrier, kind, receive), fn, kind.name);
}

function childEnv(runId, env = process.env) {
  return injectInto(env, CARRIERS.env, runId, childEnv);
}

function withRunId(url, runId) {
  return injectInto(url, CARRIERS.url, runId, withRunId);
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
  return currentRunId() ?? missing('currentRunId()', requireRunId);
}

function injectInto(carrier, kind, runId, caller) {
  const handedOver = givenOrCurrent(runId, caller);
  requireShape(carrier, kind, kind.sent, caller);
  const copy = copyWith(carrier, kind, runId, handedOver, caller);
  emit('send', caller, { runId: handedOver, carrier: kind.name, peer: kind.sent.peerOf?.(copy) });
  return copy;
}

function copyWith(carrier, kind, runId, handedOver, caller) {
  const { sent } = kind;
  const copy = sent.copy(carrier);
  const found = sent.replaces === true ? undefined : sent.read(copy);
  if (found === undefined) return sent.write(copy, handedOver, caller);
  if (found === handedOver) return copy;
  requireRunIdIn(found, carrier, kind, caller);
  const higher = runId === undefined ? 'currentRunId()' : 'runId';
  throw reject(binding.refuse('conflict', found, higher, sourceOf(kind)), caller);
}

function extractFrom(carrier, kind, caller) {
  if (carrier === undefined || carrier === null) missing(sourceOf(kind), caller);
  requireShape(carrier, kind, kind.received, caller);
  const found = kind.received.read(carrier);
  if (!isRunId(found)) requireRunIdIn(found, carrier, kind, caller);
  emit('receive', caller, { runId: found, carrier: kind.name });
  return found;
}

/** Throws unless what a carrier holds is a run ID. */
function requireRunIdIn(found, carrier, kind, caller) {
  if (found === undefined) missing(sourceOf(kind), caller);
  if (!Flaw.is(found)) return check(found, caller, sourceOf(kind));
  const source = found.key === undefined ? sourceOf(kind) : placeOf(kind.name, found.key);
  throw reject(binding.refuseUnread(found.reason, found.value ?? carrier, caller.name, source), caller);
}

function requireShape(carrier, { name }, { accepts, wants }, caller) {
  if (!accepts(carrier)) throw typeError(`${caller.name}: ${name} must be ${wants}`, caller);
}

/** A carrier and the place in it, as errors name them. */
function sourceOf({ name, place }) {
  return place === undefined ? name : `${name} ${place}`;
}

/** The run ID that was given, or the one in hand. */
function givenOrCurrent(runId, caller) {
  if (runId === undefined) return currentRunId() ?? missing('currentRunId()', caller);
  if (!isRunId(runId)) check(runId, caller, 'runId');
  return runId;
}

function missing(place, caller) {
  throw reject(binding.refuse('missing-in', undefined, place), caller);
}

module.exports = { childEnv, extract, inject, receive, requireRunId, runIdFromEnv, withRunId };
