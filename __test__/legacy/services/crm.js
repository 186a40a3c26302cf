'use strict';

// Sends results to the customers' CRM. Its answers have `runId`s of its own in `actorRunId`.

const { generateRunId } = require('../utils/runIdGenerator.js'); // @run-id none
const { stripClientSuffix, extractClientId } = require('./unifiedRunIdService.js'); // @run-id none
const { JobTracking } = require('./jobTracking.js');

const sent = [];

function payloadOf(input) {
  let runId;
  if (input.runId) { // @run-id no-run-id-truthiness
    runId = input.runId; // @run-id none
  } else {
    runId = generateRunId(); // @run-id no-run-id-fallback, no-deprecated-helper
  }
  return { run: stripClientSuffix(runId), client: extractClientId(runId), id: runId }; // @run-id no-deprecated-helper
}

async function push(input) {
  const payload = payloadOf(input);
  const { actorRunId = null } = input; // @run-id none
  sent.push({ ...payload, actorRunId }); // @run-id none
  if (payload.client) { // @run-id none
    await JobTracking.addMetrics(payload.id, { Pushed: 1 }); // @run-id none
  }
  return payload;
}

async function pushSafely(input) {
  let runId = input.runId; // @run-id none
  try {
    ({ id: runId } = await push(input)); // @run-id none
  } catch {
    runId = 'UNKNOWN'; // @run-id no-run-id-fallback
  }
  return runId;
}

async function pushAll(inputs) {
  const results = await Promise.allSettled(inputs.map((input) => push(input)));
  const failed = results.filter(({ status }) => status === 'rejected'); // @run-id none
  return { sent: results.length - failed.length, failed: failed.length };
}

function sentOf(runId) {
  return sent.filter(({ id }) => id === runId); // @run-id none
}

function sentAbout(runId) {
  return sent.find(({ id }) => id.includes(runId)) ?? sent.find(({ run }) => runId.startsWith(run)); // @run-id no-fuzzy-run-id-lookup
}

module.exports = { push, pushSafely, pushAll, sentOf, sentAbout };
