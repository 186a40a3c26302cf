'use strict';

const { Router } = require('express');
const { detectRunIdFormat, generateTimestampRunId } = require('../services/unifiedRunIdService.js');

const router = Router();
const startedAt = new Date();

router.get('/health', (req, res) => {
  res.json({ up: true, since: startedAt.toISOString() }); // @run-id none
});

router.get('/health/run-ids', (req, res) => {
  const sample = generateTimestampRunId(); // @run-id none
  res.json({ sample, format: detectRunIdFormat(sample) }); // @run-id no-deprecated-helper
});

router.get('/version', (req, res) => {
  res.json({ version: '4.2.0', build: '20251006143000' }); // @run-id none
});

module.exports = router;
