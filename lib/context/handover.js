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

function injectInto(carrier, kind, name, runId, from) {
  const handedOver = givenOrCurrent(runId, from);
  const copy = copyWith(carrier, kind, name, runId, handedOver, from);
  emit('send', from, { runId: handedOver, carrier: name, peer: kind.peerOf?.(copy) });
  return copy;
}

function copyWith(carrier, kind, name, runId, handedOver, from) {
  requireCarrier(carrier, kind, name, from);
  const copy = kind.copy(carrier);
  if (kind.replaces) return kind.write(copy, handedOver);
  const source = `${name} ${kind.place}`;
  const found = foundIn(copy, kind, name, from);
  if (found === undefined) return kind.write(copy, handedOver);
  check(found, from, source);
  if (found === handedOver) return copy;
  const higher = runId === undefined ? 'currentRunId()' : 'runId';
  throw reject(binding.refuse('conflict', found, higher, source), from);
}

function extractFrom(carrier, name, from) {
  const kind = carrierOf(name, from);
  const source = `${name} ${kind.place}`;
  if (carrier === undefined || carrier === null) missing(source, from);
  requireCarrier(carrier, kind, name, from);
  const found = foundIn(carrier, kind, name, from) ?? missing(source, from);
  check(found, from, source);
  emit('receive', from, { runId: found, carrier: name });
  return found;
}

/** What a carrier holds, unchecked: an array when it holds several values, in whatever spellings. */
function foundIn(carrier, kind, name, from) {
  const entries = kind.entries(carrier).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length > 1) return entries.map(([, value]) => value);
  if (entries.length === 0) return undefined;
  const [[key, value]] = entries;
  if (kind.isExact(key)) return value;
  throw reject(binding.refuseUnread('misspelled-place', carrier, from.name, placeOf(name, key)), from);
}

function carrierOf(name, from) {
  const kind = typeof name === 'string' ? CARRIERS[name] : undefined;
  if (kind !== undefined) return kind;
  const names = Object.keys(CARRIERS).join(', ');
  throw typeError(`${from.name}: unknown carrier "${binding.show(name)}"; expected one of ${names}`, from);
}

function requireCarrier(carrier, { accepts, wants }, name, from) {
  if (!accepts(carrier)) throw typeError(`${from.name}: ${name} must be ${wants}`, from);
}

/** The run ID that was given, or the one in hand. */
function givenOrCurrent(runId, from) {
  if (runId === undefined) return currentRunId() ?? missing('currentRunId()', from);
  check(runId, from, 'runId');
  return runId;
}

function missing(place, from) {
  throw reject(binding.refuse('missing-in', undefined, place), from);
}

module.exports = { childEnv, extract, inject, receive, requireRunId, runIdFromEnv, withRunId };
