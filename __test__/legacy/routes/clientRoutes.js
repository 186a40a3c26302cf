'use strict';

const { Router } = require('express');
const { activeClients, getClient } = require('../config/clients.js');
const { validateAndNormalizeClientId } = require('../utils/runIdValidator.js'); // @run-id none
const { initials } = require('../utils/strings.js');
const { RunRecordRepository } = require('../services/runRecordRepository.js');

const router = Router();
const repository = new RunRecordRepository();

router.get('/clients', (req, res) => {
  res.json(activeClients().map(({ clientId, name }) => ({ clientId, name, initials: initials(clientId) }))); // @run-id none
});

router.get('/clients/:clientId', (req, res) => {
  const clientId = validateAndNormalizeClientId(req.params.clientId); // @run-id no-deprecated-helper
  res.json(getClient(clientId));
});

router.get('/clients/:clientId/latest', async (req, res) => {
  const runId = await repository.latestOf(req.params.clientId); // @run-id none
  res.json({ runId, hasRun: !!runId }); // @run-id no-run-id-truthiness
});

router.get('/clients/:clientId/history', async (req, res) => {
  const records = await repository.ofClient(req.params.clientId);
  const history = records.map(({ fields: { 'Run ID': runId, Status: status } }) => ({ runId, status })); // @run-id none
  res.json(history.filter((entry) => entry.runId)); // @run-id no-run-id-truthiness
});

module.exports = router;
