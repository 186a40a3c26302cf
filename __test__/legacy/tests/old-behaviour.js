'use strict';

// What the service does today and the contract forbids. These tests go when the service is moved.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { startService } = require('../testing/processes.js');
const runIds = require('../services/unifiedRunIdService.js');
const { getNormalizedRunId } = require('../jobs/smartResume.js');
const { validateAndNormalize } = require('../utils/runIdNormalizer.js'); // @run-id none
const { extractId, standardizeRunId } = require('../utils/runIdUtils.js');

let service;
before(async () => (service = await startService()));
after(() => service.stop());

test('normalizing makes an ID when there is none', () => {
  assert.match(runIds.normalizeRunId(undefined), /^\d{6}-\d{6}$/); // @run-id no-run-id-pattern
  assert.match(runIds.normalizeRunId('nightly'), /^\d{6}-\d{6}$/); // @run-id no-run-id-pattern
});

test('normalizing cuts the client', () => {
  assert.equal(runIds.normalizeRunId('251006-143000-Ann-Carver'), '251006-143000'); // @run-id none
});

test('normalizing adds the client that it is given', () => {
  assert.equal(runIds.normalizeRunId('251006-143000', 'Ann-Carver'), '251006-143000-Ann-Carver'); // @run-id no-lost-client
});

test('an object is dug out', () => {
  assert.equal(runIds.normalizeRunId({ runId: '251006-143000' }), '251006-143000'); // @run-id none
  assert.equal(extractId({ id: '251006-143000' }), '251006-143000'); // @run-id no-deprecated-helper
});

test('a job ID is turned into a run ID', () => {
  assert.equal(runIds.convertToStandardFormat('job_post_scoring_stream1_20251006143000'), '251006-143000'); // @run-id no-deprecated-helper
});

test('a suffix is exchanged for another one', () => {
  assert.equal(runIds.addClientSuffix('251006-143000-Ann-Carver', 'Lee-Marlow'), '251006-143000-Lee-Marlow'); // @run-id no-deprecated-helper
});

test('white space and a prefix are taken away', () => {
  assert.equal(standardizeRunId(' 251006-143000 '), '251006-143000'); // @run-id no-deprecated-helper
  assert.equal(getNormalizedRunId('SMART_RESUME_251006-143000'), '251006-143000'); // @run-id none
});

test('what cannot be normalized is replaced by the local time', () => {
  assert.match(validateAndNormalize('yesterday'), /^\d{6}-\d{6}$/); // @run-id no-deprecated-helper, no-run-id-pattern
});

test('metrics without a run are booked on a run called unknown', async () => {
  await service.api.post('/internal/queue/metrics', { clientId: 'Ann-Carver', name: 'Posts', by: 1 });
  const { body } = await service.api.post('/internal/drain');
  assert.deepEqual(body.runIds, ['unknown']); // @run-id none
});

test('a bounce without a run is a run called bounced', async () => {
  const { body } = await service.webhooks.post('/webhooks/bounce', {});
  assert.equal(body.runId, 'bounced'); // @run-id none
});
