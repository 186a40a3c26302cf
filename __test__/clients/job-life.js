'use strict';

// Jobs of a real queue: BullMQ on Redis, with their rows in PostgreSQL.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { DelayedError, Queue, Worker } = require('bullmq');
const { configure } = require('../../index.js');
const { extract, inject, requireRunId, receive, runWithRunId } = require('../../lib/context/index.js');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { HASTY } = require('./support/hasty.js');
const { Postgres } = require('../../tools/postgres.js');
const { Redis } = require('../../tools/redis.js');

const jobType = 'Lead Scoring';

const LONE_WORKER = path.join(__dirname, 'support', 'lone-worker.js');

describe('the jobs of BullMQ', { skip: !Postgres.isHere() || !Redis.isHere() }, () => {
  let server;
  let redis;
  let url;
  let db;
  let jobs;
  const closing = [];

  before(async () => {
    configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
    server = await Postgres.start();
    redis = await Redis.start();
    url = await server.freshSchema();
    db = server.pool(url, { max: 6 });
    jobs = new JobTracking({ db });
    await jobs.migrate();
  });
  after(async () => {
    for (const { close } of closing.reverse()) await close();
    await redis?.stop();
    await server?.stop();
  });

  const connection = () => ({ host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null });

  function queueOf(name) {
    const queue = new Queue(name, { connection: connection() });
    closing.push({ close: () => queue.close() });
    return queue;
  }

  function workerOf(name, work) {
    const worker = new Worker(name, work, { connection: connection(), ...HASTY });
    worker.on('error', () => {});
    closing.push({ close: () => worker.close(true) });
    return worker;
  }

  const attemptOf = (job) => ({ number: job.attemptsMade + 1, of: job.opts.attempts || 1 });

  /** Adds a job in a run of its own, which has a row already. */
  async function added(queue, options) {
    const { runId } = await jobs.createJob({ jobType, notes: 'of the API' });
    await runWithRunId(runId, () => queue.add('score', inject({}), options));
    return runId;
  }

  async function untilEnded(runId) {
    let job;
    do {
      await sleep(20);
      job = await jobs.getJob(runId);
    } while (job.status === 'Running');
    return job;
  }

  test('an attempt that is tried again is one row, and nowhere failed', async () => {
    const queue = queueOf('attempts');
    const failed = [];
    const listen = (event) => event.status === 'Failed' && failed.push(event);
    subscribe('unified-run-id:record', listen);
    workerOf('attempts', (job) =>
      receive(job.data, 'data', () =>
        jobs.run({ jobType, runId: requireRunId(), attempt: attemptOf(job) }, ({ attempts }) => {
          if (attempts < 3) throw new Error(`attempt ${attempts}`);
        }),
      ),
    );
    const runId = await added(queue, { attempts: 3 });
    const { status, attempts, error, notes } = await untilEnded(runId);
    unsubscribe('unified-run-id:record', listen);
    assert.deepEqual([status, attempts, error, notes], ['Completed', 3, null, 'of the API']);
    assert.deepEqual(failed, []);
  });

  test('the last attempt of all fails the row', async () => {
    const queue = queueOf('failures');
    workerOf('failures', (job) =>
      jobs.run({ jobType, runId: extract(job.data), attempt: attemptOf(job) }, () => {
        throw new Error(`attempt ${job.attemptsMade + 1}`);
      }),
    );
    const { status, attempts, error } = await untilEnded(await added(queue, { attempts: 2 }));
    assert.deepEqual([status, attempts, error], ['Failed', 2, 'attempt 2']);
  });

  test('a job that is delayed again and again is one run', async () => {
    const queue = queueOf('turns');
    workerOf('turns', async (job, token) => {
      const turn = { number: job.attemptsMade + 1, of: 1000 };
      await jobs.run({ jobType, runId: extract(job.data), attempt: turn }, async ({ attempts }) => {
        if (attempts === 3) return;
        await job.moveToDelayed(Date.now() + 50, token);
        throw new DelayedError();
      });
    });
    const { status, attempts } = await untilEnded(await added(queue));
    assert.deepEqual([status, attempts], ['Completed', 3]);
  });

  test('a worker that comes before the row is committed waits for it', async () => {
    const queue = queueOf('outbox');
    const begun = [];
    workerOf('outbox', (job) => {
      begun.push(job.id);
      return jobs.run({ jobType, runId: extract(job.data) }, () => {});
    });
    const client = await db.connect();
    await client.query('BEGIN');
    const { runId } = await new JobTracking({ db: client }).createJob({ jobType, notes: 'not committed' });
    await queue.add('score', inject({}, 'data', runId));
    while (begun.length === 0) await sleep(10);
    const waiting = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
    while ((await db.query(waiting, [client.processID])).rowCount === 0) await sleep(10);
    await client.query('COMMIT');
    client.release();
    const { status, attempts, notes } = await untilEnded(runId);
    assert.deepEqual([status, attempts, notes], ['Completed', 1, 'not committed']);
  });

  test('a job whose worker was stopped is done by another, and ended once', async (t) => {
    const queue = queueOf('stopped');
    const child = fork(LONE_WORKER, [String(redis.port), url], { stdio: 'inherit' });
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'message');
    const runId = await added(queue, { attempts: 5 });
    const [begun] = await once(child, 'message');
    assert.equal(begun, runId);
    child.kill('SIGSTOP');
    const codes = [];
    workerOf('stopped', async (job) => {
      try {
        await jobs.run({ jobType, runId: extract(job.data), attempt: attemptOf(job) }, () => {});
      } catch (error) {
        codes.push(error.code);
        throw error;
      }
    });
    const ended = await untilEnded(runId);
    assert.deepEqual([ended.status, ended.attempts], ['Completed', 2]);
    child.kill('SIGCONT');
    const [learned] = await once(child, 'message');
    assert.equal(learned, 'ERR_JOB_FINISHED');
    assert.deepEqual(await jobs.getJob(runId), ended);
    assert.ok(codes.every((code) => code === 'ERR_JOB_RUNNING'));
  });
});
