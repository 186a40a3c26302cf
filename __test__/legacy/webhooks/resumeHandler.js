'use strict';

const { api } = require('./api.js');
const { getNormalizedRunId } = require('../services/unifiedRunIdService.js');

const SMART_RESUME = /^SMART_RESUME_/; // @run-id none

// Goes on with a client's run where it stopped.
async function onResume(req, res, next) {
  try {
    const { runId: received, clientId } = req.body; // @run-id prefer-resolve-run-id
    if (received === undefined) return res.status(400).json({ error: 'runId is wanted' }); // @run-id none
    const runId = getNormalizedRunId(received.replace(SMART_RESUME, '')); // @run-id no-run-id-surgery
    const result = await api.score(runId, clientId); // @run-id none
    return res.json(result);
  } catch (error) {
    return next(error);
  }
}

module.exports = { onResume };
