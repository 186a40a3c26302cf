'use strict';

const runIdService = require('../services/unifiedRunIdService.js');
const { JobTracking } = require('../services/jobTracking.js');
const { activeClients } = require('../config/clients.js');
const { StructuredLogger } = require('../utils/structuredLogger.js');
const { runStarted } = require('../services/notifications.js');

// Starts a job and a run for each of its clients.
async function startBatch({ runId, jobType, clientIds }) { // @run-id none
  const log = new StructuredLogger('SYSTEM', runId, 'batch'); // @run-id none
  const job = await JobTracking.createJob({ runId, jobType }); // @run-id none
  const jobRunId = job.fields['Run ID']; // @run-id none
  log.start(`Run ${jobRunId} of ${jobType}`); // @run-id none
  const wanted = clientIds ?? activeClients().map(({ clientId }) => clientId); // @run-id none
  const clientRuns = [];
  for (const clientId of wanted) {
    const clientRunId = runIdService.addClientSuffix(jobRunId, clientId); // @run-id no-deprecated-helper
    await JobTracking.createClientRun({ runId: clientRunId, clientId, source: 'batch' }); // @run-id none
    runStarted({ runId: clientRunId, clientId }); // @run-id none
    clientRuns.push(clientRunId); // @run-id none
  }
  return { runId: jobRunId, clientRuns }; // @run-id none
}

async function endBatch(runId, { failed = [] } = {}) {
  const records = await JobTracking.clientRunsOf(runId); // @run-id none
  for (const record of records) {
    const clientRunId = record.fields['Run ID']; // @run-id none
    const clientId = runIdService.extractClientId(clientRunId); // @run-id no-deprecated-helper
    const status = failed.includes(clientId) ? 'Failed' : 'Completed'; // @run-id none
    await JobTracking.updateClientRun({ runId: clientRunId, clientId, updates: { Status: status } }); // @run-id none
  }
  return JobTracking.completeJob(runIdService.stripClientSuffix(runId)); // @run-id no-deprecated-helper
}

async function restartBatch(previous) {
  const runId = previous?.runId ? runIdService.stripClientSuffix(previous.runId) : undefined; // @run-id no-run-id-truthiness, no-deprecated-helper
  if (runId === undefined) throw new Error('restart of what?'); // @run-id none
  return startBatch({ runId, jobType: previous.jobType }); // @run-id none
}

module.exports = { startBatch, endBatch, restartBatch };
