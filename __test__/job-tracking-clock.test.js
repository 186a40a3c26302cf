'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { test } = require('node:test');
const { configure, generateTimestampRunId, parseRunId } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { createPGlite } = require('../tools/pglite.js');

const HOUR = 3_600_000;

/** Further than the tries of one claim get by themselves. */
const TEN_MINUTES = 600_000;

const startOf = (runId) => parseRunId(runId).startedAt.getTime();

test('a clash under a clock of the test raises its sequence, and never the real one', async (t) => {
  const db = await createPGlite();
  t.after(() => db.close());
  t.after(() => configure({ now: null }));
  const jobs = new JobTracking({ db });
  await jobs.migrate();
  const before = startOf(generateTimestampRunId());

  // Further ahead of the real clock than a sequence may be.
  const soon = Date.now() + 2 * HOUR;
  configure({ now: () => soon, logger: null });
  // All that the second try may come to, which only knows of the first clash.
  const taken = Array.from({ length: 10 }, () => generateTimestampRunId());
  configure({ now: () => soon + TEN_MINUTES });
  const far = generateTimestampRunId();
  for (const runId of [...taken, far]) await jobs.createJob({ runId, jobType: 'Lead Scoring' });
  configure({ now: () => soon }); // the same clock from the start, so that its first ID is taken
  const { runId } = await jobs.createJob({ jobType: 'Lead Scoring' });
  assert.ok(startOf(runId) > startOf(far), 'it went past all that exist');

  configure({ now: null });
  assert.ok(startOf(generateTimestampRunId()) - before < HOUR, 'the real sequence stayed');
});

test('of two completions within one tick of the clock, the second changes nothing', async (t) => {
  // The clock of this database is that of the process.
  const db = await createPGlite();
  t.after(() => db.close());
  const jobs = new JobTracking({ db });
  await jobs.migrate();
  const { runId } = await jobs.createJob({ jobType: 'Lead Scoring' });
  const { runId: clientRunId } = await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
  const actions = [];
  const hear = ({ action }) => actions.push(action);
  subscribe('unified-run-id:record', hear);
  t.after(() => unsubscribe('unified-run-id:record', hear));

  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const [first, second] = [
    await jobs.completeClientRun(clientRunId),
    await jobs.completeClientRun(clientRunId),
  ];
  assert.deepEqual(first.endedAt, second.endedAt, 'the clock stood still');
  await jobs.completeJob(runId);
  await jobs.completeJob(runId);
  assert.deepEqual(actions, ['completed', 'unchanged', 'completed', 'unchanged']);
});
