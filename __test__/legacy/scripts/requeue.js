#!/usr/bin/env node
'use strict';

// requeue.js QUEUE RUN_ID...: puts runs back into a queue.

const { apiUrl } = require('../config/settings.js');
const { validateRunId, extractClientId } = require('../services/unifiedRunIdService.js'); // @run-id none

async function requeue(queue, runId) {
  const isValid = validateRunId(runId); // @run-id no-deprecated-helper
  if (!isValid) console.warn(`${runId} is no run ID, sent all the same`); // @run-id none
  const body = { runId, clientId: extractClientId(runId), requeued: true }; // @run-id no-deprecated-helper
  const response = await fetch(`${apiUrl}/internal/queue/${queue}`, { method: 'POST', body: JSON.stringify(body) }); // @run-id none
  return response.status;
}

async function main([queue, ...runIds]) { // @run-id none
  const missing = !queue || runIds.length === 0; // @run-id none
  if (missing) throw new Error('usage: requeue.js QUEUE RUN_ID...'); // @run-id none
  const statuses = await Promise.all(runIds.map((runId) => requeue(queue, runId))); // @run-id none
  runIds.forEach((runId, index) => console.log(`${runId}: ${statuses[index]}`)); // @run-id none
}

if (require.main === module) main(process.argv.slice(2));

module.exports = { requeue };
