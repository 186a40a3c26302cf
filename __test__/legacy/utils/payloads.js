'use strict';

const { extractId } = require('./runIdUtils.js');
const { validateAndNormalize } = require('./runIdNormalizer.js'); // @run-id none

// What queues, hooks and scripts send is unpacked here, whatever it is.

function runIdOf(payload) {
  if (typeof payload.runId === 'object' && payload.runId !== null) return payload.runId.id; // @run-id no-run-id-cast
  return payload.runId; // @run-id none
}

function unpack(payload) {
  const { clientId, urls = [] } = payload; // @run-id none
  const runId = extractId(payload.runId); // @run-id no-deprecated-helper
  return { runId, clientId, urls }; // @run-id none
}

function unpackStrictly(payload) {
  const runId = validateAndNormalize(payload.runId?.runId ?? payload.runId); // @run-id no-deprecated-helper, no-run-id-cast
  return { ...payload, runId }; // @run-id none
}

function unpackText(text) {
  const { jobRunId, ...rest } = JSON.parse(text); // @run-id none
  return { ...rest, runId: String(jobRunId) }; // @run-id no-run-id-cast
}

function pack({ runId, clientId }, extra = {}) { // @run-id none
  return JSON.stringify({ runId, clientId, ...extra }); // @run-id none
}

function packAll(runs) {
  return runs.map(({ runId }) => `${runId}`); // @run-id no-run-id-cast
}

const isPacked = (value) => typeof value === 'string' && value.startsWith('{'); // @run-id none

const clientOf = (payload) => String(payload.clientId ?? ''); // @run-id none

const urlsOf = (payload) => (typeof payload.urls === 'object' ? payload.urls.list : [payload.urls]); // @run-id none

function flatten(job) {
  const runId = job.run?.runId?.toString(); // @run-id no-run-id-cast
  const { id: jobId, name } = job; // @run-id none
  return { runId, jobId, name }; // @run-id none
}

module.exports = { runIdOf, unpack, unpackStrictly, unpackText, pack, packAll, isPacked, clientOf, urlsOf, flatten };
