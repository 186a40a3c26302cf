'use strict';

// Deletions at the same instant as links, which no foreign key may turn into an error of the database.

const assert = require('node:assert/strict');
const { after, before, beforeEach, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { configure } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { refusalOf } = require('./job-tracking.suite.js');
const { Postgres } = require('../tools/postgres.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

const ANN = 'Ann-Carver';
const jobType = 'Lead Scoring';
const startedBefore = new Date('2100-01-01');

/** An advisory lock at which a deletion waits, between its look and the lock of its rows. */
const GATE = 2510061430;

describe('a deletion', { skip: !Postgres.isHere() }, () => {
  let server;
  let pool;
  let jobs;
  before(async () => {
    server = await Postgres.start();
  });
  after(() => server?.stop());

  beforeEach(async () => {
    pool = server.pool(await server.freshSchema());
    jobs = new JobTracking({ db: pool });
    await jobs.migrate();
  });

  async function ended() {
    const { runId } = await jobs.createJob({ jobType });
    const client = await jobs.createClientRun(runId, { clientId: ANN });
    await jobs.completeClientRun(client.runId);
    await jobs.completeJob(runId);
    return { job: runId, client: client.runId };
  }

  async function untilWaitingFor({ processID }) {
    const waiting = 'SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
    while ((await pool.query(waiting, [processID])).rowCount === 0) await sleep(5);
  }

  const link = (runId) => jobs.linkExternalId({ system: 'apify', externalId: `of-${runId}`, runId });

  /** A deletion that has looked, and locks nothing before the connection `holder` lets it. */
  const late = (count) => {
    let left = count;
    return new JobTracking({
      db: {
        query: (text, values) => {
          if (!text.includes(' looked') || left-- <= 0) return pool.query(text, values);
          return pool.query(waiting(text), values);
        },
      },
    });
  };
  const waiting = (text) =>
    text
      .replace('WITH ', `WITH gate AS MATERIALIZED (SELECT pg_advisory_xact_lock(${GATE})), `)
      .replace(/ORDER BY (\w+)\.run_id LIMIT/, 'AND EXISTS (SELECT FROM gate) ORDER BY $1.run_id LIMIT');

  async function linkedMeanwhile(remove, runId) {
    const holder = await pool.connect();
    try {
      await holder.query('SELECT pg_advisory_lock($1)', [GATE]);
      const removal = remove();
      await untilWaitingFor(holder);
      await link(runId);
      await holder.query('SELECT pg_advisory_unlock($1)', [GATE]);
      return await removal;
    } finally {
      holder.release();
    }
  }

  for (const [what, remove, linked, expected] of [
    ['of jobs', (tracking) => tracking.deleteJobs({ startedBefore }), 'job', { jobs: 1, clientRuns: 1 }],
    ['of jobs', (tracking) => tracking.deleteJobs({ startedBefore }), 'client', { jobs: 1, clientRuns: 1 }],
    [
      'of client runs',
      async (tracking) => {
        const { clientRuns, externalIds } = await tracking.deleteClientRuns({ clientId: ANN });
        return { jobs: 0, clientRuns, externalIds };
      },
      'client',
      { jobs: 0, clientRuns: 1 },
    ],
  ]) {
    test(`${what} takes an external ID with it that is linked to the ${linked} while it looks`, async () => {
      const ids = await ended();
      const counts = await linkedMeanwhile(() => remove(late(1)), ids[linked]);
      assert.deepEqual(counts, { ...expected, externalIds: 1 });
      const { rows } = await pool.query('SELECT count(*)::integer AS count FROM run_external_ids');
      assert.equal(rows[0].count, 0);
    });
  }

  for (const [what, remove] of [
    ['of jobs', (tracking) => tracking.deleteJobs({ startedBefore })],
    ['of client runs', (tracking) => tracking.deleteClientRuns({ clientId: ANN })],
  ]) {
    test(`${what} waits for rows that its refused try has not released yet`, async () => {
      const ids = await ended();
      const refused = await pool.connect();
      const texts = [];
      const db = {
        async query(text, values) {
          if (!text.includes(' looked')) return pool.query(text, values);
          texts.push(text);
          if (texts.length === 1) return pool.query('DO $$ BEGIN RAISE foreign_key_violation; END $$');
          const removal = pool.query(text, values);
          await Promise.race([untilWaitingFor(refused), removal]);
          await refused.query('ROLLBACK');
          return removal;
        },
      };
      try {
        await refused.query('BEGIN');
        await refused.query('SELECT FROM job_tracking FOR UPDATE');
        await refused.query('SELECT FROM client_run_results FOR UPDATE');
        const { clientRuns } = await remove(new JobTracking({ db }));
        assert.equal(clientRuns, 1);
        await assert.rejects(jobs.getClientRun(ids.client), { code: 'ERR_JOB_NOT_FOUND' });
      } finally {
        await refused.query('ROLLBACK');
        refused.release();
      }
    });
  }

  test('in a transaction ends with what the database refused first', async () => {
    const ids = await ended();
    const transaction = await pool.connect();
    try {
      await transaction.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await transaction.query('SELECT FROM job_tracking');
      await link(ids.job);
      const removal = new JobTracking({ db: transaction }).deleteJobs({ startedBefore });
      await assert.rejects(removal, { code: '23503' });
    } finally {
      await transaction.query('ROLLBACK');
      transaction.release();
    }
  });

  test('takes 500 rows at a time', async () => {
    await pool.query(
      `INSERT INTO job_tracking (run_id, job_type, status, started_at, ended_at)
        SELECT to_char(timestamp '2000-01-01' + n * interval '1 second', 'YYMMDD-HH24MISS'), 'x', 'Completed',
          '2001-01-01', '2001-01-01' FROM generate_series(0, 1000) AS n`,
    );
    await pool.query(
      `INSERT INTO client_run_results (run_id, job_run_id, client_id, status, started_at, ended_at)
        SELECT run_id || '-Ann-Carver', run_id, 'Ann-Carver', 'Failed', '2001-01-01', '2001-01-01' FROM job_tracking`,
    );
    const steps = [];
    const db = {
      async query(text, values) {
        const answer = await pool.query(text, values);
        if (text.includes(' looked')) steps.push(Number(answer.rows[0].looked));
        return answer;
      },
    };
    const tracking = new JobTracking({ db });
    assert.equal((await tracking.deleteClientRuns({ clientId: ANN })).clientRuns, 1001);
    assert.equal((await tracking.deleteJobs({ startedBefore })).jobs, 1001);
    assert.deepEqual(steps, [500, 500, 1, 500, 500, 1]);
  });

  test('is tried five times', async () => {
    await ended();
    let tries = 0;
    const db = {
      query(text, values) {
        if (!text.includes(' looked')) return pool.query(text, values);
        tries += 1;
        return pool.query('DO $$ BEGIN RAISE foreign_key_violation; END $$');
      },
    };
    await assert.rejects(new JobTracking({ db }).deleteJobs({ startedBefore }), { code: '23503' });
    assert.equal(tries, 5);
  });

  for (const linked of ['job', 'client']) {
    test(`leaves a link to its ${linked} at the same instant without a record`, async () => {
      const ids = await ended();
      const transaction = await pool.connect();
      try {
        await transaction.query('BEGIN');
        await new JobTracking({ db: transaction }).deleteJobs({ startedBefore });
        const refusal = refusalOf(link(ids[linked]));
        await untilWaitingFor(transaction);
        await transaction.query('COMMIT');
        assert.equal((await refusal).code, 'ERR_JOB_NOT_FOUND');
      } finally {
        transaction.release();
      }
    });
  }
});
