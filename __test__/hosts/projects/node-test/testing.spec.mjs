import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateTimestampRunId, normalizeRunId } from 'unified-run-id';
import { expectUnchanged, isolate, silence } from 'unified-run-id/testing';

test('tests at once have clocks and events of their own', { concurrency: true }, async (t) => {
  const years = [25, 26, 27];
  await Promise.all(
    years.map((year) =>
      t.test(`20${year}`, () =>
        isolate(async ({ clock, events }) => {
          silence();
          clock.set(`20${year}-10-06T14:30:00Z`);
          await new Promise(setImmediate);
          const runId = generateTimestampRunId('Ann-Carver');
          assert.equal(runId, `${year}1006-143000-Ann-Carver`);
          assert.throws(() => normalizeRunId('nope'));
          await new Promise(setImmediate);
          expectUnchanged(runId, () => normalizeRunId(runId));
          assert.equal(events('generate').length, 1);
        }),
      ),
    ),
  );
});
