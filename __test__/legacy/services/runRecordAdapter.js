'use strict';

// Between the callers of 2024 and JobTracking.

const { JobTracking } = require('./jobTracking.js');
const runIds = require('./unifiedRunIdService.js');
const { ensureClientSuffix, standardizeRunId, baseOf } = require('../utils/runIdUtils.js'); // @run-id none

async function createJobTrackingRecord(runId, jobType) { // @run-id no-home-made-helper
  return JobTracking.createJob({ runId: standardizeRunId(runId), jobType }); // @run-id no-deprecated-helper
}

async function findJobTrackingRecord(runId) { // @run-id no-home-made-helper
  try {
    return await JobTracking.getJob(baseOf(runId)); // @run-id no-deprecated-helper
  } catch (error) {
    if (error.status === 404) return null; // @run-id none
    throw error;
  }
}

async function updateJobTrackingRecord(runId, updates) { // @run-id no-home-made-helper
  const job = await findJobTrackingRecord(runId); // @run-id no-deprecated-helper
  return job ? Object.assign(job.fields, updates) : createJobTrackingRecord(runId, 'Unknown'); // @run-id no-deprecated-helper
}

async function createClientRunRecord({ runId, clientId }) { // @run-id none
  const clientRunId = ensureClientSuffix(runId, clientId); // @run-id no-deprecated-helper
  const record = await JobTracking.createClientRun({ runId: clientRunId, clientId, source: 'adapter' }); // @run-id none
  runIds.cacheRecordId(clientRunId, clientId, record.id); // @run-id no-deprecated-helper
  return record;
}

async function updateRunRecord({ runId, clientId, updates = {} }) { // @run-id none
  const cached = runIds.getCachedRecordId(runId, clientId); // @run-id no-deprecated-helper
  if (cached) return { id: cached, ...(await JobTracking.updateClientRun({ runId, clientId, updates })) }; // @run-id none
  return JobTracking.updateClientRun({ runId, clientId, updates }); // @run-id none
}

async function completeRunRecord(options) {
  const { runId, clientId, status = 'Completed' } = options; // @run-id none
  if (!runId || !clientId) throw new TypeError('runId and clientId are wanted'); // @run-id no-run-id-truthiness
  return updateRunRecord({ runId, clientId, updates: { Status: status, Ended: Date.now() } }); // @run-id none
}

module.exports = {
  createJobTrackingRecord,
  findJobTrackingRecord,
  updateJobTrackingRecord,
  createClientRunRecord,
  updateRunRecord,
  completeRunRecord,
};
