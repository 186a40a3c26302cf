'use strict';

const { apiUrl } = require('../config/settings.js');

class ApiError extends Error {
  constructor(status, answer) {
    super(answer.error);
    this.status = status;
    this.code = answer.code;
  }
}

async function call(method, path, body) {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body), // @run-id none
  });
  const answer = await response.json();
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const api = {
  clientRun: (runId) => call('GET', `/internal/client-runs?runId=${encodeURIComponent(runId)}`), // @run-id none
  updateClientRun: (runId, clientId, updates) => call('PATCH', '/internal/client-runs', { runId, clientId, ...updates }), // @run-id none
  score: (runId, clientId) => call('POST', '/api/score', { runId, clientId }), // @run-id none
  job: (runId) => call('GET', `/api/jobs/${encodeURIComponent(runId)}`), // @run-id none
  runsOf: (runId) => call('GET', `/internal/runs/${runId}/clients`), // @run-id none
};

module.exports = { api, ApiError };
