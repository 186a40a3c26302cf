'use strict';

const { Router } = require('express');
const { enqueue, drain } = require('../workers/queue.js');
const { parentOf } = require('../utils/parents.js');

const router = Router();

router.post('/queue/:name', (req, res) => {
  const jobId = enqueue(req.params.name, req.body); // @run-id none
  res.status(202).json({ jobId });
});

// Of a run that a run started.
router.post('/queue/:name/child', (req, res) => {
  const data = { ...req.body, runId: parentOf(req) ?? 'orphan' }; // @run-id no-run-id-fallback
  res.status(202).json({ jobId: enqueue(req.params.name, data) });
});

router.post('/drain', async (req, res) => {
  const results = await drain();
  const runIds = results.map((result) => result.runId).filter((runId) => runId !== undefined); // @run-id none
  res.json({ results, runIds }); // @run-id none
});

module.exports = router;
