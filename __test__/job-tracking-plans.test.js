'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { configure } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { Watched, soundDb } = require('./job-tracking.suite.js');
const { Postgres } = require('../tools/postgres.js');

const ROWS = 10_000;
const CLIENTS = 2_000;

const FILL = [
  `INSERT INTO job_tracking (run_id, job_type, status, ended_at)
     SELECT to_char(timestamp '2025-10-06' + n * interval '7 seconds', 'YYMMDD-HH24MISS'), 'Lead Scoring',
       CASE WHEN n % 100 = 0 THEN 'Running' ELSE 'Completed' END,
       CASE WHEN n % 100 = 0 THEN NULL ELSE now() END
     FROM generate_series(1, ${ROWS}) AS n`,
  `INSERT INTO client_run_results (run_id, job_run_id, client_id)
     SELECT run_id || '-Ann-Carver', run_id, 'Ann-Carver' FROM job_tracking
     WHERE run_id <> (SELECT max(run_id) FROM job_tracking)`,
  `INSERT INTO client_run_results (run_id, job_run_id, client_id)
     SELECT job || '-C' || n, job, 'C' || n
     FROM (SELECT max(run_id) AS job FROM job_tracking) AS last, generate_series(1, ${CLIENTS}) AS n`,
  `INSERT INTO run_external_ids (system, external_id, run_id) SELECT 'crawler', md5(run_id), run_id FROM job_tracking`,
  `INSERT INTO run_metric_keys (run_id, key) SELECT run_id, 'webhook' FROM job_tracking`,
  'ANALYZE',
];

describe('on 10,000 rows a table', { skip: !Postgres.isHere() }, () => {
  let server;
  let db;
  let jobs;

  before(async () => {
    configure({ logger: null });
    server = await Postgres.start();
    db = new Watched(server.pool(await server.freshSchema()));
    jobs = new JobTracking({ db });
    await jobs.migrate();
    for (const statement of FILL) await db.db.query(statement);
  });
  after(() => server?.stop());

  /** The plans of all statements that a call needs. */
  async function plansOf(call) {
    const from = db.statements.length;
    await call().catch(() => {});
    const plans = [];
    for (const { text, params } of db.statements.slice(from)) {
      const { rows } = await db.db.query(`EXPLAIN ${text}`, params);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return plans;
  }

  const job = '251006-000007';
  const own = `${job}-Ann-Carver`;
  const missing = '251006-000008';
  const other = '251006-001140';
  const tried = '251007-000000';
  const longAgo = new Date('2001-01-01');
  const calls = {
    createJob: [() => jobs.createJob({ jobType: 'x' }), 1],
    'createJob with a run ID': [() => jobs.createJob({ runId: job, jobType: 'x' }), 1],
    getJob: [() => jobs.getJob(job), 1],
    updateJob: [() => jobs.updateJob(job, { notes: 'x' }), 1],
    addJobMetrics: [() => jobs.addJobMetrics(job, { x: 1 }), 1],
    completeJob: [() => jobs.completeJob(job), 1],
    listJobs: [() => jobs.listJobs(), 1],
    'listJobs from the newest one on': [() => jobs.listJobs({ order: 'desc', before: missing }), 1],
    'addJobMetrics with a key': [() => jobs.addJobMetrics(job, { x: 1 }, { once: 'webhook' }), 1],
    run: [() => jobs.run({ jobType: 'x' }, () => {}), 2],
    'run with a run ID': [() => jobs.run({ jobType: 'x', runId: tried }, () => {}), 2],
    'run of an attempt that fails': [
      () =>
        jobs.run({ jobType: 'x', runId: '251007-000001', attempt: { number: 1, of: 2 } }, () =>
          Promise.reject(new Error('x')),
        ),
      2,
    ],
    failStale: [() => jobs.failStale({ olderThan: 60_000 }), 2],
    deleteJobs: [() => jobs.deleteJobs({ startedBefore: longAgo }), ROWS / 500 + 1],
    'deleteJobs by status': [() => jobs.deleteJobs({ startedBefore: longAgo, status: 'Running' }), 1],
    deleteClientRuns: [() => jobs.deleteClientRuns({ clientId: 'Nobody' }), 2],
    runClient: [() => jobs.runClient(other, 'Ann-Carver', () => {}), 2],
    'listClientRuns of a client': [() => jobs.listClientRuns({ clientId: 'C7', order: 'desc' }), 1],
    'listJobs by status': [() => jobs.listJobs({ status: 'Running', after: job }), 1],
    createClientRun: [() => jobs.createClientRun(own), 1],
    getClientRun: [() => jobs.getClientRun(own), 1],
    updateClientRun: [() => jobs.updateClientRun(own, { notes: 'x' }), 1],
    addClientMetrics: [() => jobs.addClientMetrics(own, { x: 1 }), 1],
    completeClientRun: [() => jobs.completeClientRun(own), 1],
    listClientRuns: [() => jobs.listClientRuns(job), 1],
    linkExternalId: [() => jobs.linkExternalId({ runId: own, system: 'crawler', externalId: 'x' }), 1],
    findByExternalId: [() => jobs.findByExternalId('crawler', 'x'), 1],
    'a missing job and its diagnosis': [() => jobs.getJob(missing), 2],
    'a missing client run and its diagnosis': [() => jobs.getClientRun(`${missing}-Ann-Carver`), 2],
    'a client run of other letter case and its diagnosis': [() => jobs.getClientRun(own.toLowerCase()), 2],
  };

  for (const [name, [call, statements]] of Object.entries(calls)) {
    test(`${name} reads no table from one end to the other`, async () => {
      const plans = await plansOf(call);
      assert.equal(plans.length, statements);
      for (const plan of plans) assert.equal(plan.includes('Seq Scan'), false, plan);
    });
  }

  // None is a job: the first job is `job`, and the last one begins that evening.
  const early = '251005-230007';
  const nextDay = '251007-000007';
  const monthAndDay = '250106-000007';
  for (const [reason, call, near] of [
    ['suffix-of-another-client', () => jobs.getClientRun(`${job}-Bob-Lindqvist`), own],
    ['case-changed', () => jobs.getClientRun(own.toLowerCase()), own],
    ['separator-changed', () => jobs.getClientRun(`${job}-ann_carver`), own],
    ['suffix-cut', () => jobs.getClientRun(`${job}-Ann`), own],
    ['suffix-added', () => jobs.getClientRun(`${job}-Acme-Corp-Ann-Carver`), own],
    ['placeholder-client', () => jobs.getClientRun(`${job}-undefined`), own],
    ['suffix-twice', () => jobs.getClientRun(`${own}-Ann-Carver`), own],
    ['time-zone-shift', () => jobs.getJob(early), job],
    ['time-zone-shift', () => jobs.getClientRun(`${early}-Ann-Carver`), own],
    ['date-changed', () => jobs.getJob(nextDay), job],
    ['date-changed', () => jobs.getClientRun(`${nextDay}-Ann-Carver`), own],
    ['digits-exchanged', () => jobs.getJob(monthAndDay), job],
    ['digits-exchanged', () => jobs.getClientRun(`${monthAndDay}-Ann-Carver`), own],
  ]) {
    test(`${near} is named for ${reason}, and no table is read from one end to the other for it`, async () => {
      const from = db.statements.length;
      await assert.rejects(call(), ({ diagnosis }) => {
        assert.deepEqual(
          diagnosis.find((row) => row.reason === reason),
          { runId: near, reason },
        );
        return true;
      });
      assert.equal(db.statements.length - from, 2);
      for (const plan of await plansOf(call)) assert.equal(plan.includes('Seq Scan'), false, plan);
    });
  }

  test('there are 10,000 rows in each table, and all are analysed', async () => {
    const { rows } = await db.db.query(
      `SELECT relname, reltuples::integer AS rows FROM pg_class
        WHERE relkind = 'r' AND relname <> 'job_tracking_schema' AND relnamespace = current_schema()::regnamespace`,
    );
    assert.equal(rows.length, 4);
    for (const { relname, rows: count } of rows) assert.ok(count >= ROWS, `${relname} has ${count}`);
  });

  test('a second try to claim a job reads no table from one end to the other', async () => {
    let isFirst = true;
    const contended = soundDb(async (text, params) => {
      if (!isFirst) return db.query(text, params);
      isFirst = false;
      return { rows: [] };
    });
    const plans = await plansOf(() => new JobTracking({ db: contended }).createJob({ jobType: 'x' }));
    assert.equal(plans.length, 1);
    assert.equal(plans[0].includes('Seq Scan'), false, plans[0]);
    assert.match(plans[0], /Index Only Scan Backward|Index Scan Backward/);
  });

  test('whoever deletes a run does not make the database search all that may refer to it', async () => {
    for (const [relation, column] of [
      ['client_run_results', 'job_run_id'],
      ['run_external_ids', 'job_run_id'],
      ['run_external_ids', 'client_run_id'],
    ]) {
      // As the database's own check of a foreign key asks.
      const check = `SELECT FROM ONLY ${relation} AS x WHERE $1 OPERATOR (pg_catalog.=) ${column} FOR KEY SHARE OF x`;
      const { rows } = await db.db.query(`EXPLAIN ${check}`, [job]);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      assert.match(plan, /Index/, `${relation} ${column}: ${plan}`);
      assert.doesNotMatch(plan, /Seq Scan/, `${relation} ${column}: ${plan}`);
    }
  });

  test('a client of other letter case is found among thousands of the same job', async () => {
    const [{ runId }] = await jobs.listJobs({ after: '251006-192639', limit: 1 });
    assert.equal((await jobs.listClientRuns(runId, { limit: 1000 })).length, 1000);
    await assert.rejects(jobs.getClientRun(`${runId}-c1999`), ({ diagnosis }) => {
      assert.ok(diagnosis.some((near) => near.reason === 'case-changed' && near.runId === `${runId}-C1999`));
      return true;
    });
  });
});
