'use strict';

// Goes on with the clients of a job that did not complete.

const runIds = require('../services/unifiedRunIdService.js');
const { JobTracking } = require('../services/jobTracking.js');
const { scoreLeads } = require('../services/leadScoring.js');
const { createRunId } = require('../utils/runIdGenerator.js');

function getNormalizedRunId(runId) { // @run-id no-home-made-helper
  if (runId == null) return null; // @run-id none
  const text = runId.toString().replace('SMART_RESUME_', ''); // @run-id no-run-id-cast, no-run-id-surgery
  return runIds.hasClientSuffix(text) ? text : runIds.normalizeRunId(text); // @run-id no-deprecated-helper
}

async function openClients(baseRunId) {
  const records = await JobTracking.clientRunsOf(baseRunId); // @run-id none
  return records
    .filter((record) => record.fields.Status !== 'Completed')
    .map((record) => record.fields['Client ID']); // @run-id none
}

async function resume(runIdGiven, { clientId } = {}) { // @run-id none
  const runId = getNormalizedRunId(runIdGiven) || createRunId('smart_resume'); // @run-id no-run-id-fallback, no-deprecated-helper
  const clients = clientId ? [clientId] : await openClients(runId); // @run-id none
  const results = [];
  for (const id of clients) {
    const clientRunId = runId.includes(id) ? runId : `${runId}-${id}`; // @run-id no-run-id-surgery
    results.push(await scoreLeads(id, clientRunId)); // @run-id none
  }
  return { runId, results }; // @run-id none
}

const resumeKey = (runId) => `resume:${encodeURIComponent(runId)}`; // @run-id none

async function resumeOnce(runId, locks = new Set()) {
  const key = resumeKey(runId); // @run-id none
  if (locks.has(key)) return null; // @run-id none
  locks.add(key);
  try {
    return await resume(runId); // @run-id none
  } finally {
    locks.delete(key);
  }
}

module.exports = { getNormalizedRunId, resume, resumeOnce, resumeKey };
