'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { PGlite } = require('@electric-sql/pglite');
const { configure } = require('../index.js');
const { JobTracking } = require('../job-tracking.js');
const { refusalOf, testJobTracking } = require('./support/job-tracking-functional.js');
const { Postgres } = require('./support/postgres.js');
const { rejectionOf } = require('./support/thrown.js');

configure({ logger: null });

testJobTracking('PGlite', async () => {
  const db = await PGlite.create();
  return { db, end: () => db.close() };
});

if (Postgres.isHere()) {
  testJobTracking('PostgreSQL', async () => {
    const server = await Postgres.start();
    return { db: server.pool(await server.freshSchema()), end: () => server.stop() };
  });
}

test('JobTracking.generateRunId has been removed and says so', () => {
  assert.equal(rejectionOf(() => JobTracking.generateRunId('x')).code, 'ERR_RUN_ID_DEPRECATED');
});

test('an error that leaves the outcome open carries the run ID and its cause', async () => {
  for (const cause of [
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    new Error('Connection terminated unexpectedly'),
    Object.assign(new Error('terminating connection'), { severity: 'FATAL', code: '57P01' }),
    Object.assign(new Error('connection failure'), { severity: 'ERROR', code: '08006' }),
  ]) {
    const tried = [];
    const db = {
      async query(_text, params) {
        tried.push(params[0]);
        throw cause;
      },
    };
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
    }
    assert.equal(tried.length, 3, 'nothing is tried again');
  }
});

test('a refusal of the database passes through unchanged, and nothing is tried again', async () => {
  const refusal = Object.assign(new Error('permission denied'), { severity: 'ERROR', code: '42501' });
  let queries = 0;
  const db = {
    async query() {
      queries++;
      throw refusal;
    },
  };
  const jobs = new JobTracking({ db });
  await assert.rejects(jobs.createJob({ jobType: 'x' }), (error) => error === refusal);
  await assert.rejects(jobs.getJob('251006-143000'), (error) => error === refusal);
  assert.equal(queries, 2);
});
