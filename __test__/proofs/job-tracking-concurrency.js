'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setImmediate: turn, setTimeout: sleep } = require('node:timers/promises');
const { configure } = require('../../index.js');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { refusalOf } = require('../job-tracking.suite.js');
const { Postgres } = require('../../tools/postgres.js');
const { Proxy } = require('../../tools/proxy.js');
const { Workspace } = require('../../tools/workspace.js');

const PROCESSES = 8;
const MODULES = {
  runIds: path.join(__dirname, '..', '..', 'index.js'),
  jobTracking: path.join(__dirname, '..', '..', 'lib', 'job-tracking', 'index.js'),
  pg: require.resolve('pg'),
};
const SECONDS_OF_KILLS = 20;
const CUTS = 60;

/** Only for what hangs: nothing here comes near it. */
const TIMEOUT = 120_000;

/** So many jobs in a second use up the seconds of days to come. */
const MAX_LEAD = 2_000_000_000;

/** Says that it is there, and when it hears something makes `count` jobs, writing each ID when it has it. */
function makeJobs(modules, maxLeadSeconds, url, count) {
  const { writeSync } = require('node:fs');
  const { configure } = require(modules.runIds);
  const { JobTracking } = require(modules.jobTracking);
  const { Pool } = require(modules.pg);
  configure({ logger: null, maxLeadSeconds });
  const pool = new Pool({ connectionString: url, max: 2 });
  const jobs = new JobTracking({ db: pool });
  let isWanted = true;
  process.once('SIGTERM', () => {
    isWanted = false;
  });
  // Whoever started it is gone.
  process.once('disconnect', () => process.exit(1));
  process.once('message', async () => {
    await jobs.migrate();
    for (let made = 0; isWanted && made < count; made++) {
      const { runId } = await jobs.createJob({ jobType: 'Lead Scoring' });
      writeSync(1, `${runId}\n`);
    }
    await pool.end();
    process.exit();
  });
  process.send('ready');
}

/** A process that makes jobs. */
class Worker {
  static async start(workspace, url, count) {
    const worker = new Worker(workspace, url, count);
    const early = worker.ended.then(({ errors, ...end }) => {
      throw new Error(`a worker ended before it began: ${JSON.stringify(end)}\n${errors}`);
    });
    await Promise.race([once(worker.child, 'message'), early]);
    early.catch(() => {});
    return worker;
  }

  constructor(workspace, url, count) {
    this.child = workspace.start(makeJobs, {
      args: [MODULES, MAX_LEAD, url, count],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { NODE_NO_WARNINGS: '1' },
    });
    const { stdout, stderr } = this.child;
    let text = '';
    let errors = '';
    stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    stderr.setEncoding('utf8').on('data', (chunk) => {
      errors += chunk;
    });
    // Not before both pipes are at their end.
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code,
      signal,
      errors,
      // What a kill has cut off was not acknowledged.
      acknowledged: text.split('\n').slice(0, -1),
    }));
  }

  begin() {
    this.child.send('go');
  }

  /** Sends a signal; what became of the worker is told when it and its pipes have ended. */
  end(signal) {
    this.child.kill(signal);
    return this.ended;
  }
}

describe('JobTracking of many processes', { skip: !Postgres.isHere() }, () => {
  let server;

  before(async () => {
    configure({ logger: null, maxLeadSeconds: MAX_LEAD });
    server = await Postgres.start();
  });
  after(() => server?.stop());

  /** A schema of its own, and the table in it that whoever connects there has. */
  const freshTables = async (options) => {
    const url = await server.freshSchema();
    const db = server.pool(url, options);
    const jobs = new JobTracking({ db });
    await jobs.migrate();
    return { url, db, jobs };
  };

  const runIdsIn = async (url) => {
    const { rows } = await server.pool(url).query('SELECT run_id FROM job_tracking');
    return new Set(rows.map((row) => row.run_id));
  };

  /** A test that is failed when it hangs; `t.signal` then ends its loops. */
  const proof = (name, prove) => test(name, { timeout: TIMEOUT }, prove);

  proof('eight processes that migrate at once make 1,600 distinct jobs', async (t) => {
    const url = await server.freshSchema();
    const workspace = new Workspace(t);
    const workers = await Promise.all(
      Array.from({ length: PROCESSES }, () => Worker.start(workspace, url, 200)),
    );
    for (const worker of workers) worker.begin();
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    for (const { code, errors } of ends) assert.deepEqual([code, errors], [0, '']);
    const acknowledged = ends.flatMap((end) => end.acknowledged);
    assert.equal(acknowledged.length, PROCESSES * 200);
    assert.equal(new Set(acknowledged).size, PROCESSES * 200);
    assert.deepEqual(await runIdsIn(url), new Set(acknowledged));
  });

  for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
    proof(
      `a database whose transactions are ${isolation} is migrated by many at once, and again`,
      async () => {
        const url = new URL(await server.freshSchema());
        const options = url.searchParams.get('options');
        const escaped = isolation.replace(' ', '\\ ');
        url.searchParams.set('options', `${options} -c default_transaction_isolation=${escaped}`);
        const db = server.pool(url.href, { max: PROCESSES });
        const jobs = new JobTracking({ db });
        for (let round = 0; round < 2; round++) {
          await Promise.all(Array.from({ length: PROCESSES }, () => jobs.migrate()));
        }
        const { rows } = await db.query('SELECT version FROM job_tracking_schema ORDER BY version');
        assert.deepEqual(rows, [{ version: 1 }, { version: 2 }]);
        assert.equal((await jobs.createJob({ jobType: 'x' })).jobType, 'x');
      },
    );
  }

  proof('no job is lost or made twice while processes are killed', async (t) => {
    const url = await server.freshSchema();
    const workspace = new Workspace(t);
    const startWorker = async () => {
      const worker = await Worker.start(workspace, url, Number.MAX_SAFE_INTEGER);
      worker.begin();
      return worker;
    };
    const workers = Array.from({ length: PROCESSES }, startWorker);
    await Promise.all(workers);
    const killed = [];
    for (let second = 0; second < SECONDS_OF_KILLS; second++) {
      await sleep(1000, undefined, { signal: t.signal });
      const oldest = await workers.shift();
      killed.push(oldest.end('SIGKILL'));
      workers.push(startWorker());
    }
    const endsOfOthers = await Promise.all(
      (await Promise.all(workers)).map((worker) => worker.end('SIGTERM')),
    );
    for (const { code, errors } of endsOfOthers) assert.deepEqual([code, errors], [0, '']);
    const endsOfKilled = await Promise.all(killed);
    for (const { signal, errors } of endsOfKilled) assert.deepEqual([signal, errors], ['SIGKILL', '']);

    const acknowledged = [...endsOfKilled, ...endsOfOthers].flatMap((end) => end.acknowledged);
    const distinct = new Set(acknowledged);
    const rows = await runIdsIn(url);
    assert.ok(endsOfKilled.some((end) => end.acknowledged.length > 0));
    assert.equal(distinct.size, acknowledged.length, 'none is acknowledged twice');
    assert.deepEqual(
      [...distinct].filter((runId) => !rows.has(runId)),
      [],
      'every acknowledged job is there',
    );
    assert.ok(rows.size - distinct.size <= killed.length, `${rows.size} rows, ${distinct.size} acknowledged`);
    t.diagnostic(`${rows.size} jobs, ${distinct.size} acknowledged, ${killed.length} kills`);
  });

  proof('a job whose connection is cut while it is made has an unknown outcome', async (t) => {
    const { db, jobs } = await freshTables();
    const other = await db.connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE job_tracking IN SHARE MODE');
    const made = refusalOf(jobs.createJob({ jobType: 'Lead Scoring' }));
    await cutWaiting(db, other, t.signal);
    const error = await made;
    await other.query('COMMIT');
    other.release();
    assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_UNKNOWN_OUTCOME', 503]);
    assert.ok(error.cause instanceof Error);
    assert.equal((await refusalOf(jobs.getJob(error.runId))).code, 'ERR_JOB_NOT_FOUND');
  });

  /**
   * Ends every connection that waits for a lock of that client, as soon as there is one. Asked outside of the
   * client's transaction, in which the list of connections stays as it was at first.
   */
  async function cutWaiting(db, { processID }, signal) {
    while (!signal.aborted) {
      const { rowCount } = await db.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
        [processID],
      );
      if (rowCount > 0) return;
    }
  }

  for (const [where, isMade] of [
    ['question', false],
    ['answer', true],
  ]) {
    for (const given of [{}, { runId: '251006-143000' }]) {
      const key = given.runId === undefined ? '' : ' under a given ID';
      proof(
        `a job${key} whose ${where} is lost has an unknown outcome, and who looks finds out`,
        async (t) => {
          const { url, jobs } = await freshTables();
          const proxy = await Proxy.start(t, url);
          const through = new JobTracking({ db: server.pool(proxy.url) });
          await through.listJobs();
          proxy.nextCut = () => where;
          const error = await refusalOf(through.createJob({ jobType: 'Lead Scoring', ...given }));
          assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_UNKNOWN_OUTCOME', 503]);
          assert.equal(proxy.cuts, 1, 'no second try');
          assert.equal(error.runId, given.runId ?? error.runId);
          assert.deepEqual(await runIdsIn(url), new Set(isMade ? [error.runId] : []));
          if (isMade) assert.equal((await jobs.getJob(error.runId)).runId, error.runId);
          else assert.equal((await refusalOf(jobs.getJob(error.runId))).code, 'ERR_JOB_NOT_FOUND');
        },
      );
    }
  }

  proof('whatever is done while connections are cut is done once or throws', async (t) => {
    const { url, db: admin, jobs: uncut } = await freshTables({ max: 1 });
    const proxy = await Proxy.start(t, url);
    const name = `run-id-cut-${process.pid}`;
    const db = server.pool(proxy.url, { max: 6, application_name: name });
    const jobs = new JobTracking({ db });
    const shared = await uncut.createJob({ jobType: 'shared' });
    await jobs.listJobs();
    let isCutting = true;
    // A call that waits for nothing would keep everything else from its turn, the timeout too.
    const isOn = async () => {
      await turn();
      return isCutting && !t.signal.aborted;
    };
    const acknowledged = [];
    const unknown = [];
    let added = 0;
    let uncertain = 0;

    const make = async () => {
      while (await isOn()) {
        try {
          acknowledged.push((await jobs.createJob({ jobType: 'x' })).runId);
        } catch (error) {
          assert.equal(error.code, 'ERR_JOB_UNKNOWN_OUTCOME', error.stack);
          unknown.push(error.runId);
        }
      }
    };
    const add = async () => {
      while (await isOn()) {
        try {
          await jobs.addJobMetrics(shared.runId, { n: 1 });
          added++;
        } catch {
          uncertain++;
        }
      }
    };
    const terminate = async () => {
      let cuts = 0;
      while (!t.signal.aborted && (cuts < CUTS || proxy.cuts < CUTS)) {
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = $1 AND state = 'active' ORDER BY random() LIMIT 1`,
          [name],
        );
        cuts += rowCount;
      }
      isCutting = false;
    };
    let asked = 0;
    const places = ['question', 'wait', 'answer'];
    proxy.nextCut = () => (isCutting && ++asked % 7 === 0 ? places[(asked / 7) % places.length] : null);
    await Promise.all([terminate(), make(), make(), make(), add(), add()]);
    await db.end();

    const rows = await settledRows(url, admin, name);
    const distinct = new Set(acknowledged);
    assert.equal(distinct.size, acknowledged.length);
    for (const runId of acknowledged) assert.ok(rows.has(runId), runId);
    const others = [...rows].filter((runId) => !distinct.has(runId) && runId !== shared.runId);
    for (const runId of others) assert.ok(unknown.includes(runId), `${runId} was made and nobody was told`);
    const { n = 0 } = (await uncut.getJob(shared.runId)).metrics;
    assert.ok(n >= added && n <= added + uncertain, `${added} added, ${uncertain} uncertain, ${n} there`);
    t.diagnostic(
      `${acknowledged.length} made, ${unknown.length} of unknown outcome, of which ${others.length} are there; ` +
        `${added} added, ${uncertain} of unknown outcome, of which ${n - added} are there`,
    );
  });

  /** What is there once no connection of that name does anything any more: who was cut off may still be at it. */
  async function settledRows(url, admin, name) {
    let busy;
    do {
      busy = await admin.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [name]);
    } while (busy.rowCount > 0);
    return await runIdsIn(url);
  }

  proof('a run is ended once by whoever comes first', async () => {
    const { jobs } = await freshTables({ max: 8 });
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

  proof(
    'a client run and the end of its job at the same instant leave no open run under a job that has ended',
    async (t) => {
      const { db, jobs } = await freshTables({ max: 16 });
      const ends = new Map();
      for (let round = 0; round < 10; round++) {
        const made = await Promise.all(Array.from({ length: 50 }, () => jobs.createJob({ jobType: 'x' })));
        const pairs = made.map(async ({ runId }) => {
          const [run, job] = await Promise.allSettled([
            jobs.createClientRun(runId, { clientId: 'Ann-Carver' }),
            jobs.completeJob(runId),
          ]);
          const [runEnd, jobEnd] = [run, job].map(({ reason, status }) => reason?.code ?? reason ?? status);
          const end = `${runEnd} / ${jobEnd}`;
          ends.set(end, (ends.get(end) ?? 0) + 1);
        });
        await Promise.all(pairs);
      }
      // Each of the two is seen, or the test shows nothing.
      assert.deepEqual([...ends.keys()].sort(), [
        'ERR_JOB_FINISHED / fulfilled',
        'fulfilled / ERR_JOB_OPEN_CLIENTS',
      ]);
      const { rows } = await db.query(
        `SELECT job.run_id FROM job_tracking AS job JOIN client_run_results AS client ON client.job_run_id = job.run_id
        WHERE job.status <> 'Running'`,
      );
      assert.deepEqual(rows, []);
      t.diagnostic(JSON.stringify(Object.fromEntries(ends)));
    },
  );

  const makeRun = (jobs, runId) => jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
  const addMetrics = (jobs, runId) => jobs.addJobMetrics(runId, { x: 1 });
  for (const [what, act, end, expected] of [
    ['a client run is made', makeRun, 'COMMIT', 'ERR_JOB_OPEN_CLIENTS'],
    ['a client run is not made after all', makeRun, 'ROLLBACK', null],
    ['only metrics are added', addMetrics, 'COMMIT', null],
  ]) {
    proof(`who ends a job waits for one that holds it, and sees that ${what}`, async (t) => {
      const { db, jobs } = await freshTables({ max: 4 });
      const { runId } = await jobs.createJob({ jobType: 'x' });
      const other = await db.connect();
      await other.query('BEGIN');
      await act(new JobTracking({ db: other }), runId);
      const wanted = { status: 'Failed', notes: `it's "done" \\ $1 $block$ é`, error: '' };
      const ended = jobs.completeJob(runId, wanted).then(
        (job) => job,
        ({ code }) => ({ code }),
      );
      await waitingFor(db, other, t.signal);
      await other.query(end);
      other.release();
      const outcome = await ended;
      const job = await jobs.getJob(runId);
      if (expected === null) {
        assert.deepEqual(outcome, job);
        assert.deepEqual({ status: job.status, notes: job.notes, error: job.error }, wanted);
      } else {
        assert.deepEqual(outcome, { code: expected });
        assert.deepEqual([job.status, job.notes, job.endedAt], ['Running', null, null]);
      }
    });
  }

  proof('who makes a client run waits for one that ends its job, and sees it', async (t) => {
    const { db, jobs } = await freshTables({ max: 4 });
    for (const [end, code] of [
      ['COMMIT', 'ERR_JOB_FINISHED'],
      ['ROLLBACK', undefined],
    ]) {
      const { runId } = await jobs.createJob({ jobType: 'x' });
      const other = await db.connect();
      await other.query('BEGIN');
      await new JobTracking({ db: other }).completeJob(runId);
      const made = jobs.createClientRun(runId, { clientId: 'Ann-Carver' }).then(
        (run) => run,
        (error) => error,
      );
      await waitingFor(db, other, t.signal);
      await other.query(end);
      other.release();
      assert.equal((await made).code, code);
      assert.equal((await jobs.listClientRuns(runId)).length, code === undefined ? 1 : 0);
    }
  });

  /** Resolves once a connection waits for a lock of that client. */
  async function waitingFor(db, { processID }, signal) {
    while (!signal.aborted) {
      const { rowCount } = await db.query(
        'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
        [processID],
      );
      if (rowCount > 0) return;
    }
  }

  proof('a job ends while others add to its metrics all the time', async () => {
    const { jobs } = await freshTables({ max: 12 });
    for (let round = 0; round < 10; round++) {
      const { runId } = await jobs.createJob({ jobType: 'x' });
      let isOn = true;
      let added = 0;
      const adding = Array.from({ length: 8 }, async () => {
        while (isOn) {
          await jobs.addJobMetrics(runId, { n: 1 });
          added++;
        }
      });
      while (added < 20) await turn();
      assert.equal((await jobs.completeJob(runId)).status, 'Completed');
      isOn = false;
      await Promise.all(adding);
      assert.deepEqual((await jobs.getJob(runId)).metrics, { n: added });
    }
  });

  proof('additions of many connections are all there', async () => {
    const { jobs } = await freshTables({ max: 8 });
    const { runId } = await jobs.createJob({ jobType: 'x' });
    await Promise.all(
      Array.from({ length: 200 }, () => jobs.addJobMetrics(runId, { leads: 1, costUsd: 0.01 })),
    );
    assert.deepEqual((await jobs.getJob(runId)).metrics, { leads: 200, costUsd: 2 });
  });

  proof('an external ID that many link at once stands for one run', async () => {
    const { jobs } = await freshTables({ max: 8 });
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

  proof('no refusal aborts a transaction of the caller', async () => {
    const { db } = await freshTables();
    const client = await db.connect();
    const jobs = new JobTracking({ db: client });
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
