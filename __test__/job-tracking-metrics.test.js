'use strict';

// How much work of the database it is to add metrics.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { configure } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { createPGlite } = require('../tools/pglite.js');

const KEYS = 1000;

const given = Object.fromEntries(Array.from({ length: KEYS }, (_, at) => [`key-${at}`, at]));

let db;
let jobs;
let explained;

before(async () => {
  configure({ logger: null });
  db = await createPGlite();
  explained = null;
  const query = async (text, params) => {
    if (explained !== null && text.startsWith('UPDATE')) {
      const { rows } = await db.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, params);
      explained.push(rows[0]['QUERY PLAN'][0].Plan);
    }
    return db.query(text, params);
  };
  jobs = new JobTracking({ db: { query } });
  await jobs.migrate();
});
after(() => db?.close());

function* nodesOf(plan) {
  yield plan;
  for (const inner of plan.Plans ?? []) yield* nodesOf(inner);
}

test('what is stored is unpacked once, however many metrics are added', async () => {
  const { runId } = await jobs.createJob({ jobType: 'x' });
  const clientRunId = `${runId}-Ann-Carver`;
  await jobs.createClientRun(clientRunId);
  for (const add of [
    () => jobs.addJobMetrics(runId, given),
    () => jobs.addClientMetrics(clientRunId, given),
  ]) {
    await add();
    explained = [];
    const { metrics } = await add();
    // The statement was explained first, and did its work for that, too.
    assert.deepEqual([metrics['key-1'], metrics['key-999']], [3, 2997]);
    const [plan] = explained;
    explained = null;
    const scans = [...nodesOf(plan)].filter((node) => node['Node Type'] === 'Function Scan');
    assert.deepEqual(
      scans.map((node) => [node['Actual Loops'], node['Actual Rows']]),
      [
        [1, KEYS],
        [1, KEYS],
      ],
    );
    const joins = [...nodesOf(plan)]
      .map((node) => node['Node Type'])
      .filter((type) => /Join|Loop/.test(type));
    assert.ok(joins.length === 1 && joins[0] !== 'Nested Loop', joins.join());
  }
});
