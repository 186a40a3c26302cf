'use strict';

const { Router } = require('express');
const unifiedRunIdService = require('../services/unifiedRunIdService');
const { JobTracking } = require('../services/jobTracking');
const { startBatch } = require('../jobs/batchProcess');
const { scoreLeads } = require('../services/leadScoring');
const { createLogger } = require('../utils/logger');

const router = Router();
const logger = createLogger('api');

router.post('/jobs', async (req, res) => {
  const { jobType = 'Lead Scoring', clientIds } = req.body; // @run-id none
  let runId;
  try {
    runId = req.body.runId ? unifiedRunIdService.normalizeRunId(req.body.runId) : unifiedRunIdService.generateRunId(); // @run-id no-run-id-fallback, no-deprecated-helper
  } catch (error) {
    logger.error(`no run ID: ${error.message}`); // @run-id none
    const now = new Date();
    runId = now.toISOString().replace(/\D/g, '').slice(0, 17); // @run-id no-run-id-fallback, no-home-made-run-id
  }
  const started = await startBatch({ runId, jobType, clientIds }); // @run-id none
  res.status(201).json(started);
});

router.get('/jobs/:jobRunId', async (req, res) => {
  const job = await JobTracking.getJob(req.params.jobRunId); // @run-id none
  res.json(job.fields);
});

router.post('/jobs/complete', async (req, res) => {
  const { runId, status } = req.body; // @run-id prefer-resolve-run-id
  if (!runId) return res.status(400).json({ error: 'runId is wanted' }); // @run-id no-run-id-truthiness
  const job = await JobTracking.completeJob(runId, status); // @run-id none
  return res.json(job.fields);
});

// The scheduler puts the run into the body; this looks at the query only.
router.post('/score', async (req, res) => {
  const runId = req.query.runId || unifiedRunIdService.generateRunId(req.body.clientId); // @run-id prefer-resolve-run-id, no-run-id-fallback, no-deprecated-helper
  const { clientId, limit } = req.body; // @run-id none
  await JobTracking.createClientRun({ runId, clientId, source: 'score' }); // @run-id none
  const clientRunId = unifiedRunIdService.addClientSuffix(runId, clientId); // @run-id no-deprecated-helper
  res.json(await scoreLeads(clientId, clientRunId, { limit })); // @run-id none
});

router.post('/score/preview', async (req, res) => {
  const runId = (req.query.runId ?? req.body.runId) || 'preview'; // @run-id prefer-resolve-run-id, no-run-id-fallback
  logger.info(`preview in ${runId}`); // @run-id none
  const { clientId } = req.body; // @run-id none
  if (!clientId) return res.status(400).json({ error: 'clientId is wanted' }); // @run-id none
  return res.json({ runId, clientId, preview: true }); // @run-id none
});

module.exports = router;
