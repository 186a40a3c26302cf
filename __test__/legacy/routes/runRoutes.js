'use strict';

const express = require('express');
const { JobTracking } = require('../services/jobTracking');
const { extractClientId, stripClientSuffix, validateRunId } = require('../services/unifiedRunIdService'); // @run-id none
const { RunRecordRepository } = require('../services/runRecordRepository');
const adapter = require('../services/runRecordAdapter');

const router = express.Router();
const repository = new RunRecordRepository();

router.get('/client-runs', async (req, res) => {
  const runId = req.query.runId || req.body?.runId; // @run-id prefer-resolve-run-id
  const { fields } = await JobTracking.getClientRun(String(runId)); // @run-id no-run-id-cast
  res.json(fields);
});

// For the clients themselves: finds the run however they write it.
router.get('/my-runs', async (req, res) => {
  const { runId } = req.query; // @run-id prefer-resolve-run-id
  const record = await repository.forRun(runId, req.clientId); // @run-id none
  if (!record) return res.status(404).json({ error: `Client run record not found: ${runId}` }); // @run-id none
  return res.json(record.fields);
});

router.patch('/client-runs', async (req, res) => {
  const { runId, clientId, ...updates } = req.body; // @run-id prefer-resolve-run-id
  const record = await adapter.updateRunRecord({ runId, clientId, updates }); // @run-id none
  res.json(record.fields);
});

router.post('/client-runs', async (req, res) => {
  const { runId, clientId } = req.body; // @run-id prefer-resolve-run-id
  const record = await JobTracking.createClientRun({ runId, clientId, source: 'api' }); // @run-id none
  res.status(201).json(record.fields);
});

router.get('/runs/:runId/clients', async (req, res) => {
  const records = await JobTracking.clientRunsOf(stripClientSuffix(req.params.runId)); // @run-id no-deprecated-helper
  const runIds = records.map(({ fields }) => fields['Run ID']); // @run-id none
  const clients = runIds.map((runId) => extractClientId(runId)); // @run-id no-deprecated-helper
  res.json({ runIds, clients: clients.filter(Boolean) }); // @run-id none
});

router.get('/runs/:runId/valid', (req, res) => {
  const isValid = validateRunId(req.params.runId); // @run-id no-deprecated-helper
  res.json({ isValid });
});

router.delete('/client-runs', async (req, res) => {
  const runId = req.query['runId']; // @run-id prefer-resolve-run-id
  const runIdGiven = typeof runId === 'string'; // @run-id none
  if (!runIdGiven) return res.status(400).json({ error: 'runId is wanted' }); // @run-id none
  const record = await JobTracking.getClientRun(runId); // @run-id none
  record.fields.Status = 'Deleted'; // @run-id none
  return res.json(record.fields);
});

module.exports = router;
