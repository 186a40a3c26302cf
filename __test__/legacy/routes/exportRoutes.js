'use strict';

const { Router } = require('express');
const exporter = require('../services/exporter.js');
const { audit, describe, everythingOf } = require('../services/audit.js');
const { Dashboard } = require('../services/dashboard.js');
const { wasCharged } = require('../services/billing.js');

const router = Router();
const dashboard = new Dashboard();

router.get('/export/run', async ({ query: { runId } }, res) => { // @run-id prefer-resolve-run-id
  if (runId === undefined || runId === '') return res.status(400).json({ error: 'runId is wanted' }); // @run-id none
  const { name, text } = await exporter.exportRun(runId); // @run-id none
  audit('export', { runId }); // @run-id none
  return res.attachment(name).send(text);
});

router.get('/export/posts', async (req, res) => {
  const exportRunId = req.query?.runId; // @run-id prefer-resolve-run-id
  res.json(await exporter.exportPosts(exportRunId)); // @run-id none
});

router.get('/export/everything', async (req, res) => {
  const { query } = req;
  const all = await everythingOf(query.runId); // @run-id prefer-resolve-run-id
  res.json({ found: Object.keys(all).length });
});

router.post('/select', (req, res) => {
  const changed = dashboard.select(req.body.runId || req.query.runId || dashboard.selectedRunId); // @run-id prefer-resolve-run-id, no-run-id-fallback
  res.json({ changed, title: dashboard.title });
});

router.get('/rows', async (req, res) => {
  res.json(await dashboard.rows());
});

router.get('/export/day/:day', async (req, res) => {
  const day = req.params.day.slice(0, 10); // @run-id none
  res.json(await exporter.exportDay(day));
});

router.get('/charged/:runId', (req, res) => {
  const charged = wasCharged(req.params.runId); // @run-id none
  res.json({ charged, text: describe({ action: 'charged', runId: req.params.runId }) }); // @run-id none
});

router.get('/summary', async (_req, res) => {
  const { running, runIds } = await Dashboard.summary(); // @run-id none
  res.json({ running, runIds });
});

module.exports = router;
