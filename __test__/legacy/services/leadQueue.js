'use strict';

const { leads } = require('../store/tables.js');
const { normalizeRunId, createClientRunId } = require('../services/runs/ids.js');
const { chargeRun } = require('./billing.js');

const batches = new Map();

// Leads wait here for their run, a batch a client.
function add(lead, { runId, clientId }) { // @run-id none
  const id = normalizeRunId(runId); // @run-id none
  if (!batches.has(id)) batches.set(id, []); // @run-id none
  batches.get(id).push({ lead, clientId }); // @run-id none
}

function take(runId) {
  const batch = batches.get(runId); // @run-id none
  batches.delete(runId); // @run-id none
  return batch ?? [];
}

function size(runId) {
  return runId && batches.get(runId)?.length; // @run-id no-run-id-truthiness
}

async function work(job) {
  const runId = job?.runId?.id ?? job?.runId; // @run-id no-run-id-cast
  const clientRunId = createClientRunId(runId, job.clientId); // @run-id none
  for (const { lead } of take(runId)) await leads.update(lead, { 'Run ID': clientRunId }); // @run-id none
  return chargeRun({ runId: clientRunId }); // @run-id none
}

async function workAll() {
  const done = [];
  for (const [runId, batch] of batches) { // @run-id none
    const [{ clientId }] = batch; // @run-id none
    done.push(await work({ runId, clientId })); // @run-id none
  }
  return done;
}

function retryOf(job) {
  const { runId, attempt = 1 } = job; // @run-id none
  const retryRunId = attempt > 1 ? `${runId}-retry${attempt}` : runId; // @run-id no-run-id-surgery
  return { ...job, runId: retryRunId, attempt: attempt + 1 }; // @run-id none
}

module.exports = { add, take, size, work, workAll, retryOf };
