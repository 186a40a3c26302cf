'use strict';

// The Smart Resume script: finishes whatever is still Running in the run that it received, and prints what it
// finished.

const { getBaseRunId, getClientId } = require('unified-run-id');
const { requireRunId, runIdFromEnv, runWithRunId } = require('unified-run-id/context');
const { JobTracking } = require('unified-run-id/job-tracking');
const { openPool } = require('./pool.js');

const pool = openPool();
const jobs = new JobTracking({ db: pool });

async function main() {
  const runId = requireRunId();
  const { runId: jobRunId } = await jobs.getJob(getBaseRunId(runId));
  const finished = [];
  for (const run of await openRuns(runId, jobRunId)) {
    await jobs.addClientMetrics(run.runId, { leads: score(run) });
    await jobs.addJobMetrics(jobRunId, { leads: score(run) });
    finished.push((await jobs.completeClientRun(run.runId)).runId);
  }
  const { metrics } = await jobs.completeJob(jobRunId);
  console.log(JSON.stringify({ runId, finished: [jobRunId, ...finished], metrics }));
}

async function openRuns(runId, jobRunId) {
  if (getClientId(runId) !== null) return [await jobs.getClientRun(runId)];
  return jobs.listClientRuns(jobRunId, { status: 'Running' });
}

/** Simulates the work. */
function score({ clientId }) {
  return clientId.length;
}

runWithRunId(runIdFromEnv(), main).finally(() => pool.end());
