'use strict';

const { handle } = require('./queue.js');
const { scoreLeads, summary } = require('../services/leadScoring.js');
const { JobTracking } = require('../services/jobTracking.js');
const { normalizeRunId, getOrCreateRunId } = require('../services/unifiedRunIdService.js');
const { createLogger } = require('../utils/logger.js');

const logger = createLogger('scoring-worker');

handle('scoring', async (job) => {
  const { clientId } = job.data;
  const runId = getOrCreateRunId(job.data.runId, clientId); // @run-id no-deprecated-helper
  logger.info(`job ${job.id} of run ${runId}`); // @run-id none
  const clientRunId = normalizeRunId(runId, clientId); // @run-id no-lost-client
  await JobTracking.createClientRun({ runId: clientRunId, clientId, source: 'worker' }); // @run-id none
  const result = await scoreLeads(clientId, clientRunId); // @run-id none
  logger.info(summary(result)); // @run-id none
  return { runId: result.runId, scored: result.scored }; // @run-id none
});

handle('rescoring', async ({ id, data }) => {
  let runId = data.runId; // @run-id none
  if (!runId) { // @run-id no-run-id-truthiness
    runId = normalizeRunId(id); // @run-id no-run-id-fallback
  }
  if (typeof runId === 'object') { // @run-id no-run-id-cast
    runId = runId.value; // @run-id no-run-id-cast
  }
  const result = await scoreLeads(data.clientId, runId); // @run-id none
  return { runId, scored: result.scored }; // @run-id none
});
