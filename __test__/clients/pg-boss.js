'use strict';

// Runs that go through queues of pg-boss, on a real PostgreSQL: batches, and a job's row and its message in one transaction.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const PgBoss = require('pg-boss');
const { configure } = require('../../index.js');
const { currentRunId, inject, receive, runWithRunId } = require('../../lib/context/index.js');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { Postgres } = require('../../tools/postgres.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

const ANN = '251006-143000-Ann-Carver';
const LEE = '251006-143001-Lee-Marlow';

const isHere = Postgres.isHere();
const options = { skip: !isHere, timeout: 60_000 };
const SCHEMA = `boss_${process.pid}`;

let server;
let pool;
let boss;
let jobs;

before(async () => {
  if (!isHere) return;
  server = await Postgres.start();
  const url = await server.freshSchema();
  pool = server.pool(url, { max: 4 });
  jobs = new JobTracking({ db: pool });
  await jobs.migrate();
  boss = new PgBoss({ connectionString: url, schema: SCHEMA, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
});

after(async () => {
  await boss?.stop({ graceful: false });
  await pool?.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await server?.stop();
});

/** Works on a queue until so many jobs were seen. */
async function work(queue, count, handle, { batchSize = 1 } = {}) {
  const seen = [];
  let seenAll;
  const all = new Promise((resolve) => (seenAll = resolve));
  const settings = { batchSize, pollingIntervalSeconds: 0.5 };
  await boss.work(queue, settings, async (batch) => {
    for (const job of batch) seen.push(await handle(job));
    if (seen.length >= count) seenAll();
  });
  await all;
  await boss.offWork(queue);
  return seen;
}

/** Calls `fn` with a client in a transaction; rolls back if it throws. */
async function transaction(fn) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await fn(client);
    await client.query('COMMIT');
  } catch {
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
}

/** What pg-boss takes for a connection. */
const dbOf = (client) => ({ executeSql: (text, values) => client.query(text, values) });

/** A job's row, and its message by that connection, or by pg-boss's own. */
async function start(client, queue, db) {
  const { runId } = await new JobTracking({ db: client }).createJob({ jobType: 'lead-scoring' });
  await runWithRunId(runId, () => boss.send(queue, inject({ leads: 5 }), db === undefined ? {} : { db }));
  return runId;
}

describe('a batch of pg-boss', options, () => {
  test('loses and repeats nothing for one bad message, and each job keeps its own run', async () => {
    await boss.createQueue('batch');
    const data = [
      inject({ leads: 1 }, 'data', ANN),
      { leads: 2 },
      { leads: 3, runId: 'foo' },
      inject({}, 'data', LEE),
    ];
    const ids = [];
    for (const each of data) ids.push(await boss.send('batch', each, { retryLimit: 0 }));
    const handle = async (job) => {
      try {
        return await receive(job.data, 'data', async () => `${currentRunId()}`);
      } catch (error) {
        await boss.fail('batch', job.id, { code: error.code });
        return error.code;
      }
    };
    const seen = await work('batch', 4, handle, { batchSize: 4 });
    assert.deepEqual(seen.sort(), [ANN, LEE, 'ERR_RUN_ID_FORMAT', 'ERR_RUN_ID_MISSING']);
    const ended = async (id) => {
      const { state, output } = await boss.getJobById('batch', id);
      return `${state} ${output?.code ?? ''}`.trim();
    };
    // The batch is completed after its handler.
    while ((await ended(ids[3])) === 'active') await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(await Promise.all(ids.map(ended)), [
      'completed',
      'failed ERR_RUN_ID_MISSING',
      'failed ERR_RUN_ID_FORMAT',
      'completed',
    ]);
  });
});

describe('a job’s row and its message', options, () => {
  test('in one transaction come together, or not at all', async () => {
    await boss.createQueue('outbox');
    let kept;
    let lost;
    await transaction(async (client) => {
      lost = await start(client, 'outbox', dbOf(client));
      throw new Error('rolled back');
    });
    await transaction(async (client) => {
      kept = await start(client, 'outbox', dbOf(client));
      // Nobody sees either of them before the end of the transaction.
      assert.deepEqual(await boss.fetch('outbox'), []);
      await assert.rejects(jobs.getJob(kept), { code: 'ERR_JOB_NOT_FOUND' });
    });
    const handle = (job) => receive(job.data, 'data', async () => (await jobs.getJob(currentRunId())).runId);
    assert.deepEqual(await work('outbox', 1, handle), [kept]);
    assert.equal(await boss.getQueueSize('outbox'), 0);
    await assert.rejects(jobs.getJob(lost), { code: 'ERR_JOB_NOT_FOUND' });
  });

  test('over two connections are a message without its row', async () => {
    await boss.createQueue('no-outbox');
    let lost;
    await transaction(async (client) => {
      lost = await start(client, 'no-outbox', undefined);
      throw new Error('rolled back');
    });
    const handle = (job) =>
      receive(job.data, 'data', () => jobs.getJob(currentRunId())).catch(({ code }) => code);
    assert.deepEqual(await work('no-outbox', 1, handle), ['ERR_JOB_NOT_FOUND']);
    assert.match(lost, /^\d{6}-\d{6}$/);
  });
});
