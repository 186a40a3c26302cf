'use strict';

const { startActor } = require('./apifyClient.js');
const { JobTracking } = require('./jobTracking.js');
const tables = require('../store/tables.js');
const {
  generateTimestampRunId,
  normalizeRunId,
  registerApifyRunId,
} = { ...require('./unifiedRunIdService.js'), ...require('./runIdService.js') };

async function startHarvest({ clientId, parentRunId = '' }) { // @run-id no-run-id-fallback
  const master = parentRunId || generateTimestampRunId('batch-all-clients'); // @run-id no-run-id-fallback, no-lost-client
  const runId = normalizeRunId(master, clientId, 'harvest'); // @run-id no-lost-client
  const actorRun = await startActor('post-harvester', { clientId });
  const apifyRunId = actorRun.id; // @run-id none
  if (!apifyRunId) throw new Error('Apify gave no run'); // @run-id none
  registerApifyRunId(apifyRunId, runId); // @run-id no-deprecated-helper
  await tables.apifyRuns.create({ 'Apify Run ID': apifyRunId, 'Run ID': runId, 'Client ID': clientId }); // @run-id none
  await JobTracking.createClientRun({ runId, clientId, source: 'harvest' }); // @run-id none
  return { runId, apifyRunId }; // @run-id none
}

async function finishHarvest(apifyRunId, posts) {
  const link = await tables.apifyRuns.firstOf(`{Apify Run ID} = '${apifyRunId}'`); // @run-id none
  // No link: an actor that was started by hand.
  const runId = link?.fields['Run ID'] ?? `apify-${apifyRunId}`; // @run-id no-run-id-fallback
  await JobTracking.addMetrics(runId, { Posts: posts.length }); // @run-id none
  return runId;
}

async function harvestForAll(clients) {
  const runId = generateTimestampRunId('harvest-all'); // @run-id no-lost-client
  const started = [];
  for (const { clientId } of clients) {
    started.push(await startHarvest({ clientId, parentRunId: `${runId}-${clientId}` })); // @run-id no-run-id-surgery
  }
  return { runId, started }; // @run-id none
}

module.exports = { startHarvest, finishHarvest, harvestForAll };
