'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { PGlite } = require('@electric-sql/pglite');
const { configure, generateTimestampRunId, parseRunId } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');

const HOUR = 3_600_000;

/** Further than the tries of one claim get by themselves. */
const TEN_MINUTES = 600_000;

const startOf = (runId) => parseRunId(runId).startedAt.getTime();

test('a clash under a clock of the test raises its sequence, and never the real one', async (t) => {
  const db = new PGlite();
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
