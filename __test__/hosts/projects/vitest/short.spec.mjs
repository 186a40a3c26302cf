import { expect, test } from 'vitest';
import runIds, { isRunId } from 'unified-run-id';

test('a run ID is known', () => {
  expect(isRunId('251006-143000')).toBe(true);
  expect(runIds.isRunId).toBe(isRunId);
});
