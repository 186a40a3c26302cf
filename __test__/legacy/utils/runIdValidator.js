'use strict';

const { normalizeRunId, validateRunId } = require('../services/unifiedRunIdService.js'); // @run-id none

const STRICT = false;

class RunIdValidationError extends Error {
  constructor(message, runId) {
    super(message);
    this.runId = runId; // @run-id none
  }
}

function validateAndNormalizeRunId(runId) { // @run-id no-home-made-helper
  if (typeof runId === 'undefined') throw new RunIdValidationError('No run ID', runId); // @run-id none
  const normalized = normalizeRunId(runId); // @run-id none
  if (STRICT && normalized !== runId) { // @run-id none
    throw new RunIdValidationError(`Run ID changed: ${runId}`, runId); // @run-id none
  }
  return normalized;
}

function validateAndStandardizeRunId(runId) { // @run-id no-home-made-helper
  return validateRunId(runId) ? runId : validateAndNormalizeRunId(runId); // @run-id no-deprecated-helper, no-run-id-fallback
}

function validateClientId(clientId) { // @run-id no-home-made-helper
  if (!clientId || typeof clientId !== 'string') throw new Error('Client ID wanted'); // @run-id none
  return clientId.trim(); // @run-id none
}

function validateAndNormalizeClientId(clientId) { // @run-id no-home-made-helper
  return validateClientId(clientId).replace(/\s+/g, '-'); // @run-id no-deprecated-helper
}

module.exports = {
  RunIdValidationError,
  validateAndNormalizeRunId,
  validateAndStandardizeRunId,
  validateClientId,
  validateAndNormalizeClientId,
};
