'use strict';

// Written after the others: what the new library has, and nothing besides.

const {
  createClientRunId,
  generateTimestampRunId,
  getBaseRunId,
  getClientId,
  isRunId,
  normalizeRunId,
  parseRunId,
} = require('unified-run-id');

function startOf(value) {
  if (!isRunId(value)) return null; // @run-id none
  const { startedAt, baseRunId } = parseRunId(value); // @run-id none
  return { startedAt, baseRunId }; // @run-id none
}

function siblings(runId, clientIds) {
  const baseRunId = getBaseRunId(normalizeRunId(runId)); // @run-id none
  return clientIds.map((clientId) => createClientRunId(baseRunId, clientId)); // @run-id no-strip-then-add
}

function belongsTo(runId, clientId) {
  return getClientId(runId) === clientId; // @run-id none
}

function moved(runId, clientId) {
  return createClientRunId(getBaseRunId(runId), clientId); // @run-id no-strip-then-add
}

function newRun(clientId) {
  return clientId === undefined ? generateTimestampRunId() : generateTimestampRunId(clientId); // @run-id none
}

module.exports = { createClientRunId, normalizeRunId, startOf, siblings, belongsTo, moved, newRun };
