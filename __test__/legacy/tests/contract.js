'use strict';

// What the service promises to its clients and to its own other half: true before and after it is moved.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { nightly } = require('../jobs/nightly.js');
const { JobTracking } = require('../services/jobTracking.js');
const { startService } = require('../testing/processes.js');

let service, api, webhooks;

before(async () => {
  service = await startService();
  ({ api, webhooks } = service);
});

after(() => service.stop());

let second = 0;
// Runs that other systems started, each of a second of its own.
const jobRunId = () => `251006-1430${String(second++).padStart(2, '0')}`; // @run-id none

async function startJob(clientIds = ['Ann-Carver', 'Lee-Marlow']) {
  const { status, body } = await api.post('/api/jobs', { runId: jobRunId(), clientIds }); // @run-id none
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

const clientRun = (runId) => api.get(`/internal/client-runs?runId=${encodeURIComponent(runId)}`); // @run-id none

test('a job that is started without a run ID gets one, and a run for each client', async () => {
  const { status, body } = await api.post('/api/jobs', { clientIds: ['Ann-Carver'] });
  assert.equal(status, 201, JSON.stringify(body));
  assert.match(body.runId, /^\d{6}-\d{6}$/); // @run-id no-run-id-pattern
  assert.deepEqual(body.clientRuns, [`${body.runId}-Ann-Carver`]); // @run-id no-run-id-surgery
});

test('a job keeps the run ID that it was started with', async () => {
  const runId = jobRunId(); // @run-id none
  const { body } = await api.post('/api/jobs', { runId, clientIds: ['Ann-Carver'] }); // @run-id none
  assert.equal(body.runId, runId); // @run-id none
});

test('a job is found by its run ID until it is completed, and then', async () => {
  const { runId } = await startJob(); // @run-id none
  assert.equal((await api.get(`/api/jobs/${runId}`)).body.Status, 'Running'); // @run-id none
  const completed = await api.post('/api/jobs/complete', { runId }); // @run-id none
  assert.equal(completed.body.Status, 'Completed', JSON.stringify(completed.body)); // @run-id none
  assert.equal((await api.get(`/api/jobs/${runId}`)).body.Status, 'Completed'); // @run-id none
});

test('each client run is found by the run ID that made it', async () => {
  const { clientRuns } = await startJob();
  for (const runId of clientRuns) { // @run-id none
    const { status, body } = await clientRun(runId); // @run-id none
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body['Run ID'], runId); // @run-id none
  }
});

test('a client run is updated under its own client', async () => {
  const { clientRuns } = await startJob();
  const [runId] = clientRuns; // @run-id none
  const update = { runId, clientId: 'Ann-Carver', Emails: 3 }; // @run-id none
  const { status, body } = await api.patch('/internal/client-runs', update);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal((await clientRun(runId)).body.Emails, 3); // @run-id none
});

test('a client finds its own run', async () => {
  const { clientRuns } = await startJob();
  const path = `/api/my/my-runs?runId=${encodeURIComponent(clientRuns[0])}`; // @run-id none
  const { status, body } = await api.get(path, { 'x-client-id': 'Ann-Carver' });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body['Run ID'], clientRuns[0]); // @run-id none
});

test('a worker works in the run that its job carries', async () => {
  const { clientRuns } = await startJob(['Ann-Carver']);
  await api.post('/internal/queue/scoring', { runId: clientRuns[0], clientId: 'Ann-Carver' }); // @run-id none
  const { body } = await api.post('/internal/drain');
  assert.deepEqual(body.runIds, clientRuns, JSON.stringify(body)); // @run-id none
});

test('a harvest for all clients makes a run for each under one job', async () => {
  const { status, body } = await api.post('/apify/process-all');
  assert.equal(status, 202, JSON.stringify(body));
  assert.match(body.runId, /^\d{6}-\d{6}$/); // @run-id no-run-id-pattern
  assert.equal((await clientRun(`${body.runId}-Ann-Carver`)).status, 200); // @run-id no-run-id-surgery
});

test('a harvest goes on in the run that started it', async () => {
  const { runId: parentRunId, clientRuns } = await startJob(['Ann-Carver']); // @run-id none
  const ofJob = await api.post('/apify/process-client', { clientId: 'Ann-Carver', parentRunId }); // @run-id none
  assert.equal(ofJob.body.runId, clientRuns[0], JSON.stringify(ofJob.body)); // @run-id none
  const ofClient = await api.post('/apify/process-client', { clientId: 'Ann-Carver', parentRunId: clientRuns[0] }); // @run-id none
  assert.equal(ofClient.body.runId, clientRuns[0], JSON.stringify(ofClient.body)); // @run-id none
});

test('the night is one run from its start to its end', async () => {
  const runId = jobRunId(); // @run-id none
  const night = await nightly({ runId }); // @run-id none
  assert.deepEqual({ runId: night.runId, failed: night.failed }, { runId, failed: 0 }); // @run-id none
  assert.equal((await JobTracking.getJob(runId)).fields.Status, 'Completed'); // @run-id none
});

test('a report is sent of the run that it names', async () => {
  const { clientRuns } = await startJob(['Ann-Carver']);
  const { status, body } = await api.post('/reports/reports', { runId: clientRuns[0], to: 'ann@example.com' }); // @run-id none
  assert.equal(status, 202, JSON.stringify(body));
});

test('what the actor platform reports is counted in our run, under both names', async () => {
  const { clientRuns } = await startJob(['Ann-Carver']);
  const [runId] = clientRuns; // @run-id none
  const resource = { id: 'aB3dE5gH7jK9mN1pQ', status: 'SUCCEEDED' }; // @run-id none
  const { status, body } = await webhooks.post('/webhooks/apify', { resource, payload: { runId, posts: 7 } }); // @run-id none
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body, { runId, apifyRunId: resource.id }); // @run-id none
  assert.equal((await clientRun(runId)).body.Posts, 7); // @run-id none
});

test('the service says that it is up', async () => {
  assert.equal((await api.get('/health')).body.up, true);
});
