'use strict';

const { Router } = require('express');
const { activeClients } = require('../config/clients.js');
const runIdService = require('../services/unifiedRunIdService.js');
const { startHarvest, harvestForAll } = require('../services/postHarvest.js');
const { actorRun } = require('../services/apifyClient.js');
const { JobTracking } = require('../services/jobTracking.js');

const router = Router();

router.post('/process-client', async (req, res) => {
  const { clientId, parentRunId } = req.body; // @run-id none
  const base = parentRunId ? runIdService.stripClientSuffix(parentRunId) : runIdService.generateTimestampRunId(); // @run-id no-run-id-fallback, no-deprecated-helper
  const runId = runIdService.addClientSuffix(base, clientId); // @run-id no-deprecated-helper, no-strip-then-add
  const started = await startHarvest({ clientId, parentRunId: runId }); // @run-id none
  res.status(202).json(started);
});

router.post('/process-all', async (req, res) => {
  const master = runIdService.generateTimestampRunId('batch-all-clients'); // @run-id no-lost-client
  await JobTracking.createJob({ runId: master, jobType: 'Harvest' }); // @run-id none
  const clients = activeClients();
  const started = [];
  for (const { clientId } of clients) {
    const clientRunId = `${master}-${clientId}`; // @run-id no-run-id-surgery
    started.push(await JobTracking.createClientRun({ runId: clientRunId, clientId, source: 'process-all' })); // @run-id none
  }
  res.status(202).json({ runId: master, clients: started.length }); // @run-id none
});

router.post('/harvest-all', async (req, res) => {
  res.status(202).json(await harvestForAll(activeClients())); // @run-id none
});

router.get('/actor-run', async (req, res) => {
  const { apifyRunId } = req.query; // @run-id none
  if (!apifyRunId) return res.status(400).json({ error: 'apifyRunId is wanted' }); // @run-id none
  return res.json(await actorRun(apifyRunId)); // @run-id none
});

module.exports = router;
