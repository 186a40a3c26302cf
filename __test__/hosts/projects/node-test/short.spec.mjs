import assert from 'node:assert/strict';
import test from 'node:test';
import { isRunId } from 'unified-run-id';

test('a run ID is known', () => {
  assert.equal(isRunId('251006-143000'), true);
});
