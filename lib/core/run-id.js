'use strict';

// Checking run IDs and taking them apart. The grammar is in crates/core; this file only passes a value on, and
// throws or returns the result.

const binding = require('../binding.js');
const { FRAMES_OF_ONE_ARGUMENT, Refused, channels, emit, refuse, reject } = require('../events/events.js');
const { unpacked } = require('../run-id-error.js');

const { BASE_LENGTH, MAX_LENGTH } = binding;
const isValid = binding.isRunId;
const isValidClient = binding.isClientId;
const passes = binding.pass;
const passChannel = channels.pass;

// Each function asks `typeof` and length first: N-API would flatten a rope of 100 MB only to refuse it.

/** @returns {value is string} */
function isRunId(value) {
  return typeof value === 'string' && value.length <= MAX_LENGTH && isValid(value) !== undefined;
}

function isBaseRunId(value) {
  return isRunId(value) && clientOf(value) === null;
}

function isClientRunId(value) {
  return isRunId(value) && clientOf(value) !== null;
}

function isClientId(value) {
  return typeof value === 'string' && value.length <= MAX_LENGTH && isValidClient(value) !== undefined;
}

function normalizeRunId(runId) {
  if (
    typeof runId === 'string' &&
    runId.length <= MAX_LENGTH &&
    passes(runId) !== undefined &&
    arguments.length < 2
  ) {
    if (passChannel.hasSubscribers) emit('pass', normalizeRunId, { runId }, FRAMES_OF_ONE_ARGUMENT);
    return runId;
  }
  if (arguments.length > 1) refuseClient(normalizeRunId, arguments.length, runId, arguments[1], arguments[2]);
  const rejection = refusalOf(runId, 'normalizeRunId');
  if (rejection) throw reject(rejection, normalizeRunId);
  emit('pass', normalizeRunId, { runId });
  return runId;
}

/** Written out twice: a shared body would add a call site, and make both half as fast. */
function getNormalizedRunId(runId) {
  if (
    typeof runId === 'string' &&
    runId.length <= MAX_LENGTH &&
    passes(runId) !== undefined &&
    arguments.length < 2
  ) {
    if (passChannel.hasSubscribers) emit('pass', getNormalizedRunId, { runId }, FRAMES_OF_ONE_ARGUMENT);
    return runId;
  }
  if (arguments.length > 1)
    refuseClient(getNormalizedRunId, arguments.length, runId, arguments[1], arguments[2]);
  const rejection = refusalOf(runId, 'getNormalizedRunId');
  if (rejection) throw reject(rejection, getNormalizedRunId);
  emit('pass', getNormalizedRunId, { runId });
  return runId;
}

/** Why a value is not a run ID; null if it is one. Short texts, which are refused most often, have their own fast path. */
function refusalOf(value, caller) {
  const isShort = typeof value === 'string' && value.length <= MAX_LENGTH;
  const packed = isShort ? binding.refuseText(value) : undefined;
  return packed === undefined ? binding.refuseRunId(value, caller) : unpacked(packed);
}

/**
 * Legacy callers passed a client, which would be dropped silently. The further arguments that iterating functions pass
 * to a callback look different: never two or three texts. SPEC §1. Parameters instead of `arguments`, which V8 would
 * turn into an object on each call.
 */
function refuseClient(caller, count, first, second, third) {
  if (typeof second !== 'string') return;
  if (count !== 2 && !(count === 3 && typeof first === 'string' && typeof third === 'string')) return;
  throw reject(binding.refuse('second-argument', second, caller.name, 'second argument'), caller);
}

/** Throws unless the value is a run ID. `caller` must not be a trial. */
function check(runId, caller, source, expectClientId) {
  const refused = refusedRunId(runId, caller.name, source);
  if (refused !== null) refuse(refused, caller, expectClientId);
}

/** Why a value is not a run ID; null if it is one. */
function refusedRunId(value, name, source) {
  return isRunId(value) ? null : notARunId(value, name, source);
}

function notARunId(value, name, source) {
  const kind = typeof value === 'string' ? 'text' : 'no text';
  return new Refused(kind, () => binding.refuseRunId(value, name, source));
}

/** Why a value is not a client ID; null if it is one. */
function refusedClientId(value, source) {
  return isClientId(value) ? null : new Refused('client ID', () => binding.refuseClientId(value, source));
}

/** Why a checked run ID does not belong to the expected client; null if it does, or if none was expected. */
function refusedOtherClient(runId, expectClientId, source) {
  return expectClientId === undefined || clientOf(runId) === expectClientId
    ? null
    : otherClient(runId, source);
}

/** A refusal because the value is, or belongs to, a client other than the expected one. */
function otherClient(value, source) {
  return new Refused('other-client', () => binding.refuse('other-client', value, null, source));
}

function getBaseRunId(runId) {
  if (!isRunId(runId)) check(runId, getBaseRunId);
  return baseOf(runId);
}

function getClientId(runId) {
  if (!isRunId(runId)) check(runId, getClientId);
  return clientOf(runId);
}

/** The base of a checked run ID. */
function baseOf(runId) {
  return runId.length === BASE_LENGTH ? runId : runId.slice(0, BASE_LENGTH);
}

/** The client ID of a checked run ID, or null. */
function clientOf(runId) {
  return runId.length === BASE_LENGTH ? null : runId.slice(BASE_LENGTH + 1);
}

function parseRunId(runId) {
  const parts = binding.parts(runId, parseRunId.name);
  if (Array.isArray(parts)) throw reject(parts, parseRunId);
  return Object.freeze({
    runId,
    baseRunId: parts.baseRunId,
    clientId: clientOf(runId),
    startedAt: new Date(parts.startedAtMs),
  });
}

function createClientRunId(baseRunId, clientId) {
  const joined = binding.joinClient(baseRunId, clientId, createClientRunId.name);
  if (typeof joined !== 'string') throw reject(joined, createClientRunId);
  return joined;
}

function clientRunIdFor(runId, clientId) {
  const joined = binding.clientRunIdFor(runId, clientId, clientRunIdFor.name);
  if (typeof joined !== 'string') throw reject(joined, clientRunIdFor);
  return joined;
}

module.exports = {
  baseOf,
  check,
  clientOf,
  clientRunIdFor,
  createClientRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isBaseRunId,
  isClientId,
  isClientRunId,
  isRunId,
  normalizeRunId,
  notARunId,
  otherClient,
  parseRunId,
  refusedClientId,
  refusedOtherClient,
  refusedRunId,
};
