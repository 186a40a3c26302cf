'use strict';

// The life of a job beside the database: its heart, processes that stop, and many processes at once.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, beforeEach, describe, test } = require('node:test');
const { setImmediate: turn, setTimeout: sleep } = require('node:timers/promises');
const { configure, generateTimestampRunId, stats } = require('../index.js');
const { currentRunId, runWithRunId } = require('../lib/context/index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { recordsDuring, refusalOf } = require('./job-tracking.suite.js');
const { createPGlite } = require('../tools/pglite.js');
const { Postgres } = require('../tools/postgres.js');
const { Workspace, linesOf } = require('../tools/workspace.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

const jobType = 'Lead Scoring';

/** The shortest that a heartbeat may be. */
const heartbeat = 100;

const PROCESSES = 8;
const MODULES = {
  jobTracking: path.join(__dirname, '..', 'lib', 'job-tracking', 'index.js'),
  runIds: path.join(__dirname, '..', 'index.js'),
  pg: require.resolve('pg'),
};

const isBeat = (text) => /^UPDATE (job_tracking|client_run_results) AS \w+ SET heartbeat_at/.test(text);
const isCompletion = (text) => /^UPDATE job_tracking AS job SET\s+status/.test(text);
const isRelease = (text) => /^UPDATE job_tracking AS job SET holder = NULL/.test(text);

describe('a heart', () => {
  let db;
  let jobs;
  /** What is asked of the database, each with the run that was in hand; and what stands in for it. */
  let asked;
  let answer;

  before(async () => {
    db = await createPGlite();
    const query = (text, values) => {
      asked.push({ text, runId: currentRunId() });
      return answer(text, values) ?? db.query(text, values);
    };
    jobs = new JobTracking({ db: { query } });
    answer = () => undefined;
    asked = [];
    await jobs.migrate();
  });
  after(() => db?.close());
  beforeEach(() => {
    asked = [];
    answer = () => undefined;
  });

  const beats = () => asked.filter(({ text }) => isBeat(text));
  const untilBeats = async (count) => {
    while (beats().length < count) await sleep(5);
  };

  test('beats outside of any run, and only as long as its job', async () => {
    await runWithRunId('251006-143000', () =>
      jobs.run({ jobType, heartbeat }, async ({ runId }) => {
        assert.equal(currentRunId(), runId);
        await untilBeats(2);
        await jobs.runClient(runId, 'Ann-Carver', () => untilBeats(5), { heartbeat });
      }),
    );
    assert.deepEqual([...new Set(beats().map(({ runId }) => runId))], [undefined]);
    const count = beats().length;
    await sleep(3 * heartbeat);
    assert.equal(beats().length, count);
  });

  test('tells nothing, and is no line of a log', async () => {
    const events = await recordsDuring(() => jobs.run({ jobType, heartbeat }, () => untilBeats(3)));
    assert.deepEqual(
      events.map(({ method, action, table, status }) => [method, action, table, status]),
      [
        ['run', 'created', 'job', null],
        ['run', 'completed', 'job', 'Completed'],
      ],
    );
  });

  test('beats by real time, whatever a test does to its timers', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'], now: 0 });
    await jobs.run({ jobType, heartbeat }, async () => {
      // Fake ones would spin here, or hang.
      t.mock.timers.tick(3_600_000);
      assert.equal(beats().length, 0);
      const signal = new Int32Array(new SharedArrayBuffer(4));
      while (beats().length < 2) {
        await Atomics.waitAsync?.(signal, 0, 0, 5).value;
        await turn();
      }
    });
  });

  for (const hours of [-1, 1]) {
    test(`counts only the clock of the database, not one that is ${hours} h off`, async (t) => {
      const { now } = Date;
      t.mock.method(Date, 'now', () => now() + hours * 3_600_000);
      await jobs.run({ jobType, heartbeat }, async ({ runId, heartbeatAt }) => {
        const { rows } = await db.query('SELECT now() AS now');
        assert.ok(Math.abs(heartbeatAt - rows[0].now) < 60_000);
        assert.deepEqual(await jobs.failStale({ olderThan: 1_800_000 }), { jobs: [], clientRuns: [] });
        await untilBeats(1);
        assert.deepEqual(await jobs.failStale({ olderThan: 1_800_000 }), { jobs: [], clientRuns: [] });
        assert.equal((await jobs.getJob(runId)).status, 'Running');
      });
    });
  }

  test('sends no beat while one is under way, and goes on when one fails', async () => {
    await jobs.run({ jobType, heartbeat }, async () => {
      let release;
      answer = (text) => (isBeat(text) ? new Promise((resolve, reject) => (release = reject)) : undefined);
      await untilBeats(1);
      await sleep(3 * heartbeat);
      assert.equal(beats().length, 1);
      answer = () => undefined;
      release(new Error('lost'));
      await untilBeats(3);
    });
  });

  test('does not keep alive a job whose row is gone', async () => {
    const error = await refusalOf(
      jobs.run({ jobType, heartbeat }, async ({ runId }, { signal }) => {
        await db.query('DELETE FROM job_tracking WHERE run_id = $1', [runId]);
        await once(signal, 'abort');
        assert.equal(signal.reason.code, 'ERR_JOB_NOT_FOUND');
      }),
    );
    assert.equal(error.code, 'ERR_JOB_NOT_FOUND');
  });

  test('stops when its job was ended by somebody else', async () => {
    await jobs.run({ jobType, heartbeat }, async ({ runId }, { signal }) => {
      await db.query(
        `UPDATE job_tracking SET status = 'Completed', ended_at = now() WHERE run_id = '${runId}'`,
      );
      if (!signal.aborted) await once(signal, 'abort');
      assert.equal(signal.reason.code, 'ERR_JOB_FINISHED');
    });
  });

  test('when a failure cannot be written down, the error of the work is thrown all the same', async () => {
    const failure = new Error('of the work');
    for (const attempt of [undefined, { number: 1, of: 2 }]) {
      const { runId } = await jobs.createJob({ jobType });
      answer = (text) =>
        isCompletion(text) || isRelease(text) ? Promise.reject(new Error('lost')) : undefined;
      let caught;
      const events = await recordsDuring(async () => {
        caught = await jobs
          .run({ jobType, runId, attempt }, () => Promise.reject(failure))
          .catch((error) => error);
      });
      assert.equal(caught, failure);
      assert.deepEqual([events.at(-1).action, events.at(-1).runId], ['unknown', runId]);
      answer = () => undefined;
      assert.equal((await jobs.getJob(runId)).status, 'Running');
    }
  });

  test('a completion that the database refuses is the error, and the job waits for another attempt', async () => {
    const refused = new Error('disk full');
    answer = (text) => (isCompletion(text) ? Promise.reject(refused) : undefined);
    let runId;
    await assert.rejects(
      jobs.run({ jobType }, (job) => {
        ({ runId } = job);
      }),
      (error) => error === refused,
    );
    answer = () => undefined;
    const { status, error, heartbeatAt, attempts } = await jobs.getJob(runId);
    assert.deepEqual([status, error, heartbeatAt, attempts], ['Running', 'disk full', null, 1]);
    await jobs.run({ jobType, runId }, () => {});
    assert.equal((await jobs.getJob(runId)).attempts, 2);
  });

  test('a beginning whose answer was lost carries the run ID, and calls nothing', async () => {
    answer = (text) => (text.startsWith('INSERT') ? Promise.reject(new Error('cut')) : undefined);
    for (const given of [{}, { runId: '251006-143000' }]) {
      const error = await refusalOf(jobs.run({ jobType, ...given }, () => assert.fail()));
      assert.equal(error.code, 'ERR_JOB_UNKNOWN_OUTCOME');
      assert.equal(error.runId, given.runId ?? error.runId);
    }
  });

  test('an ID that is taken is not run, but another one made', async () => {
    const taken = [];
    answer = (text, [runId] = []) => {
      if (!text.startsWith('INSERT') || taken.length > 0) return undefined;
      taken.push(runId);
      return db
        .query('INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', [runId, 'faster'])
        .then(() => ({ rows: [] }));
    };
    const runId = await jobs.run({ jobType }, (job) => job.runId);
    assert.notEqual(runId, taken[0]);
    const { status, attempts } = await jobs.getJob(runId);
    assert.deepEqual([status, attempts], ['Completed', 1]);
  });

  test('each way of an attempt is told once', async () => {
    const { runId } = await jobs.createJob({ jobType });
    const told = async (call) =>
      (await recordsDuring(call)).map(({ action, method }) => `${method} ${action}`);
    const run = (fn, number = 1) => jobs.run({ jobType, runId, attempt: { number, of: 3 } }, fn);
    const fail = () => Promise.reject(new Error('x'));
    assert.deepEqual(await told(() => run(fail)), ['run updated', 'run updated']);
    assert.deepEqual(await told(() => run(() => jobs.run({ jobType, runId }, () => {}), 2)), [
      'run updated',
      'run refused',
      'run updated',
    ]);
    assert.deepEqual(await told(() => run(fail, 3)), ['run updated', 'run completed']);
    assert.deepEqual(await told(() => run(fail, 3)), ['run refused']);
    const once = { once: 'key' };
    assert.deepEqual(await told(() => jobs.addJobMetrics(runId, { x: 1 }, once)), ['addJobMetrics updated']);
    assert.deepEqual(await told(() => jobs.addJobMetrics(runId, { x: 1 }, once)), ['addJobMetrics found']);
    assert.deepEqual(await told(() => jobs.deleteClientRuns({ clientId: 'Nobody' })), [
      'deleteClientRuns updated',
    ]);
    assert.deepEqual(
      await told(() =>
        jobs.run({ jobType }, async (job) => {
          await jobs.completeJob(job.runId);
          throw new Error('after the end');
        }),
      ),
      ['run created', 'completeJob completed'],
    );
    let failed;
    let stale;
    let id;
    await refusalOf(
      jobs.run({ jobType }, async (job) => {
        id = job.runId;
        await db.query(`UPDATE job_tracking SET heartbeat_at = '2025-10-06' WHERE run_id = '${id}'`);
        stale = stats().stale;
        failed = await recordsDuring(() => jobs.failStale({ olderThan: 300 }));
      }),
    );
    assert.deepEqual(
      failed.map((event) => [event.method, event.action, event.runId, event.status]),
      [['failStale', 'completed', id, 'Failed']],
    );
    assert.deepEqual(stats().stale, { ...stale, job: stale.job + 1 });
  });
});

describe('processes', { skip: !Postgres.isHere() }, () => {
  let server;
  let url;
  let db;
  let jobs;

  before(async () => {
    server = await Postgres.start();
    url = await server.freshSchema();
    db = server.pool(url);
    jobs = new JobTracking({ db });
    await jobs.migrate();
  });
  after(() => server?.stop());

  /**
   * Runs a job in a process of its own, which says its run ID, and blocks or waits until it is told to go on; then it says
   * what it learns.
   */
  function work(modules, address, how) {
    const { once: onceOf } = require('node:events');
    const { JobTracking: Tracking } = require(modules.jobTracking);
    const { Pool } = require(modules.pg);
    require(modules.runIds).configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
    const pool = new Pool({ connectionString: address });
    const tracking = new Tracking({ db: pool });
    const say = (line) => require('node:fs').writeSync(1, `${line}\n`);
    const codeOf = (promise) =>
      promise.then(
        () => 'none',
        (error) => error.code,
      );
    const job = tracking.run({ jobType: 'x', heartbeat: 100 }, async ({ runId }, { signal }) => {
      const aborted = onceOf(signal, 'abort');
      say(runId);
      // Blocks the whole process until a byte comes, as a long computation would.
      if (how === 'blocked') require('node:fs').readSync(0, Buffer.alloc(1));
      await aborted;
      say(signal.reason.code);
      say(await codeOf(tracking.addJobMetrics(runId, { late: 1 })));
    });
    codeOf(job).then(async (code) => {
      say(code);
      await pool.end();
      process.exit();
    });
  }

  for (const how of ['stopped', 'blocked']) {
    test(`one that was ${how} learns that its job was failed`, async (t) => {
      const child = new Workspace(t).start(work, {
        args: [MODULES, url, how],
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = linesOf(child.stdout);
      const { value: runId } = await lines.next();
      if (how === 'stopped') child.kill('SIGSTOP');
      let failed = [];
      while (failed.length === 0) {
        await sleep(50);
        failed = (await jobs.failStale({ olderThan: 300 })).jobs;
      }
      assert.deepEqual(failed, [runId]);
      const row = await jobs.getJob(runId);
      if (how === 'stopped') child.kill('SIGCONT');
      else child.stdin.write('\n');
      for (const what of ['the signal', 'metrics', 'run']) {
        assert.equal((await lines.next()).value, 'ERR_JOB_FINISHED', what);
      }
      assert.deepEqual(await jobs.getJob(runId), row);
    });
  }

  test('a heart does not keep a process alive', async (t) => {
    const { code, stdout } = await new Workspace(t).run(
      (modules, address) => {
        const { JobTracking: Tracking } = require(modules.jobTracking);
        const { Pool } = require(modules.pg);
        require(modules.runIds).configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
        const pool = new Pool({ connectionString: address, allowExitOnIdle: true });
        new Tracking({ db: pool }).run({ jobType: 'x' }, ({ runId }) => {
          console.log(runId);
          return new Promise(() => {});
        });
      },
      { args: [MODULES, url] },
    );
    assert.equal(code, 0);
    const { status, attempts } = await jobs.getJob(stdout.trim());
    assert.deepEqual([status, attempts], ['Running', 1]);
  });

  /** Eight processes that do the same at one instant; what each prints as JSON. */
  async function together(t, act, args) {
    const workspace = new Workspace(t);
    const children = Array.from({ length: PROCESSES }, () =>
      workspace.start(act, { args: [MODULES, url, ...args], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] }),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map(async (child) => JSON.parse((await linesOf(child.stdout).next()).value));
    for (const child of children) child.send('go');
    return await Promise.all(answers);
  }

  for (const given of ['a new run', 'a job that is there']) {
    test(`eight that run ${given} at one instant are one`, async (t) => {
      const runId = generateTimestampRunId();
      if (given !== 'a new run') await jobs.createJob({ runId, jobType });
      const answers = await together(
        t,
        async function act(modules, address, id) {
          const { JobTracking: Tracking } = require(modules.jobTracking);
          require(modules.runIds).configure({ logger: null });
          const pool = new (require(modules.pg).Pool)({ connectionString: address });
          const tracking = new Tracking({ db: pool });
          await tracking.listJobs({ limit: 1 });
          process.send('ready');
          await require('node:events').once(process, 'message');
          const options = { jobType: 'Lead Scoring', runId: id };
          const work = () => tracking.addJobMetrics(id, { times: 1 }).then(() => 'done');
          const outcome = await tracking.run(options, work).catch((error) => error.code);
          console.log(JSON.stringify(outcome));
          await pool.end();
          process.disconnect();
        },
        [runId],
      );
      assert.equal(answers.filter((answer) => answer === 'done').length, 1, answers.join());
      const others = answers.filter((answer) => answer !== 'done');
      assert.ok(
        others.every((code) => ['ERR_JOB_RUNNING', 'ERR_JOB_FINISHED'].includes(code)),
        others.join(),
      );
      const { status, attempts, metrics } = await jobs.getJob(runId);
      assert.deepEqual([status, attempts, metrics], ['Completed', 1, { times: 1 }]);
    });
  }

  test('what is dead is failed 500 rows at a time', async () => {
    await db.query(
      `INSERT INTO job_tracking (run_id, job_type, holder, heartbeat_ms, attempts, heartbeat_at)
        SELECT to_char(timestamp '2001-01-01' + n * interval '1 second', 'YYMMDD-HH24MISS'), 'x', 'dead', 1000, 1,
          '2025-10-06' FROM generate_series(0, 1000) AS n`,
    );
    const steps = [];
    const watched = {
      async query(text, values) {
        const answer = await db.query(text, values);
        if (text.includes('failed by failStale()')) steps.push(answer.rows.length);
        return answer;
      },
    };
    const failed = await new JobTracking({ db: watched }).failStale({ olderThan: 60_000 });
    assert.deepEqual([failed.jobs.length, failed.clientRuns.length], [1001, 0]);
    // One statement about client runs comes first.
    assert.deepEqual(steps, [0, 500, 500, 1]);
  });

  test('eight that fail what is dead fail each once', async (t) => {
    await db.query(
      `INSERT INTO job_tracking (run_id, job_type, holder, heartbeat_ms, attempts, heartbeat_at)
        SELECT to_char(timestamp '2000-01-01' + n * interval '1 second', 'YYMMDD-HH24MISS'), 'x', 'dead', 1000, 1,
          '2025-10-06' FROM generate_series(0, 4499) AS n`,
    );
    await db.query(
      `INSERT INTO client_run_results (run_id, job_run_id, client_id, holder, heartbeat_ms, attempts, heartbeat_at)
        SELECT run_id || '-Ann', run_id, 'Ann', 'dead', 1000, 1, '2025-10-06' FROM job_tracking WHERE holder = 'dead'`,
    );
    const answers = await together(
      t,
      async function act(modules, address) {
        const { JobTracking: Tracking } = require(modules.jobTracking);
        const pool = new (require(modules.pg).Pool)({ connectionString: address });
        const tracking = new Tracking({ db: pool });
        await tracking.listJobs({ limit: 1 });
        process.send('ready');
        await require('node:events').once(process, 'message');
        const failed = await tracking.failStale({ olderThan: 60_000 });
        console.log(JSON.stringify(failed));
        await pool.end();
        process.disconnect();
      },
      [],
    );
    for (const [list, suffix] of [
      ['jobs', ''],
      ['clientRuns', '-Ann'],
    ]) {
      const all = answers.flatMap((answer) => answer[list]);
      // More than one step of each.
      assert.equal(all.length, 4500, list);
      assert.equal(new Set(all).size, 4500, list);
      assert.ok(all.every((runId) => runId.startsWith('000101-') && runId.slice(13) === suffix));
    }
    assert.ok(answers.filter((answer) => answer.jobs.length > 0).length > 0);
    assert.deepEqual(await jobs.failStale({ olderThan: 60_000 }), { jobs: [], clientRuns: [] });
  });

  test('eight that add with the same keys at one instant count each once', async (t) => {
    const { runId } = await jobs.createJob({ jobType });
    await together(
      t,
      async function act(modules, address, id) {
        const { JobTracking: Tracking } = require(modules.jobTracking);
        const pool = new (require(modules.pg).Pool)({ connectionString: address, max: 4 });
        const tracking = new Tracking({ db: pool });
        await tracking.listJobs({ limit: 1 });
        process.send('ready');
        await require('node:events').once(process, 'message');
        const keys = Array.from({ length: 40 }, (_, at) => `delivery ${at}`);
        await Promise.all(
          keys.map((key) => tracking.addJobMetrics(id, { posts: 1, [key]: 1 }, { once: key })),
        );
        console.log(1);
        await pool.end();
        process.disconnect();
      },
      [runId],
    );
    const { metrics } = await jobs.getJob(runId);
    assert.equal(metrics.posts, 40);
    assert.ok(Object.values(metrics).every((sum) => sum === 1 || sum === 40));
  });
});
