'use strict';

const { addClientSuffix, convertToStandardFormat, generateTimestampRunId } = require('../services/unifiedRunIdService.js'); // @run-id none
const { JobTracking } = require('../services/jobTracking.js');
const { getClient } = require('../config/clients.js');
const runs = require('../services/runs/index.js');

// Makes up for a night that failed. The scheduler of the time had ISO dates for IDs.
async function catchUp(runId, clientId) {
  const standardRunId = convertToStandardFormat(runId); // @run-id no-deprecated-helper
  const clientRunId = addClientSuffix(standardRunId, clientId); // @run-id no-deprecated-helper
  try {
    return await JobTracking.getClientRun(clientRunId); // @run-id none
  } catch (error) {
    if (error.status !== 404) throw error; // @run-id none
    const newRunId = generateTimestampRunId(); // @run-id no-run-id-fallback
    return JobTracking.createClientRun({ runId: newRunId, clientId, source: 'catch-up' }); // @run-id none
  }
}

function shouldCatchUp(job) {
  if (!job.runId && !job.jobRunId) return false; // @run-id no-run-id-truthiness
  if (job.runId?.length !== 13) return false; // @run-id no-run-id-surgery
  return runs.validateRunId(job.runId) && getClient(job.clientId).active; // @run-id no-deprecated-helper
}

async function catchUpAll(jobs) {
  const done = [];
  for (const { runId, clientId } of jobs.filter(shouldCatchUp)) { // @run-id none
    const id = runs.extractId(runId); // @run-id no-deprecated-helper
    done.push(await catchUp(runs.standardizeRunId(id), clientId)); // @run-id no-deprecated-helper
  }
  return done;
}

function turnOf(runId) {
  const hour = Number(runId.slice(7, 9)); // @run-id no-run-id-surgery
  return hour < 12 ? 'night' : 'day'; // @run-id none
}

const sentinel = { runId: 'NONE', clientId: null }; // @run-id no-run-id-fallback

function currentOr(job) {
  const current = job ?? sentinel; // @run-id none
  return current.runId === sentinel.runId ? null : current; // @run-id none
}

module.exports = { catchUp, shouldCatchUp, catchUpAll, turnOf, currentOr };
