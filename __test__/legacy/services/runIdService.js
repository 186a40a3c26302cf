'use strict';

// The first service, kept for the callers that were not moved.

const unified = require('./unifiedRunIdService.js');

const clientRuns = new Map();

exports.normalizeRunId = function normalizeRunId(runId, clientId, source) { // @run-id no-home-made-helper
  const id = unified.normalizeRunId(runId, clientId); // @run-id no-lost-client
  if (source) clientRuns.set(id, source); // @run-id none
  return id;
};

exports.registerRunRecord = function (runId, clientId, recordId) { // @run-id no-home-made-helper
  const key = runId + '-' + clientId; // @run-id no-run-id-surgery
  clientRuns.set(key, { recordId, at: Date.now() }); // @run-id none
  return recordId;
};

exports.getRunRecordId = function (runId, clientId) { // @run-id no-home-made-helper
  const found = clientRuns.get([runId, clientId].join('-')); // @run-id no-run-id-surgery
  return found ? found.recordId : null; // @run-id none
};

exports.registerApifyRunId = (apifyRunId, runId) => { // @run-id no-home-made-helper
  clientRuns.set(apifyRunId, { runId }); // @run-id none
  return runId;
};

exports.clearClientRunId = (clientId) => { // @run-id no-home-made-helper
  for (const key of clientRuns.keys()) {
    if (key.endsWith(`-${clientId}`)) clientRuns.delete(key); // @run-id none
  }
};
