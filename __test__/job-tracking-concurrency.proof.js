'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { configure } = require('../index.js');
const { JobTracking } = require('../job-tracking.js');
const { refusalOf } = require('./support/job-tracking-functional.js');
const { Postgres } = require('./support/postgres.js');
const { Workspace } = require('./support/workspace.js');

const PROCESSES = 8;
const MODULES = {
  runIds: path.join(__dirname, '..', 'index.js'),
  jobTracking: path.join(__dirname, '..', 'job-tracking.js'),
  pg: require.resolve('pg'),
};
const SECONDS_OF_KILLS = 20;
const CUTS = 60;

/** Says that it is there, and when it hears something makes `count` jobs, writing each ID when it has it. */
function makeJobs(modules, url, count) {
  const { writeSync } = require('node:fs');
  const { configure } = require(modules.runIds);
  const { JobTracking } = require(modules.jobTracking);
  const { Pool } = require(modules.pg);
  configure({ logger: null, maxLeadSeconds: 1_000_000 });
  const pool = new Pool({ connectionString: url, max: 2 });
  const jobs = new JobTracking({ db: pool });
  let isWanted = true;
  process.once('SIGTERM', () => {
    isWanted = false;
  });
  process.once('message', async () => {
    await jobs.migrate();
    for (let made = 0; isWanted && made < count; made++) {
      const { runId } = await jobs.createJob({ jobType: 'Lead Scoring' });
      writeSync(1, `${runId}\n`);
    }
    await pool.end();
    if (process.connected) process.disconnect();
  });
  process.send('ready');
}

describe('JobTracking of many processes', { skip: !Postgres.isHere() }, () => {
  let server;

  before(async () => {
    configure({ logger: null });
    server = await Postgres.start();
  });
  after(() => server?.stop());

  class Worker {
    constructor(workspace, url, count) {
      this.child = workspace.start(makeJobs, {
        args: [MODULES, url, count],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { NODE_NO_WARNINGS: '1' },
      });
      let text = '';
      let errors = '';
      this.child.stdout.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      this.child.stderr.setEncoding('utf8').on('data', (chunk) => {
        errors += chunk;
      });
      this.ready = once(this.child, 'message');
      this.ended = once(this.child, 'close').then(([code, signal]) => ({
        code,
        signal,
        errors,
        // What a kill has cut off was not acknowledged.
        acknowledged: text.split('\n').slice(0, -1),
      }));
    }

    start() {
      this.child.send('go');
    }
  }

  const runIdsIn = async (url) => {
    const { rows } = await server.pool(url).query('SELECT run_id FROM job_tracking');
    return new Set(rows.map((row) => row.run_id));
  };

  test('eight processes that migrate at once make 1,600 distinct jobs', async (t) => {
    const url = await server.freshSchema();
    const workspace = new Workspace(t);
    const workers = Array.from({ length: PROCESSES }, () => new Worker(workspace, url, 200));
    await Promise.all(workers.map(({ ready }) => ready));
    for (const worker of workers) worker.start();
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    for (const { code, errors } of ends) assert.deepEqual([code, errors], [0, '']);
    const acknowledged = ends.flatMap((end) => end.acknowledged);
    assert.equal(acknowledged.length, PROCESSES * 200);
    assert.equal(new Set(acknowledged).size, PROCESSES * 200);
    assert.deepEqual(await runIdsIn(url), new Set(acknowledged));
  });

  test('no job is lost or made twice while processes are killed', async (t) => {
    const url = await server.freshSchema();
    const workspace = new Workspace(t);
    const startWorker = async () => {
      const worker = new Worker(workspace, url, Number.MAX_SAFE_INTEGER);
      await worker.ready;
      worker.start();
      return worker;
    };
    const workers = await Promise.all(Array.from({ length: PROCESSES }, startWorker));
    const killed = [];
    for (let second = 0; second < SECONDS_OF_KILLS; second++) {
      await sleep(1000);
      const at = second % PROCESSES;
      workers[at].child.kill('SIGKILL');
      killed.push(workers[at].ended);
      workers[at] = await startWorker();
    }
    for (const { child } of workers) child.kill('SIGTERM');
    const endsOfKilled = await Promise.all(killed);
    for (const { signal, errors } of endsOfKilled) assert.deepEqual([signal, errors], ['SIGKILL', '']);
    const endsOfOthers = await Promise.all(workers.map(({ ended }) => ended));
    for (const { code, errors } of endsOfOthers) assert.deepEqual([code, errors], [0, '']);

    const acknowledged = [...endsOfKilled, ...endsOfOthers].flatMap((end) => end.acknowledged);
    const distinct = new Set(acknowledged);
    const rows = await runIdsIn(url);
    assert.ok(distinct.size > 0);
    assert.equal(distinct.size, acknowledged.length, 'none is acknowledged twice');
    assert.deepEqual(
      [...distinct].filter((runId) => !rows.has(runId)),
      [],
      'every acknowledged job is there',
    );
    assert.ok(rows.size - distinct.size <= killed.length, `${rows.size} rows, ${distinct.size} acknowledged`);
    t.diagnostic(`${rows.size} jobs, ${distinct.size} acknowledged, ${killed.length} kills`);
  });

  test('a job whose connection is cut while it is made has an unknown outcome', async () => {
    const url = await server.freshSchema();
    const jobs = new JobTracking({ db: server.pool(url) });
    await jobs.migrate();
    const other = await server.pool(url).connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE job_tracking IN SHARE MODE');
    const made = refusalOf(jobs.createJob({ jobType: 'Lead Scoring' }));
    await cutWaiting(other);
    const error = await made;
    await other.query('COMMIT');
    other.release();
    assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_UNKNOWN_OUTCOME', 503]);
    assert.ok(error.cause instanceof Error);
    assert.equal((await refusalOf(jobs.getJob(error.runId))).code, 'ERR_JOB_NOT_FOUND');
  });

  /** Ends every connection that waits for a lock of this one, as soon as there is one. */
  async function cutWaiting(client) {
    for (;;) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
      );
      if (rowCount > 0) return;
    }
  }

  test('whatever is done while connections are cut is done once or throws', async () => {
    const url = new URL(await server.freshSchema());
    const admin = server.pool(url.href, { max: 1 });
    await new JobTracking({ db: admin }).migrate();
    configure({ maxLeadSeconds: 1_000_000 });
    url.searchParams.set('application_name', 'run-id-cut');
    const jobs = new JobTracking({ db: server.pool(url.href, { max: 6 }) });
    const shared = await new JobTracking({ db: admin }).createJob({ jobType: 'shared' });
    let isCutting = true;
    const acknowledged = [];
    const unknown = [];
    let added = 0;
    let uncertain = 0;

    const make = async () => {
      while (isCutting) {
        try {
          acknowledged.push((await jobs.createJob({ jobType: 'x' })).runId);
        } catch (error) {
          assert.equal(error.code, 'ERR_JOB_UNKNOWN_OUTCOME', error.stack);
          unknown.push(error.runId);
        }
      }
    };
    const add = async () => {
      while (isCutting) {
        try {
          await jobs.addJobMetrics(shared.runId, { n: 1 });
          added++;
        } catch {
          uncertain++;
        }
      }
    };
    const cut = async () => {
      for (let cuts = 0; cuts < CUTS;) {
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'run-id-cut' AND state = 'active'
             ORDER BY random() LIMIT 1`,
        );
        cuts += rowCount;
      }
      isCutting = false;
    };
    await Promise.all([cut(), make(), make(), make(), add(), add()]);

    const rows = await runIdsIn(url.href);
    const distinct = new Set(acknowledged);
    assert.equal(distinct.size, acknowledged.length);
    for (const runId of acknowledged) assert.ok(rows.has(runId), runId);
    const others = [...rows].filter((runId) => !distinct.has(runId) && runId !== shared.runId);
    for (const runId of others) assert.ok(unknown.includes(runId), `${runId} was made and nobody was told`);
    const { n } = (await new JobTracking({ db: admin }).getJob(shared.runId)).metrics;
    assert.ok(n >= added && n <= added + uncertain, `${added} added, ${uncertain} uncertain, ${n} there`);
  });

  test('a run is ended once by whoever comes first', async () => {
    const url = await server.freshSchema();
    const jobs = new JobTracking({ db: server.pool(url, { max: 8 }) });
    await jobs.migrate();
    const statuses = ['Completed', 'Failed', 'Completed with Errors', 'No Leads To Score'];
    for (let round = 0; round < 20; round++) {
      const { runId } = await jobs.createJob({ jobType: 'x' });
      const ends = await Promise.allSettled(statuses.map((status) => jobs.completeJob(runId, { status })));
      const winners = ends.filter(({ status }) => status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.deepEqual(await jobs.getJob(runId), winners[0].value);
      for (const { reason } of ends.filter(({ status }) => status === 'rejected')) {
        assert.equal(reason.code, 'ERR_JOB_FINISHED');
      }
    }
  });

  test('additions of many connections are all there', async () => {
    const url = await server.freshSchema();
    const jobs = new JobTracking({ db: server.pool(url, { max: 8 }) });
    await jobs.migrate();
    const { runId } = await jobs.createJob({ jobType: 'x' });
    await Promise.all(
      Array.from({ length: 200 }, () => jobs.addJobMetrics(runId, { leads: 1, costUsd: 0.01 })),
    );
    assert.deepEqual((await jobs.getJob(runId)).metrics, { leads: 200, costUsd: 2 });
  });

  test('an external ID that many link at once stands for one run', async () => {
    const url = await server.freshSchema();
    const jobs = new JobTracking({ db: server.pool(url, { max: 8 }) });
    await jobs.migrate();
    const made = await Promise.all(Array.from({ length: 8 }, () => jobs.createJob({ jobType: 'x' })));
    const link = { system: 'crawler', externalId: 'one' };
    const ends = await Promise.allSettled(made.map(({ runId }) => jobs.linkExternalId({ ...link, runId })));
    const winners = ends.filter(({ status }) => status === 'fulfilled');
    assert.equal(winners.length, 1);
    assert.equal((await jobs.findByExternalId('crawler', 'one')).runId, winners[0].value.runId);
    for (const { reason } of ends.filter(({ status }) => status === 'rejected')) {
      assert.equal(reason.code, 'ERR_JOB_EXISTS');
    }
  });

  test('no refusal aborts a transaction of the caller', async () => {
    const url = await server.freshSchema();
    const client = await server.pool(url).connect();
    const jobs = new JobTracking({ db: client });
    await jobs.migrate();
    await client.query('BEGIN');
    const { runId } = await jobs.createJob({ jobType: 'x' });
    await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
    for (const call of [
      () => jobs.createJob({ runId, jobType: 'x' }),
      () => jobs.createClientRun(runId, { clientId: 'Ann-Carver' }),
      () => jobs.createClientRun('010203-040506-Ann-Carver'),
      () => jobs.getJob('010203-040506'),
      () => jobs.completeJob(runId),
      () => jobs.linkExternalId({ runId: '010203-040506', system: 'crawler', externalId: 'x' }),
    ]) {
      await refusalOf(call());
    }
    await client.query('COMMIT');
    assert.equal((await jobs.getJob(runId)).runId, runId);
    client.release();
  });
});
