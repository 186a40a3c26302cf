'use strict';

const {
  stripClientSuffix: toBase,
  addClientSuffix,
  extractClientId,
  hasClientSuffix,
} = require('../services/unifiedRunIdService.js');

// Answers whether the ID is this client's.
function hasSpecificClientSuffix(runId, clientId) { // @run-id no-home-made-helper
  return hasClientSuffix(runId) && extractClientId(runId) === clientId; // @run-id no-deprecated-helper
}

function standardizeRunId(runId) { // @run-id no-home-made-helper
  if (runId === null || runId === undefined) return runId; // @run-id none
  return String(runId).trim(); // @run-id no-run-id-cast, no-run-id-surgery
}

function extractId(value) { // @run-id no-home-made-helper
  return typeof value === 'object' && value !== null ? value.runId || value.id || value.baseId : value; // @run-id no-run-id-cast
}

function getCachedRunInfo(runId) { // @run-id no-home-made-helper
  const base = toBase(runId); // @run-id no-deprecated-helper
  return { runId, base, clientId: extractClientId(runId) }; // @run-id no-deprecated-helper
}

const ensureClientSuffix = (runId, clientId) => // @run-id no-home-made-helper
  hasSpecificClientSuffix(runId, clientId) // @run-id no-deprecated-helper
    ? runId
    : addClientSuffix(toBase(runId), clientId); // @run-id no-deprecated-helper, no-strip-then-add

module.exports = {
  hasSpecificClientSuffix,
  standardizeRunId,
  extractId,
  getCachedRunInfo,
  ensureClientSuffix,
  baseOf: toBase,
};
