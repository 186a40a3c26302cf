'use strict';

const { Router } = require('express');
const pages = require('../services/cache.js');
const runIds = require('../services/unifiedRunIdService.js');
const legacyIds = require('../services/runIdService.js');
const { getCachedRunInfo } = require('../utils/runIdUtils.js');
const repairs = require('../jobs/repairSuffixes.js');

const router = Router();

router.post('/cache/clear', (req, res) => {
  pages.clearCache(); // @run-id none
  runIds.clearCache(); // @run-id no-deprecated-helper
  res.status(204).end();
});

router.post('/clients/:clientId/forget', (req, res) => {
  legacyIds.clearClientRunId(req.params.clientId); // @run-id no-deprecated-helper
  res.status(204).end();
});

router.get('/run-info', (req, res) => {
  const info = getCachedRunInfo(req.query.runId); // @run-id no-deprecated-helper, prefer-resolve-run-id
  if (!info.runId) return res.status(404).json({ error: 'no such run' }); // @run-id no-run-id-truthiness
  return res.json(info);
});

router.post('/repair', async (req, res) => {
  const dryRun = req.query.dryRun !== 'false'; // @run-id none
  res.json(await repairs.run({ dryRun })); // @run-id none
});

router.get('/page', (req, res) => {
  const id = pages.extractId(req.query.url); // @run-id none
  res.json({ id });
});

module.exports = router;
