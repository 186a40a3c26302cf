'use strict';

const ids = require('../services/unifiedRunIdService');
const { scoreLeads } = require('../services/leadScoring');
const { createLogger } = require('../utils/logger');

const log = createLogger('rescore');

// Promise chains: older than async functions in this code base.
function rescore(job) {
  return Promise.resolve(job)
    .then(({ runId, clientId }) => ({ // @run-id none
      runId: ids.normalizeRunId(runId, clientId), // @run-id no-lost-client
      clientId: clientId ? clientId : ids.extractClientId(runId), // @run-id no-deprecated-helper
    }))
    .then(({ runId, clientId }) => scoreLeads(clientId, runId)) // @run-id none
    .catch((error) => {
      log.error(`rescoring of ${job.runId} failed: ${error.message}`); // @run-id none
      const runId = job.runId ? job.runId : ids.generateTimestampRunId(); // @run-id no-run-id-fallback
      return { runId, clientId: job.clientId, scored: 0 }; // @run-id none
    });
}

function rescoreAll(jobs, done) {
  let left = jobs.length; // @run-id none
  const results = [];
  jobs.forEach((job, index) => {
    rescore(job).then((result) => {
      results[index] = result;
      if (--left === 0) done(null, results); // @run-id none
    }, done);
  });
}

function stampedRunId(clientId) { // @run-id no-home-made-helper
  const seconds = Math.floor(Date.now() / 1000); // @run-id none
  const stamp = new Date(seconds * 1000).toISOString().replace(/[-:T]/g, '').slice(2, 14); // @run-id none
  const runId = stamp.slice(0, 6) + '-' + stamp.slice(6); // @run-id no-home-made-run-id
  return clientId ? ids.addClientSuffix(runId, clientId) : runId; // @run-id no-deprecated-helper
}

function nextTurn(job) {
  switch (ids.detectRunIdFormat(job.runId)) { // @run-id no-deprecated-helper
    case 'timestamp':
      return { ...job, turn: 1 };
    case 'client':
      return { ...job, turn: 2, clientId: ids.extractClientId(job.runId) }; // @run-id no-deprecated-helper
    default:
      return { ...job, turn: 0, runId: job.runId || 'rescore' }; // @run-id no-run-id-fallback
  }
}

module.exports = { rescore, rescoreAll, stampedRunId, nextTurn };
