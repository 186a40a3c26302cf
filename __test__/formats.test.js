'use strict';

// What is read of each format through the addon, against the fixtures that the Rust tests walk as well.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');
const test = require('node:test');
const binding = require('../lib/binding.js');
const { verdictOf } = require('../tools/verdict.js');

const HOUR = 3_600_000;

const FOLDER = path.join(__dirname, '../crates/logs/fixtures');

const fixtures = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.log'));

/** What `flow` shows of a run, as a fixture has it. */
async function eventsOf(run, file) {
  const flow = await binding.flowFiles(run, [file], [file], HOUR, new binding.Progress());
  const { skipped, eventCount } = JSON.parse(flow.summary());
  const events = JSON.parse(flow.events(0, eventCount, false)).map(
    ({ line, runId, event, action, time, process, confidence }) => ({
      line,
      runId,
      kind: action === null ? event : `${event} ${action}`,
      time,
      process: process === file ? null : process,
      confidence,
    }),
  );
  return { events, skipped };
}

/** Events, which name their process in full, have numbers: a copy is not shown once more. */
const isFirst = (observation, at, all) =>
  !observation.process?.includes('@') ||
  !all.slice(0, at).some((earlier) => isDeepStrictEqual({ ...earlier, line: observation.line }, observation));

const inOrder = (events) => events.map((event) => JSON.stringify(event)).sort();

for (const name of fixtures) {
  test(`the fixture ${name} is read as its JSON says`, async () => {
    const file = path.join(FOLDER, name);
    const { skipped, observations } = JSON.parse(fs.readFileSync(file.replace(/log$/, 'json'), 'utf8'));
    const runs = new Set(observations.map(({ runId }) => runId.slice(0, 13)));
    for (const run of runs) {
      const wanted = observations.filter(({ runId }) => runId.startsWith(run)).filter(isFirst);
      const told = await eventsOf(run, file);
      assert.deepEqual(inOrder(told.events), inOrder(wanted));
      assert.equal(told.skipped, skipped);
    }
  });
}

test('all fixtures are read to their ends', async () => {
  assert.ok(fixtures.length > 30);
  const files = fixtures.map((name) => path.join(FOLDER, name));
  const verdict = await verdictOf(files);
  assert.deepEqual(verdict.problems, []);
});
