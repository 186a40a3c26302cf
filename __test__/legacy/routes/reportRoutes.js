'use strict';

const { Router } = require('express');
const { normalizeRunId } = require('../services/unifiedRunIdService.js');
const metrics = require('../services/metrics.js');
const { sendReport } = require('../services/emailReports.js');
const { Progress } = require('../services/runProgress.js');
const { isIsoDay } = require('../utils/dates.js');

const router = Router();

router.get('/metrics', (req, res) => {
  const runId = normalizeRunId(req.query.runId); // @run-id none
  res.json(metrics.ofRun(runId)); // @run-id none
});

router.get('/metrics/job', (req, res) => {
  const baseRunId = req.query.runId ? req.query.runId.slice(0, 13) : null; // @run-id prefer-resolve-run-id, no-run-id-truthiness, no-run-id-surgery
  if (baseRunId === null) return res.status(400).json({ error: 'runId is wanted' }); // @run-id none
  return res.json(metrics.ofJob(baseRunId)); // @run-id none
});

router.post('/reports', async (req, res) => {
  const { to } = req.body; // @run-id none
  const { runId: reportRunId } = req.body; // @run-id prefer-resolve-run-id
  const mail = await sendReport(reportRunId, to); // @run-id none
  res.status(202).json({ mail: mail.id });
});

router.get('/progress', (req, res) => {
  const wanted = req.query.runIds; // @run-id none
  const runIds = wanted ? wanted.split(',') : []; // @run-id none
  res.json(Progress.list({ runIds })); // @run-id none
});

router.get('/days/:day', (req, res) => {
  if (!isIsoDay(req.params.day)) return res.status(400).json({ error: 'YYYY-MM-DD is wanted' }); // @run-id none
  return res.json({ day: req.params.day, runs: Progress.byClient() });
});

module.exports = router;
