'use strict';

const { generateRunId } = require('../utils/runIdGenerator.js'); // @run-id none
const { stripClientSuffix, addClientSuffix } = require('../services/unifiedRunIdService.js'); // @run-id none
const { startBatch, endBatch } = require('./batchProcess.js');
const { activeClients } = require('../config/clients.js');
const { createLogger } = require('../utils/logger.js');
const { isoDay } = require('../utils/dates.js');

const log = createLogger('nightly');

async function nightly(options = {}) {
  let runId = options.runId; // @run-id none
  if (!runId) runId = generateRunId(); // @run-id no-run-id-fallback, no-deprecated-helper
  const day = isoDay(); // @run-id none
  log.info(`nightly of ${day} is run ${runId}`); // @run-id none
  const { clientRuns } = await startBatch({ runId, jobType: 'Nightly' }); // @run-id none
  const failed = [];
  for (const clientRunId of clientRuns) { // @run-id none
    try {
      await perClient(clientRunId); // @run-id none
    } catch (error) {
      log.error(`client run ${clientRunId}: ${error.message}`); // @run-id none
      failed.push(clientRunId); // @run-id none
    }
  }
  await endBatch(runId, { failed }); // @run-id none
  return { runId, day, failed: failed.length }; // @run-id none
}

async function perClient(clientRunId) {
  const jobRunId = stripClientSuffix(clientRunId); // @run-id no-deprecated-helper
  const results = [];
  for (const { clientId } of activeClients()) {
    const sibling = addClientSuffix(jobRunId, clientId); // @run-id no-deprecated-helper, no-strip-then-add
    if (sibling === clientRunId) results.push(sibling); // @run-id none
  }
  return results;
}

// 02:48 every night, in UTC.
function nextStart(now = new Date()) {
  const next = new Date(now); // @run-id none
  next.setUTCHours(2, 48, 0, 0);
  return next <= now ? new Date(next.getTime() + 86_400_000) : next; // @run-id none
}

module.exports = { nightly, perClient, nextStart };
