'use strict';

// What JobTracking does, through one client of a database.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { RunIdError, configure } = require('../../../index.js');
const { JobTracking } = require('../../../lib/job-tracking/index.js');
const { stateOf } = require('../../../lib/job-tracking/connection.js');
const { Postgres } = require('../../../tools/postgres.js');
const { Proxy } = require('../../../tools/proxy.js');
const { testJobLife } = require('../../job-life.suite.js');

const ANN = 'Ann-Carver';

/** A name that has to be quoted, and holds what adapters look for. */
const SCHEMA = 'Acme "Corp" ?';

/** Only for what hangs: nothing here comes near it. */
const TIMEOUT = 60_000;

/**
 * @param {string} name of the client
 * @param {(url: string) => Promise<{ db, transaction, end }>} connect `db` is what JobTracking takes;
 * `transaction(run)` calls `run` with the `db` of a transaction and rolls back when it throws
 * @param options `seesRefusals` is false where something between takes connections that the server refuses
 */
function testClient(name, connect, { seesRefusals = true } = {}) {
  describe(`JobTracking through ${name}`, () => {
    let server;
    let url;
    let admin;
    let client;
    let jobs;

    before(async () => {
      configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
      server = await Postgres.start();
      url = await server.freshSchema();
      admin = server.pool(url, { max: 2 });
      client = await connect(url);
      jobs = new JobTracking({ db: client.db });
      await jobs.migrate();
    });
    after(async () => {
      await client?.end();
      await server?.stop();
    });

    testRecords(() => ({ client, jobs, run: (text) => admin.query(text) }));

    test('keeps its tables in a schema of that name', async () => {
      await admin.query(`CREATE SCHEMA "${SCHEMA.replaceAll('"', '""')}"`);
      try {
        const there = new JobTracking({ db: client.db, schema: SCHEMA });
        await there.migrate();
        await there.migrate();
        const { runId } = await there.createJob({ jobType: 'x' });
        await there.createClientRun(runId, { clientId: ANN });
        assert.equal((await there.completeJob(runId, { force: true })).status, 'Completed');
        await assert.rejects(jobs.getJob(runId), { code: 'ERR_JOB_NOT_FOUND' });
      } finally {
        await admin.query(`DROP SCHEMA "${SCHEMA.replaceAll('"', '""')}" CASCADE`);
      }
    });

    test(
      'a job whose connection is cut while it is made has an unknown outcome',
      { timeout: TIMEOUT },
      async (t) => {
        const other = await admin.connect();
        await other.query('BEGIN; LOCK TABLE job_tracking IN SHARE MODE');
        const made = thrownBy(jobs.createJob({ jobType: 'x' }));
        await cutWaiting(admin, other.processID, t.signal);
        const error = await made;
        await other.query('COMMIT');
        other.release();
        assert.equal(error.code, 'ERR_JOB_UNKNOWN_OUTCOME', error.stack);
        // Not through a pool that may give the connection that was cut once more.
        const elsewhere = new JobTracking({ db: admin });
        assert.equal((await thrownBy(elsewhere.getJob(error.runId))).code, 'ERR_JOB_NOT_FOUND');
      },
    );

    const skip = !seesRefusals;
    test('a connection that is refused is no unknown outcome', { timeout: TIMEOUT, skip }, async (t) => {
      const proxy = await Proxy.start(t, url);
      const { db, end } = await connect(proxy.url);
      const through = new JobTracking({ db });
      await through.createJob({ jobType: 'x' });
      await proxy.refuse();
      // What is cut may have been sent; the one after that can't be.
      await thrownBy(through.createJob({ jobType: 'x' }));
      const error = await thrownBy(through.createJob({ jobType: 'x' }));
      assert.equal(error instanceof RunIdError, false, error.stack);
      await end().catch(() => {});
    });
  });
}

/** Those tests that need no server. */
function testRecords(setUp) {
  const idsOf = (records) => records.map(({ runId }) => runId);

  test('creates, finds, updates, completes and lists records', async () => {
    const { jobs } = setUp();
    const made = await jobs.createJob({
      jobType: 'Lead Scoring',
      notes: "Acme-Corp's ? $1",
      metrics: { leads: 3 },
    });
    assert.deepEqual(await jobs.getJob(made.runId), made);
    const { runId, startedAt, ...rest } = made;
    assert.ok(startedAt instanceof Date && Math.abs(startedAt - Date.now()) < 3_600_000, String(startedAt));
    assert.deepEqual(rest, {
      jobType: 'Lead Scoring',
      status: 'Running',
      endedAt: null,
      notes: "Acme-Corp's ? $1",
      error: null,
      metrics: { leads: 3 },
      attempts: null,
      heartbeatAt: null,
    });
    assert.equal((await jobs.updateJob(runId, { error: 'late', notes: null })).error, 'late');
    const run = await jobs.createClientRun(runId, { clientId: ANN });
    assert.deepEqual(await jobs.listClientRuns(runId), [run]);
    assert.equal((await thrownBy(jobs.completeJob(runId))).code, 'ERR_JOB_OPEN_CLIENTS');
    await jobs.completeClientRun(runId, { clientId: ANN });
    const ended = await jobs.completeJob(runId, { status: 'Failed', notes: 'done' });
    assert.ok(ended.endedAt instanceof Date && ended.endedAt >= startedAt);
    assert.deepEqual([ended.status, ended.notes, ended.error], ['Failed', 'done', 'late']);
    assert.equal(
      (await thrownBy(jobs.createClientRun(runId, { clientId: 'Lee-Marlow' }))).code,
      'ERR_JOB_FINISHED',
    );

    assert.ok(
      idsOf(await jobs.listJobs({ startedBefore: new Date(Date.now() + 3_600_000) })).includes(runId),
    );
    assert.deepEqual(await jobs.listJobs({ startedBefore: startedAt, status: 'Failed' }), []);
    assert.deepEqual(idsOf(await jobs.listJobs({ status: 'Failed', limit: 1 })), [runId]);
  });

  test('adds metrics up', async () => {
    const { jobs } = setUp();
    const { runId } = await jobs.createJob({ jobType: 'x' });
    for (let times = 0; times < 10; times++) await jobs.addJobMetrics(runId, { costUsd: 0.1 });
    const odd = JSON.parse('{ "__proto__": 1, "a?b": 2, "$1": 3 }');
    const { metrics } = await jobs.addJobMetrics(runId, odd);
    assert.deepEqual(Object.entries(metrics).sort(), Object.entries({ ...odd, costUsd: 1 }).sort());
  });

  test('links external IDs', async () => {
    const { jobs } = setUp();
    const { runId } = await jobs.createJob({ jobType: 'x' });
    const link = { runId, system: 'crawler', externalId: `of ${runId}` };
    const made = await jobs.linkExternalId(link);
    assert.ok(made.linkedAt instanceof Date);
    assert.deepEqual(await jobs.findByExternalId('crawler', link.externalId), made);
    assert.equal((await thrownBy(jobs.findByExternalId('crawler', 'x'))).code, 'ERR_JOB_NOT_FOUND');
  });

  test('names what is near to a record that is missing', async () => {
    const { jobs } = setUp();
    await jobs.createJob({ runId: '110105-120100', jobType: 'x' });
    const { diagnosis } = await thrownBy(jobs.getJob('110105-110100'));
    assert.deepEqual(diagnosis, [{ runId: '110105-120100', reason: 'time-zone-shift' }]);
  });

  test('takes part in a transaction, which no refusal aborts', async () => {
    const { client, jobs } = setUp();
    const back = new Error('roll back');
    let runId;
    const rolledBack = client.transaction(async (db) => {
      const inside = new JobTracking({ db });
      ({ runId } = await inside.createJob({ jobType: 'x' }));
      assert.equal((await thrownBy(inside.createJob({ runId, jobType: 'x' }))).code, 'ERR_JOB_EXISTS');
      assert.equal((await thrownBy(inside.getJob('010203-040506'))).code, 'ERR_JOB_NOT_FOUND');
      await inside.createClientRun(runId, { clientId: ANN });
      assert.equal((await inside.completeJob(runId, { force: true })).runId, runId);
      throw back;
    });
    assert.equal(await thrownBy(rolledBack), back);
    assert.equal((await thrownBy(jobs.getJob(runId))).code, 'ERR_JOB_NOT_FOUND');
  });

  test('a violated CHECK is what the database says, and no unknown outcome', async () => {
    const { jobs, run } = setUp();
    await run("ALTER TABLE job_tracking ADD CONSTRAINT no_refused CHECK (job_type <> 'refused')");
    try {
      const error = await thrownBy(jobs.createJob({ jobType: 'refused' }));
      assert.equal(error instanceof RunIdError, false, error.stack);
      assert.equal(stateOf(error), '23514');
    } finally {
      await run('ALTER TABLE job_tracking DROP CONSTRAINT no_refused');
    }
  });

  testJobLife(setUp);
}

/** What a promise is rejected with. */
function thrownBy(promise) {
  return promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (error) => error,
  );
}

/** Ends the connections that wait for a lock of that one, as soon as there is one. */
async function cutWaiting(admin, pid, signal) {
  while (!signal.aborted) {
    const { rowCount } = await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
      [pid],
    );
    if (rowCount > 0) return;
  }
}

module.exports = { testClient, testRecords };
