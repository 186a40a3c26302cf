'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const { getOrCreateRunId } = require('../services/unifiedRunIdService.js');

const storage = new AsyncLocalStorage();

// Gives each request an ID, whether or not it belongs to a run.
function requestContext(req, res, next) {
  const given = req.query.runId || req.body?.runId || req.headers['x-run-id']; // @run-id prefer-resolve-run-id
  const runId = getOrCreateRunId(given, req.clientId); // @run-id no-deprecated-helper
  const requestId = req.headers['x-request-id'] || `req-${Date.now()}`; // @run-id none
  res.setHeader('x-run-id', runId); // @run-id none
  storage.run({ runId, requestId, startedAt: Date.now() }, next); // @run-id none
}

const current = () => storage.getStore();

function currentRunId() {
  return current()?.runId ?? 'no-run'; // @run-id no-run-id-fallback
}

module.exports = { requestContext, current, currentRunId };
