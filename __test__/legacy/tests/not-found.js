'use strict';

// What was never made is not found, and nothing is made in its place.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { startService } = require('../testing/processes.js');

let service, api, webhooks;

before(async () => {
  service = await startService();
  ({ api, webhooks } = service);
});

after(() => service.stop());

const RUN_ID = '200101-000000-Ann-Carver'; // @run-id none

test('a client run', async () => {
  const { status } = await api.get(`/internal/client-runs?runId=${RUN_ID}`); // @run-id none
  assert.equal(status, 404);
});

test('a job', async () => {
  const { status } = await api.get(`/api/jobs/${RUN_ID}`); // @run-id none
  assert.equal(status, 404);
});

test('a client run that a webhook is about', async () => {
  const resource = { id: 'aB3dE5gH7jK9mN1pQ', status: 'SUCCEEDED' }; // @run-id none
  const { status } = await webhooks.post('/webhooks/apify', { resource, payload: { runId: RUN_ID } }); // @run-id none
  assert.equal(status, 404);
});
