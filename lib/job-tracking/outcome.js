'use strict';

// What is known about a record if the call that was to create it failed.

const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { clientOf } = require('../core/run-id.js');
const { isOpen } = require('./connection.js');
const { sinceMs } = require('./duration.js');

/**
 * The error to throw: the cause itself if it proves that nothing was created; otherwise one with the run ID, so that the
 * caller can look it up. A second try could create the record twice.
 */
function errorOfCreation(cause, runId, caller, begun) {
  return isOpen(cause) ? unknownOutcome(runId, caller, begun, cause) : cause;
}

function unknownOutcome(runId, caller, begun, cause) {
  const clientId = clientOf(runId);
  const table = clientId === null ? 'job' : 'client';
  const durationMs = sinceMs(begun);
  emit('record', caller, { method: caller.name, action: 'unknown', table, runId, clientId, durationMs });
  const error = Object.assign(reject(binding.refuse('job-unknown-outcome', runId), caller), { runId });
  return cause === undefined ? error : withCause(error, cause);
}

/** Not enumerable: details of a driver's error, such as an address, are for the log and not for a response. */
function withCause(error, cause) {
  return Object.defineProperty(error, 'cause', {
    __proto__: null,
    value: cause,
    writable: true,
    configurable: true,
  });
}

module.exports = { errorOfCreation, unknownOutcome, withCause };
