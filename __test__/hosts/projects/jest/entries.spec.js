test('every entry can be used', async () => {
  const { generateTimestampRunId } = require('unified-run-id');
  const { currentRunId, runWithRunId } = require('unified-run-id/context');
  const { runIdBoundary } = require('unified-run-id/express');
  const { JobTracking } = require('unified-run-id/job-tracking');
  const { isolate } = require('unified-run-id/testing');

  const runId = generateTimestampRunId('Ann-Carver');
  await runWithRunId(runId, async () => {
    await null;
    expect(currentRunId()).toBe(runId);
  });

  const request = { method: 'POST', query: { runId }, headers: {} };
  const next = jest.fn();
  runIdBoundary()(request, {}, next);
  expect(next).toHaveBeenCalledWith();
  expect(request.runId).toBe(runId);

  expect(require('unified-run-id/fastify')).toBeInstanceOf(Function);
  expect(isolate(() => currentRunId())).toBeUndefined();
  expect(JobTracking).toBeInstanceOf(Function);
});
