'use strict';

const runIdService = require('../services/runIdService.js');
const { stripClientSuffix, extractClientId, generateRunId } = require('../services/unifiedRunIdService.js'); // @run-id none
const { hasSpecificClientSuffix, getCachedRunInfo } = require('../utils/runIdUtils.js'); // @run-id none
const { clientRunResults, jobTracking } = require('../store/tables.js');
const { JobTracking } = require('../services/jobTracking.js');

// Sums of a week by client; written by three people.
async function weekly({ runId = generateRunId(), clients = [] } = {}) { // @run-id no-run-id-fallback, no-deprecated-helper
  await jobTracking.create({ 'Run ID': runId, 'Job Type': 'Weekly', Status: 'Running' }); // @run-id none
  const sums = new Map();
  for (const record of await clientRunResults.select()) {
    const clientRunId = record.fields['Run ID']; // @run-id none
    const clientId = extractClientId(clientRunId); // @run-id no-deprecated-helper
    if (clients.length > 0 && !clients.includes(clientId)) continue; // @run-id none
    sums.set(clientId, (sums.get(clientId) ?? 0) + record.fields.Posts); // @run-id none
    if (hasSpecificClientSuffix(clientRunId, clientId)) continue; // @run-id no-deprecated-helper
    runIdService.registerRunRecord(clientRunId, clientId, record.id); // @run-id no-deprecated-helper
  }
  return { runId, sums: Object.fromEntries(sums) }; // @run-id none
}

async function jobOfWeek(runId) {
  const { base } = getCachedRunInfo(runId); // @run-id no-deprecated-helper
  const weeklyRunId = base || runId; // @run-id no-run-id-fallback
  return JobTracking.getJob(weeklyRunId); // @run-id none
}

async function mergeInto(runId, otherRunId) {
  if (runId && otherRunId && runId !== otherRunId) { // @run-id no-run-id-truthiness
    const sameJob = stripClientSuffix(runId) === stripClientSuffix(otherRunId); // @run-id no-deprecated-helper
    if (!sameJob) throw new Error(`${runId} and ${otherRunId} are of two jobs`); // @run-id none
  }
  const recordId = runIdService.getRunRecordId(runId, extractClientId(runId)); // @run-id no-deprecated-helper
  return recordId === null ? runId : otherRunId; // @run-id none
}

function weekOf(date) {
  const start = new Date(date); // @run-id none
  start.setUTCDate(start.getUTCDate() - start.getUTCDay());
  return start.toISOString().slice(0, 10).replaceAll('-', ''); // @run-id none
}

module.exports = { weekly, jobOfWeek, mergeInto, weekOf };
