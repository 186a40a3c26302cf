import { expect, test, vi } from 'vitest';
import { generateTimestampRunId } from 'unified-run-id';
import { currentRunId, runWithRunId } from 'unified-run-id/context';
import { runIdBoundary } from 'unified-run-id/express';
import fastifyBoundary from 'unified-run-id/fastify';
import { JobTracking } from 'unified-run-id/job-tracking';
import { isolate } from 'unified-run-id/testing';

test('every entry can be used', async () => {
  const runId = generateTimestampRunId('Ann-Carver');
  await runWithRunId(runId, async () => {
    await null;
    expect(currentRunId()).toBe(runId);
  });

  const request = { method: 'POST', query: { runId }, headers: {} };
  const next = vi.fn();
  runIdBoundary()(request, {}, next);
  expect(next).toHaveBeenCalledWith();
  expect(request.runId).toBe(runId);

  expect(fastifyBoundary).toBeTypeOf('function');
  expect(isolate(() => currentRunId())).toBeUndefined();
  expect(JobTracking).toBeTypeOf('function');
});
