'use strict';

// Jobs whose workers are killed: each ends once, and none is left Running without a heart. And the way from 1.0 on tables
// of a million rows.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { configure, generateTimestampRunId } = require('../../index.js');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { MIGRATION, STATEMENTS } = require('../support/job-tracking-1.0.js');
const { Postgres } = require('../../tools/postgres.js');
const { Workspace } = require('../../tools/workspace.js');

const WORKERS = 6;
const SECONDS_OF_KILLS = 20;
const JOBS = 60;
const ROWS = 1_000_000;

/** Only for what hangs: nothing here comes near it. */
const TIMEOUT = 600_000;

const MODULES = {
  runIds: path.join(__dirname, '..', '..', 'index.js'),
  jobTracking: path.join(__dirname, '..', '..', 'lib', 'job-tracking', 'index.js'),
  pg: require.resolve('pg'),
};

/** Takes the jobs of a queue that delivers each again and again, and says which of them it has completed. */
function work(modules, url, runIds) {
  const { writeSync } = require('node:fs');
  const { setTimeout: wait } = require('node:timers/promises');
  const { configure: set } = require(modules.runIds);
  const { JobTracking: Tracking } = require(modules.jobTracking);
  const { Pool } = require(modules.pg);
  set({ logger: null, maxLeadSeconds: 2_000_000_000 });
  const jobs = new Tracking({ db: new Pool({ connectionString: url, max: 4 }) });
  const expected = ['ERR_JOB_RUNNING', 'ERR_JOB_FINISHED'];
  process.once('disconnect', () => process.exit(1));
  async function deliver(runId) {
    const attempt = { number: 1, of: 1000 };
    try {
      await jobs.run({ jobType: 'x', runId, attempt, heartbeat: 100 }, async () => {
        await wait(Math.random() * 600);
        await jobs.addJobMetrics(runId, { done: 1 });
        if (Math.random() < 0.1) throw new Error('try again');
        if (Math.random() < 0.1) {
          // As long as no heart beats: another worker may take the job over.
          const end = Date.now() + 500;
          while (Date.now() < end);
        }
      });
      writeSync(1, `${runId}\n`);
    } catch (error) {
      if (error.message !== 'try again' && !expected.includes(error.code)) writeSync(2, `${error.stack}\n`);
    }
  }
  async function loop() {
    for (;;) {
      await deliver(runIds[Math.floor(Math.random() * runIds.length)]);
      await wait(5);
    }
  }
  loop();
  loop();
}

class Worker {
  constructor(workspace, url, runIds) {
    this.child = workspace.start(work, {
      args: [MODULES, url, runIds],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { NODE_NO_WARNINGS: '1' },
    });
    let text = '';
    let errors = '';
    this.child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    this.child.stderr.setEncoding('utf8').on('data', (chunk) => (errors += chunk));
    this.ended = once(this.child, 'close').then(() => ({ completed: text.split('\n').slice(0, -1), errors }));
  }

  kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}

describe("a job's life", { skip: !Postgres.isHere() }, () => {
  let server;

  before(async () => {
    configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
    server = await Postgres.start();
  });
  after(() => server?.stop());

  test('workers are killed, and each job ends once', { timeout: TIMEOUT }, async (t) => {
    const url = await server.freshSchema();
    const db = server.pool(url);
    const jobs = new JobTracking({ db });
    await jobs.migrate();
    // The database counts for itself how often each row is ended.
    await db.query('CREATE TABLE endings (run_id text, status text)');
    await db.query(
      `CREATE FUNCTION note_ending() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO endings VALUES (new.run_id, new.status); RETURN NULL; END $$`,
    );
    await db.query(
      `CREATE TRIGGER note_ending AFTER UPDATE ON job_tracking FOR EACH ROW
         WHEN (new.ended_at IS DISTINCT FROM old.ended_at) EXECUTE FUNCTION note_ending()`,
    );
    const workspace = new Workspace(t);
    const deadline = performance.now() + SECONDS_OF_KILLS * 1000;
    const ends = [];
    const completed = new Set();
    let runIds = [];
    let kills = 0;
    let failed = 0;
    while (performance.now() < deadline) {
      const batch = Array.from({ length: JOBS }, () => generateTimestampRunId());
      runIds = runIds.concat(batch);
      const workers = Array.from({ length: WORKERS }, () => new Worker(workspace, url, batch));
      for (let round = 0; round < 8; round++) {
        await sleep(500);
        ends.push(await workers.shift().kill());
        kills++;
        workers.push(new Worker(workspace, url, batch));
        // Now and then what is dead is failed while others are at work.
        if (round % 3 === 2) failed += (await jobs.failStale({ olderThan: 1000 })).jobs.length;
      }
      ends.push(...(await Promise.all(workers.map((worker) => worker.kill()))));
      kills += workers.length;
    }
    const held = "SELECT FROM job_tracking WHERE status = 'Running' AND holder IS NOT NULL";
    while ((await db.query(held)).rowCount > 0) {
      await sleep(200);
      failed += (await jobs.failStale({ olderThan: 300 })).jobs.length;
    }

    for (const { errors } of ends) assert.equal(errors, '');
    for (const runId of ends.flatMap((end) => end.completed)) {
      assert.equal(completed.has(runId), false, `${runId} was completed twice`);
      completed.add(runId);
    }
    const { rows } = await db.query(
      `SELECT job.run_id, job.status, job.attempts, job.heartbeat_at IS NULL AS is_quiet, count(endings.run_id)::integer AS ends
         FROM job_tracking AS job LEFT JOIN endings ON endings.run_id = job.run_id GROUP BY job.run_id`,
    );
    const counts = { Running: 0, Completed: 0, Failed: 0 };
    for (const { run_id: runId, status, is_quiet: isQuiet, ends: count } of rows) {
      counts[status] += 1;
      assert.equal(count, status === 'Running' ? 0 : 1, `${runId} is ${status}, and ended ${count} times`);
      // What is Running waits for its next attempt.
      assert.equal(isQuiet, status !== 'Failed', `${runId} is ${status}`);
      assert.ok(!completed.has(runId) || status === 'Completed', `${runId} is ${status}`);
    }
    t.diagnostic(`${rows.length} jobs, ${kills} kills: ${JSON.stringify(counts)}`);
    assert.deepEqual([counts.Failed, counts.Completed >= completed.size], [failed, true]);
    assert.ok(counts.Failed > 0 && counts.Completed > 0);
  });

  test('tables of a million rows are migrated while 1.0 writes', { timeout: TIMEOUT }, async (t) => {
    const url = await server.freshSchema();
    const db = server.pool(url, { max: 12 });
    await db.query(MIGRATION);
    await db.query(
      `INSERT INTO job_tracking (run_id, job_type, status, ended_at)
         SELECT to_char(timestamp '2001-01-01' + n * interval '1 second', 'YYMMDD-HH24MISS'), 'x',
           CASE WHEN n % 10 = 0 THEN 'Running' ELSE 'Completed' END,
           CASE WHEN n % 10 = 0 THEN NULL ELSE now() END
         FROM generate_series(1, ${ROWS}) AS n`,
    );
    await db.query(
      `INSERT INTO client_run_results (run_id, job_run_id, client_id)
         SELECT run_id || '-Ann-Carver', run_id, 'Ann-Carver' FROM job_tracking`,
    );
    let isOn = true;
    const longest = { before: 0, during: 0 };
    let phase = 'before';
    let writes = 0;
    const writers = Array.from({ length: 4 }, async () => {
      while (isOn) {
        const runId = generateTimestampRunId();
        for (const [name, ...values] of [
          ['insertJob', runId, 'x', null, '{}'],
          ['insertClient', `${runId}-Bob`, runId, 'Bob', null, '{}'],
          ['addToJob', runId, '{"x":1}'],
          ['completeClient', `${runId}-Bob`, 'Completed', false, null, false, null],
          ['completeJob', runId, 'Completed', false, null, false, null, false],
        ]) {
          const begun = performance.now();
          await db.query(STATEMENTS[name], values);
          longest[phase] = Math.max(longest[phase], performance.now() - begun);
          writes++;
        }
      }
    });
    await sleep(2000);
    phase = 'during';
    const before = writes;
    const begun = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => new JobTracking({ db }).migrate()));
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const meanwhile = writes - before;
    isOn = false;
    await Promise.all(writers);
    const { rows } = await db.query(
      `SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
         WHERE relnamespace = current_schema()::regnamespace AND indisvalid
           AND relname IN ('client_run_results_client', 'job_tracking_held', 'client_run_results_held')`,
    );
    assert.equal(rows.length, 3);
    assert.ok(meanwhile > 0);
    const jobs = new JobTracking({ db });
    assert.deepEqual(await jobs.failStale({ olderThan: 300 }), { jobs: [], clientRuns: [] });
    assert.equal((await jobs.listClientRuns({ clientId: 'Ann-Carver', order: 'desc' })).length, 100);
    t.diagnostic(
      `${seconds} s, ${meanwhile} writes of 1.0 meanwhile, the longest ${longest.during.toFixed(0)} ms ` +
        `(${longest.before.toFixed(0)} ms before)`,
    );
  });
});
