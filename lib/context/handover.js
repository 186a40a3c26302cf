'use strict';

// Handing the run to another process, and receiving it there. What is handed over is checked on both sides, and
// nothing is ever generated. SPEC §10.

const binding = require('../binding.js');
const { CARRIERS } = require('./carriers.js');
const { currentRunId, runWithin } = require('./run-in-hand.js');
const {
  givenInEnvironment,
  takeFromEnvironment,
  takenFromEnvironment,
  VARIABLE,
} = require('./environment.js');
const { emit, reject } = require('../events/events.js');
const { requireFunction, typeError } = require('../core/options.js');
const { check } = require('../core/run-id.js');
const { placeOf } = require('../core/spelling.js');

function inject(carrier, name = 'data', runId) {
  return injectInto(carrier, carrierOf(name, inject), name, runId, inject);
}

function extract(carrier, name = 'data') {
  return extractFrom(carrier, name, extract);
}

/** A message belongs to its own run, whatever run the loop that receives it was started in. */
function receive(carrier, name, fn) {
  requireFunction(fn, 'fn', receive);
  return runWithin(extractFrom(carrier, name, receive), fn, name);
}

function childEnv(runId, env = process.env) {
  return injectInto(env, CARRIERS.env, 'env', runId, childEnv);
}

function withRunId(url, runId) {
  return injectInto(url, CARRIERS.url, 'url', runId, withRunId);
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

function injectInto(carrier, kind, name, runId, caller) {
  const handedOver = givenOrCurrent(runId, caller);
  const copy = copyWith(carrier, kind, name, runId, handedOver, caller);
  emit('send', caller, { runId: handedOver, carrier: name, peer: kind.peerOf?.(copy) });
  return copy;
}

function copyWith(carrier, kind, name, runId, handedOver, caller) {
  requireCarrier(carrier, kind, name, caller);
  const copy = kind.copy(carrier);
  if (kind.replaces) return kind.write(copy, handedOver);
  const source = `${name} ${kind.place}`;
  const found = foundIn(copy, kind, name, caller);
  if (found === undefined) return kind.write(copy, handedOver);
  check(found, caller, source);
  if (found === handedOver) return copy;
  const higher = runId === undefined ? 'currentRunId()' : 'runId';
  throw reject(binding.refuse('conflict', found, higher, source), caller);
}

function extractFrom(carrier, name, caller) {
  const kind = carrierOf(name, caller);
  const source = `${name} ${kind.place}`;
  if (carrier === undefined || carrier === null) missing(source, caller);
  requireCarrier(carrier, kind, name, caller);
  const found = foundIn(carrier, kind, name, caller) ?? missing(source, caller);
  check(found, caller, source);
  emit('receive', caller, { runId: found, carrier: name });
  return found;
}

/** What a carrier holds, unchecked: an array when it holds several values, in whatever spellings. */
function foundIn(carrier, kind, name, caller) {
  const entries = kind.entries(carrier).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length > 1) return entries.map(([, value]) => value);
  if (entries.length === 0) return undefined;
  const [[key, value]] = entries;
  if (kind.isExact(key)) return value;
  throw reject(binding.refuseUnread('misspelled-place', carrier, caller.name, placeOf(name, key)), caller);
}

function carrierOf(name, caller) {
  const kind = typeof name === 'string' ? CARRIERS[name] : undefined;
  if (kind !== undefined) return kind;
  const names = Object.keys(CARRIERS).join(', ');
  throw typeError(
    `${caller.name}: unknown carrier "${binding.show(name)}"; expected one of ${names}`,
    caller,
  );
}

function requireCarrier(carrier, { accepts, wants }, name, caller) {
  if (!accepts(carrier)) throw typeError(`${caller.name}: ${name} must be ${wants}`, caller);
}

/** The run ID that was given, or the one in hand. */
function givenOrCurrent(runId, caller) {
  if (runId === undefined) return currentRunId() ?? missing('currentRunId()', caller);
  check(runId, caller, 'runId');
  return runId;
}

function missing(place, caller) {
  throw reject(binding.refuse('missing-in', undefined, place), caller);
}

module.exports = { childEnv, extract, inject, receive, requireRunId, runIdFromEnv, withRunId };
