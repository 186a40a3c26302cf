'use strict';

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');
const { configure, parseRunId } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { recordsDuring, refusalOf, soundDb, testJobTracking } = require('./job-tracking.suite.js');
const { createPGlite } = require('../tools/pglite.js');
const { Postgres } = require('../tools/postgres.js');
const { rejectionOf } = require('./support/thrown.js');

configure({ logger: null });

testJobTracking('PGlite', async () => {
  const db = await createPGlite();
  return { db, end: () => db.close() };
});

if (Postgres.isHere()) {
  testJobTracking('PostgreSQL', async () => {
    const server = await Postgres.start();
    return { db: server.pool(await server.freshSchema()), end: () => server.stop() };
  });
}

test('of two completions in one transaction the second changed nothing', async () => {
  const db = await createPGlite();
  const jobs = new JobTracking({ db });
  await jobs.migrate();
  await db.query('BEGIN');
  const { runId } = await jobs.createJob({ jobType: 'x' });
  const own = `${runId}-Ann-Carver`;
  await jobs.createClientRun(own);
  for (const complete of [() => jobs.completeClientRun(own), () => jobs.completeJob(runId)]) {
    const told = [...(await recordsDuring(complete)), ...(await recordsDuring(complete))];
    assert.deepEqual(
      told.map(({ action }) => action),
      ['completed', 'unchanged'],
    );
  }
  await db.query('COMMIT');
  await db.close();
});

test('JobTracking.generateRunId has been removed and says so', () => {
  assert.equal(rejectionOf(() => JobTracking.generateRunId('x')).code, 'ERR_RUN_ID_DEPRECATED');
});

test('an error that leaves the outcome open carries the run ID and its cause', async () => {
  for (const cause of [
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    new Error('Connection terminated unexpectedly'),
    Object.assign(new Error('terminating connection'), { severity: 'FATAL', code: '57P01' }),
    ...[
      '08006',
      '08000',
      '40003',
      '57P01',
      '57P02',
      '57P03',
      '58030',
      'XX000',
      'ECONNRESET',
      '4250',
      42501,
    ].map((code) => Object.assign(new Error('lost'), { severity: 'ERROR', code })),
    Object.assign(new Error('of another driver'), { code: '42501' }),
    undefined,
    null,
  ]) {
    const tried = [];
    const db = soundDb(async (_text, params) => {
      tried.push(params[0]);
      throw cause;
    });
    const jobs = new JobTracking({ db });
    for (const call of [
      () => jobs.createJob({ jobType: 'x' }),
      () => jobs.createJob({ runId: '251006-143000', jobType: 'x' }),
      () => jobs.createClientRun('251006-143000-Ann-Carver'),
    ]) {
      const error = await refusalOf(call());
      assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_UNKNOWN_OUTCOME', 503]);
      assert.equal(error.runId, tried.at(-1));
      assert.equal(error.cause, cause);
      // What a driver's error holds, such as an address, is for the log and not for an answer.
      assert.equal(Object.keys(error).includes('cause'), false);
    }
    assert.equal(tried.length, 3, 'nothing is tried again');
  }
});

test('an error that leaves the outcome open begins where the method was called', async () => {
  const jobs = new JobTracking({ db: soundDb(() => Promise.reject(new Error('lost'))) });
  async function create() {
    return await jobs.createJob({ jobType: 'x' });
  }
  assert.match(
    (await refusalOf(create())).stack.split('\n')[1],
    /at (async )?create .*job-tracking\.test\.js/,
  );
});

test('a refusal of the database passes through unchanged, and nothing is tried again', async () => {
  // Classes that merely contain what begins those of a lost connection.
  for (const code of ['42501', '23514', '40001', '57014', '22008', 'P0001', '53300']) {
    const refusal = Object.assign(new Error('refused'), { severity: 'ERROR', code });
    let queries = 0;
    const db = soundDb(async () => {
      queries++;
      throw refusal;
    });
    const jobs = new JobTracking({ db });
    await assert.rejects(jobs.createJob({ jobType: 'x' }), (error) => error === refusal);
    await assert.rejects(jobs.getJob('251006-143000'), (error) => error === refusal);
    assert.equal(queries, 2);
  }
});

describe('processes that clash again and again', () => {
  // Each try uses up to eight seconds of the lead.
  before(() => configure({ maxLeadSeconds: 100_000 }));

  const secondOf = (runId) => parseRunId(runId).startedAt.getTime() / 1000;

  async function claim() {
    const tried = [];
    // What was there when the statement began is less than what was tried: the clash came after.
    const db = soundDb(async (_text, [runId]) => {
      tried.push(runId);
      return { rows: tried.length === 1 ? [] : [{ run_id: null, greatest: '000101-000000' }] };
    });
    async function create() {
      return await new JobTracking({ db }).createJob({ jobType: 'x' });
    }
    return { tried, error: await refusalOf(create()) };
  }

  test('step apart by one to eight seconds', async () => {
    const steps = new Set();
    for (let round = 0; round < 3; round++) {
      const seconds = (await claim()).tried.map(secondOf);
      seconds.slice(1).forEach((second, at) => steps.add(second - seconds[at]));
    }
    assert.deepEqual([...steps].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('are told after 64 tries how many there were', async () => {
    const { tried, error } = await claim();
    assert.equal(tried.length, 64);
    assert.match(error.message, /\b64 run IDs\b/);
    assert.match(error.stack.split('\n')[1], /at (async )?create .*job-tracking\.test\.js/);
  });
});
