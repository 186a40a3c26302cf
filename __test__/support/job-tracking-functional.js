'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { after, before, describe, test } = require('node:test');
const { RunIdError, configure, createClientRunId, generateTimestampRunId } = require('../../index.js');
const { JobTracking } = require('../../job-tracking.js');

const ANN = 'Ann-Carver';
const BOB = 'Bob-Lindqvist';
const FINAL = ['Completed', 'Failed', 'Completed with Errors', 'No Leads To Score'];

/** A database that keeps what was asked of it. */
class Watched {
  statements = [];

  constructor(db) {
    this.db = db;
  }

  query(text, params) {
    this.statements.push({ text, params });
    return this.db.query(text, params);
  }

  /** How many statements a call needs, whatever becomes of it. */
  async countDuring(call) {
    const before = this.statements.length;
    await call().catch(() => {});
    return this.statements.length - before;
  }
}

/** The RunIdError that a promise is rejected with; anything else fails the test. */
async function refusalOf(promise) {
  const error = await promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  assert.ok(error instanceof RunIdError, String(error?.stack ?? error));
  return error;
}

const codeOf = async (promise) => (await refusalOf(promise)).code.replace(/^ERR_(RUN_ID_)?/, '');

/** The events of job tracking that a call makes. */
async function recordsDuring(call) {
  const events = [];
  const listen = (event) => events.push(event);
  subscribe('unified-run-id:record', listen);
  try {
    await call().catch(() => {});
  } finally {
    unsubscribe('unified-run-id:record', listen);
  }
  return events;
}

/** @param {() => Promise<{ db: object, end: () => Promise<void> }>} connect to a database without tables */
function testJobTracking(name, connect) {
  describe(`JobTracking on ${name}`, () => {
    let connection;
    let db;
    let jobs;

    before(async () => {
      configure({ logger: null });
      connection = await connect();
      db = new Watched(connection.db);
      jobs = new JobTracking({ db });
      await jobs.migrate();
    });
    after(() => connection?.end());

    const newJob = async () => (await jobs.createJob({ jobType: 'Lead Scoring' })).runId;
    const newClientRun = async (clientId = ANN) =>
      (await jobs.createClientRun(await newJob(), { clientId })).runId;
    /** A job at a second of the test's own, and client runs under it. */
    const jobAt = async (runId, ...clients) => {
      await jobs.createJob({ runId, jobType: 'Lead Scoring' });
      for (const clientId of clients) await jobs.createClientRun(runId, { clientId });
    };
    const diagnosisOf = async (promise) => (await refusalOf(promise)).diagnosis;

    test('migrates again without a change', async () => {
      const runId = await newJob();
      await jobs.migrate();
      await jobs.migrate();
      assert.equal((await jobs.getJob(runId)).runId, runId);
      const { rows } = await db.query('SELECT version FROM job_tracking_schema');
      assert.deepEqual(
        rows.map(({ version }) => version),
        [1],
      );
    });

    test('finds a job unchanged under the ID that made it', async () => {
      const made = await jobs.createJob({
        jobType: 'Lead Scoring',
        notes: 'Acme-Corp',
        metrics: { leads: 3 },
      });
      assert.deepEqual(await jobs.getJob(made.runId), made);
      const { runId, startedAt, ...rest } = made;
      assert.match(runId, /^\d{6}-\d{6}$/);
      assert.ok(startedAt instanceof Date);
      assert.deepEqual(rest, {
        jobType: 'Lead Scoring',
        status: 'Running',
        endedAt: null,
        notes: 'Acme-Corp',
        error: null,
        metrics: { leads: 3 },
      });
    });

    test('finds a client run by its own ID and by its base and client', async () => {
      const jobRunId = await newJob();
      const made = await jobs.createClientRun(jobRunId, {
        clientId: ANN,
        notes: 'first',
        metrics: { posts: 2 },
      });
      const { startedAt, ...rest } = made;
      assert.ok(startedAt instanceof Date);
      assert.deepEqual(rest, {
        runId: createClientRunId(jobRunId, ANN),
        jobRunId,
        clientId: ANN,
        status: 'Running',
        endedAt: null,
        notes: 'first',
        error: null,
        metrics: { posts: 2 },
      });
      assert.deepEqual(await jobs.getClientRun(made.runId), made);
      assert.deepEqual(await jobs.getClientRun(made.runId, { clientId: ANN }), made);
      assert.deepEqual(await jobs.getClientRun(jobRunId, { clientId: ANN }), made);
    });

    test('adds no second suffix to an ID that has its client', async () => {
      const runId = createClientRunId(await newJob(), ANN);
      assert.equal((await jobs.createClientRun(runId, { clientId: ANN })).runId, runId);
      assert.equal((await jobs.updateClientRun(runId, { clientId: ANN, notes: 'x' })).runId, runId);
    });

    test('creates a job under a given ID once', async () => {
      const runId = generateTimestampRunId();
      assert.equal((await jobs.createJob({ runId, jobType: 'first' })).runId, runId);
      const error = await refusalOf(jobs.createJob({ runId, jobType: 'second' }));
      assert.deepEqual([error.code, error.statusCode, error.received], ['ERR_JOB_EXISTS', 409, runId]);
      assert.equal((await jobs.getJob(runId)).jobType, 'first');
    });

    test('mints no ID in place of one that was lost', async () => {
      for (const runId of [undefined, null, '', {}, Promise.resolve('251006-143000')]) {
        assert.match(await codeOf(jobs.createJob({ runId, jobType: 'x' })), /^(TYPE|FORMAT)$/);
      }
    });

    test('creates a client run once', async () => {
      const runId = await newClientRun();
      assert.equal(await codeOf(jobs.createClientRun(runId)), 'JOB_EXISTS');
    });

    test('makes an ID of its own when the generated one is taken', async () => {
      await jobs.createJob({ jobType: 'x' });
      const taken = [];
      const other = {
        // Another host is faster by a hair: it takes what is about to be inserted, and more.
        async query(text, params) {
          if (taken.length < 3) {
            taken.push(params[0]);
            await connection.db.query('INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', [
              params[0],
              'faster',
            ]);
          }
          return connection.db.query(text, params);
        },
      };
      const events = [];
      const listen = ({ action, runId }) => events.push([action, runId]);
      subscribe('unified-run-id:record', listen);
      const { runId, jobType } = await new JobTracking({ db: other }).createJob({ jobType: 'slower' });
      unsubscribe('unified-run-id:record', listen);
      assert.equal(jobType, 'slower');
      assert.equal(taken.includes(runId), false);
      assert.deepEqual(events, [...taken.map((id) => ['clash', id]), ['created', runId]]);
    });

    test('leaps over every ID that exists within the lead', async () => {
      const first = generateTimestampRunId();
      const at = (seconds) => {
        const [year, month, day, hour, minute, second] = first.match(/\d\d/g).map(Number);
        const time = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second + seconds));
        return time.toISOString().slice(2, 19).replaceAll(/[-:]/g, '').replace('T', '-');
      };
      for (let seconds = 1; seconds <= 150; seconds++)
        await jobs.createJob({ runId: at(seconds), jobType: 'x' });
      const events = await recordsDuring(() => jobs.createJob({ jobType: 'x' }));
      assert.equal(events.at(-1).action, 'created');
      assert.ok(events.at(-1).runId > at(150));
      assert.ok(events.filter(({ action }) => action === 'clash').length <= 2);
    });

    test('gives up after 64 clashes in a row', async () => {
      let claims = 0;
      const contended = {
        async query() {
          claims++;
          return { rows: claims === 1 ? [] : [{ run_id: null, greatest: null }] };
        },
      };
      const error = await refusalOf(new JobTracking({ db: contended }).createJob({ jobType: 'x' }));
      assert.deepEqual([error.code, error.statusCode, claims], ['ERR_RUN_ID_EXHAUSTED', 503, 64]);
      assert.ok(error.retryAfterMs > 0);
    });

    test('refuses the other kind of run ID before any query', async () => {
      const base = '251006-143000';
      const own = `${base}-${ANN}`;
      const calls = [
        () => jobs.createJob({ runId: own, jobType: 'x' }),
        () => jobs.getJob(own),
        () => jobs.updateJob(own, {}),
        () => jobs.completeJob(own),
        () => jobs.addJobMetrics(own, {}),
        () => jobs.listClientRuns(own),
        () => jobs.createClientRun(base),
        () => jobs.getClientRun(base),
        () => jobs.updateClientRun(base, {}),
        () => jobs.completeClientRun(base),
        () => jobs.addClientMetrics(base, {}),
      ];
      for (const call of calls) {
        assert.equal(await codeOf(call()), 'KIND', String(call));
        assert.equal(await db.countDuring(call), 0, String(call));
      }
    });

    test('refuses what is no run ID before any query', async () => {
      const before = db.statements.length;
      for (const runId of [
        undefined,
        null,
        251006,
        {},
        ['251006-143000'],
        '',
        '251306-143000',
        ' 251006-143000',
      ]) {
        for (const call of [
          () => jobs.getJob(runId),
          () => jobs.getClientRun(runId),
          () => jobs.getClientRun(runId, { clientId: ANN }),
          () => jobs.listClientRuns(runId),
          () => jobs.linkExternalId({ runId, system: 'crawler', externalId: 'x' }),
        ]) {
          assert.match(await codeOf(call()), /^(TYPE|FORMAT)$/, `${String(call)} ${String(runId)}`);
        }
      }
      assert.equal(db.statements.length, before);
    });

    test("refuses another client's run before any query", async () => {
      const base = '251006-143000';
      const calls = [
        (options) => jobs.getClientRun(`${base}-${ANN}`, options),
        (options) => jobs.createClientRun(`${base}-${ANN}`, options),
        (options) => jobs.updateClientRun(`${base}-${ANN}`, options),
        (options) => jobs.completeClientRun(`${base}-${ANN}`, options),
        (options) => jobs.addClientMetrics(`${base}-${ANN}`, {}, options),
        (options) => jobs.getJob(base, options),
        (options) => jobs.updateJob(base, options),
        (options) => jobs.completeJob(base, options),
        (options) => jobs.addJobMetrics(base, {}, options),
        (options) =>
          jobs.linkExternalId({ runId: `${base}-${ANN}`, system: 's', externalId: 'e', ...options }),
      ];
      const before = db.statements.length;
      for (const call of calls) {
        const error = await refusalOf(call({ clientId: BOB }));
        assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLIENT_MISMATCH', 403], String(call));
        for (const clientId of [undefined, null, '', 'Ann Carver']) {
          assert.equal(await codeOf(call({ clientId })), 'CLIENT', String(call));
        }
      }
      assert.equal(db.statements.length, before);
    });

    test('needs one statement for each method, and one more for a diagnosis', async () => {
      const runId = await newJob();
      const own = createClientRunId(runId, ANN);
      const link = { runId, system: 'crawler', externalId: `one-${runId}` };
      const calls = [
        () => jobs.createJob({ runId: generateTimestampRunId(), jobType: 'x' }),
        () => jobs.createClientRun(own),
        () => jobs.getJob(runId),
        () => jobs.updateJob(runId, { notes: 'x' }),
        () => jobs.addJobMetrics(runId, { x: 1 }),
        () => jobs.listJobs({ limit: 1 }),
        () => jobs.getClientRun(own),
        () => jobs.updateClientRun(own, { notes: 'x' }),
        () => jobs.addClientMetrics(own, { x: 1 }),
        () => jobs.listClientRuns(runId),
        () => jobs.linkExternalId(link),
        () => jobs.findByExternalId(link.system, link.externalId),
        () => jobs.completeJob(runId),
        () => jobs.completeClientRun(own),
        () => jobs.completeJob(runId),
        () => jobs.migrate(),
      ];
      for (const call of calls) assert.equal(await db.countDuring(call), 1, String(call));
      assert.equal(await db.countDuring(() => jobs.getJob('000101-000000')), 2);
    });

    test('keeps no statement under a name and binds every value', async () => {
      const notes = `'; DROP TABLE job_tracking; --`;
      const runId = await newJob();
      assert.equal((await jobs.updateJob(runId, { notes })).notes, notes);
      for (const { text } of db.statements) {
        assert.equal(typeof text, 'string');
        assert.equal(text.includes('DROP TABLE job_tracking'), false);
      }
    });

    test('changes the texts that are given and no others', async () => {
      for (const [update, runId] of [
        [(...args) => jobs.updateJob(...args), await newJob()],
        [(...args) => jobs.updateClientRun(...args), await newClientRun()],
      ]) {
        await update(runId, { notes: 'a', error: 'b' });
        const { notes, error } = await update(runId, { notes: 'c', error: undefined });
        assert.deepEqual([notes, error], ['c', 'b']);
        assert.equal((await update(runId, { error: null })).error, null);
      }
    });

    for (const status of FINAL) {
      test(`ends a run once as ${status}`, async () => {
        const other = FINAL.find((final) => final !== status);
        for (const [complete, runId] of [
          [(...args) => jobs.completeJob(...args), await newJob()],
          [(...args) => jobs.completeClientRun(...args), await newClientRun()],
        ]) {
          const ended = await complete(runId, { status, notes: 'done', error: 'none' });
          assert.deepEqual([ended.status, ended.notes, ended.error], [status, 'done', 'none']);
          assert.ok(ended.endedAt >= ended.startedAt);
          assert.deepEqual(await complete(runId, { status, notes: 'again' }), ended);
          const error = await refusalOf(complete(runId, { status: other }));
          assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_FINISHED', 409]);
        }
      });
    }

    test('ends a job only when no client run of it is Running, or by force', async () => {
      const runId = await newJob();
      await jobs.createClientRun(runId, { clientId: ANN });
      await jobs.createClientRun(runId, { clientId: BOB });
      await jobs.completeClientRun(runId, { clientId: ANN });
      const error = await refusalOf(jobs.completeJob(runId, { notes: 'too early' }));
      assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_OPEN_CLIENTS', 409]);
      const { status, notes, endedAt } = await jobs.getJob(runId);
      assert.deepEqual([status, notes, endedAt], ['Running', null, null]);
      assert.equal((await jobs.completeJob(runId, { force: true })).status, 'Completed');

      const other = await newJob();
      await jobs.createClientRun(other, { clientId: ANN });
      await jobs.completeClientRun(other, { clientId: ANN, status: 'Failed' });
      assert.equal((await jobs.completeJob(other)).status, 'Completed');
    });

    test('adds metrics up without a loss', async () => {
      for (const [add, runId] of [
        [(...args) => jobs.addJobMetrics(...args), await newJob()],
        [(...args) => jobs.addClientMetrics(...args), await newClientRun()],
      ]) {
        await Promise.all(Array.from({ length: 10 }, () => add(runId, { leads: 1, costUsd: 0.1 })));
        const { metrics } = await add(runId, { leads: -2, "it's": 5e-9 });
        assert.deepEqual(metrics, { leads: 8, costUsd: 1, "it's": 5e-9 });
        assert.deepEqual((await add(runId, {})).metrics, metrics);
      }
    });

    test('keeps metrics when a sum would be no finite number', async () => {
      const runId = await newJob();
      await jobs.addJobMetrics(runId, { x: Number.MAX_VALUE, y: 1 });
      await assert.rejects(jobs.addJobMetrics(runId, { x: Number.MAX_VALUE, y: 1 }), { code: '22003' });
      assert.deepEqual((await jobs.getJob(runId)).metrics, { x: Number.MAX_VALUE, y: 1 });
    });

    test('refuses malformed options before any query', async () => {
      const runId = await newJob();
      const calls = [
        () => jobs.createJob(),
        () => jobs.createJob([]),
        () => jobs.createJob({}),
        () => jobs.createJob({ jobType: '' }),
        () => jobs.createJob({ jobType: 'a\0' }),
        () => jobs.createJob({ jobType: '\ud800' }),
        () => jobs.createJob({ jobType: 'x', status: 'Completed' }),
        () => jobs.createJob({ jobType: 'x', metrics: { x: Number.NaN } }),
        () => jobs.createJob({ jobType: 'x', metrics: { x: '1' } }),
        () => jobs.createJob({ jobType: 'x', metrics: { [Symbol('x')]: 1 } }),
        () => jobs.createJob({ jobType: 'x', metrics: [1] }),
        () => jobs.getJob(runId, 'Ann-Carver'),
        () => jobs.updateJob(runId, { status: 'Failed' }),
        () => jobs.updateJob(runId, { notes: 7 }),
        () => jobs.completeJob(runId, { status: 'Running' }),
        () => jobs.completeJob(runId, { status: 'failed' }),
        () => jobs.completeJob(runId, { force: 'yes' }),
        () => jobs.completeClientRun(`${runId}-${ANN}`, { force: true }),
        () => jobs.addJobMetrics(runId),
        () => jobs.addJobMetrics(runId, { x: Number.POSITIVE_INFINITY }),
        () => jobs.listJobs({ limit: 0 }),
        () => jobs.listJobs({ limit: 1001 }),
        () => jobs.listJobs({ startedBefore: '2025-10-06' }),
        () => jobs.listJobs({ after: 'x' }),
        () => jobs.linkExternalId({ runId, system: '', externalId: 'x' }),
        () => jobs.linkExternalId({ runId, system: 'crawler' }),
        () => jobs.findByExternalId('crawler', 7),
      ];
      const before = db.statements.length;
      for (const call of calls) await assert.rejects(call(), TypeError, String(call));
      assert.equal(db.statements.length, before);
      assert.throws(() => new JobTracking({}), TypeError);
      assert.throws(() => new JobTracking(), TypeError);
    });

    test('lists jobs by status, start and page', async () => {
      // The last seconds there are, so that no other test has made a job after them.
      const made = [1, 2, 3, 4, 5].map((second) => `991231-23595${second}`);
      for (const runId of made) await jobAt(runId);
      await jobs.completeJob(made[1], { status: 'No Leads To Score' });
      const before = '991231-235950';
      const listed = async (options) => (await jobs.listJobs(options)).map(({ runId }) => runId);
      assert.deepEqual(await jobs.listJobs({ after: before, limit: 1 }), [await jobs.getJob(made[0])]);
      assert.deepEqual(await listed({ after: before, limit: 2 }), made.slice(0, 2));
      assert.deepEqual(await listed({ after: made[1], limit: 2 }), made.slice(2, 4));
      assert.deepEqual(await listed({ after: before }), made);
      assert.deepEqual(await listed({ after: before, status: 'No Leads To Score' }), [made[1]]);
      const { startedAt } = await jobs.getJob(made[0]);
      assert.deepEqual(await listed({ after: before, startedBefore: startedAt }), []);
      assert.deepEqual(await listed({ after: before, startedBefore: new Date('2100-01-01') }), made);
    });

    test('lists the client runs of one job', async () => {
      const runId = await newJob();
      await newClientRun();
      assert.deepEqual(await jobs.listClientRuns(runId), []);
      for (const clientId of [BOB, ANN, 'Cid']) await jobs.createClientRun(runId, { clientId });
      await jobs.completeClientRun(runId, { clientId: BOB });
      const clientsOf = async (options) =>
        (await jobs.listClientRuns(runId, options)).map((run) => run.clientId);
      assert.deepEqual(await clientsOf(), [ANN, BOB, 'Cid']);
      assert.deepEqual(await clientsOf({ status: 'Running' }), [ANN, 'Cid']);
      assert.deepEqual(await clientsOf({ limit: 1, after: `${runId}-${ANN}` }), [BOB]);
      assert.deepEqual(await clientsOf({ clientId: BOB }), [BOB]);
      assert.deepEqual(await clientsOf({ clientId: 'Dan' }), []);
    });

    test('creates nothing on a lookup, an update or under a missing job', async () => {
      const base = '010203-040506';
      const own = `${base}-${ANN}`;
      for (const call of [
        () => jobs.getJob(base),
        () => jobs.updateJob(base, { notes: 'x' }),
        () => jobs.completeJob(base),
        () => jobs.addJobMetrics(base, { x: 1 }),
        () => jobs.listClientRuns(base),
        () => jobs.createClientRun(own),
        () => jobs.getClientRun(own),
        () => jobs.updateClientRun(own, { notes: 'x' }),
        () => jobs.completeClientRun(own),
        () => jobs.addClientMetrics(own, { x: 1 }),
        () => jobs.linkExternalId({ runId: base, system: 'crawler', externalId: 'x' }),
        () => jobs.linkExternalId({ runId: own, system: 'crawler', externalId: 'x' }),
        () => jobs.findByExternalId('crawler', 'x'),
      ]) {
        const error = await refusalOf(call());
        assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_NOT_FOUND', 404], String(call));
        assert.match(error.message, /^Job tracking record not found/);
        assert.deepEqual(error.diagnosis, [], String(call));
      }
    });

    describe('diagnosis', () => {
      const found = (runId, reason) => ({ runId, reason });

      test('names a job where its client has no run, then other clients', async () => {
        await jobAt('110101-000000', 'Cid');
        assert.deepEqual(await diagnosisOf(jobs.getClientRun(`110101-000000-${ANN}`)), [
          found('110101-000000', 'kind'),
          found('110101-000000-Cid', 'other-client'),
        ]);
      });

      test('names a client of other letter case', async () => {
        await jobAt('110102-000000', ANN, ...Array.from({ length: 20 }, (_, at) => `A${at}`));
        const near = await diagnosisOf(jobs.getClientRun('110102-000000-ann-carver'));
        assert.deepEqual(near.slice(0, 3), [
          found('110102-000000', 'kind'),
          found('110102-000000-A0', 'other-client'),
          found(`110102-000000-${ANN}`, 'letter-case'),
        ]);
        assert.equal(near.length, 5);
      });

      test('names a suffix that stands twice, on either side', async () => {
        await jobAt('110103-000000', ANN, ...Array.from({ length: 20 }, (_, at) => `A${at}`));
        const twice = await diagnosisOf(jobs.getClientRun(`110103-000000-${ANN}-${ANN}`));
        assert.deepEqual(twice[2], found(`110103-000000-${ANN}`, 'suffix-twice'));
        await jobAt('110104-000000', `${BOB}-${BOB}`);
        const once = await diagnosisOf(jobs.getClientRun(`110104-000000-${BOB}`));
        assert.deepEqual(once[1], found(`110104-000000-${BOB}-${BOB}`, 'suffix-twice'));
      });

      for (const [reason, wanted, existing] of [
        ['minted-again', '110105-120000', '110105-120100'],
        ['time-zone', '110106-143000', '110106-130000'],
        ['digits-exchanged', '110217-120000', '110127-120000'],
      ]) {
        test(`names ${reason} for jobs and client runs`, async () => {
          await jobAt(existing, ANN);
          assert.deepEqual(await diagnosisOf(jobs.getJob(wanted)), [found(existing, reason)]);
          assert.deepEqual(await diagnosisOf(jobs.getClientRun(`${wanted}-${ANN}`)), [
            found(`${existing}-${ANN}`, reason),
          ]);
          assert.deepEqual(await diagnosisOf(jobs.createClientRun(`${wanted}-${ANN}`)), [
            found(existing, reason),
          ]);
        });
      }

      test('names five rows, none twice for a reason before each had one', async () => {
        for (const at of [
          '120301-100001',
          '120301-100002',
          '120301-100003',
          '120301-101500',
          '120301-104500',
        ]) {
          await jobAt(at, ANN);
        }
        assert.deepEqual(await diagnosisOf(jobs.getClientRun(`120301-100000-${ANN}`)), [
          found(`120301-100001-${ANN}`, 'minted-again'),
          found(`120301-101500-${ANN}`, 'time-zone'),
          found(`120301-100002-${ANN}`, 'minted-again'),
          found(`120301-104500-${ANN}`, 'time-zone'),
          found(`120301-100003-${ANN}`, 'minted-again'),
        ]);
      });

      test("tells a client no other client's ID", async () => {
        await jobAt('120401-100000', BOB, 'ann-carver');
        const error = await refusalOf(jobs.getClientRun('120401-100000', { clientId: ANN }));
        assert.deepEqual(error.diagnosis, [
          found('120401-100000', 'kind'),
          found(null, 'other-client'),
          found(null, 'letter-case'),
        ]);
      });

      test('is no part of what is answered to a stranger', async () => {
        await jobAt('120402-100000', BOB);
        const error = await refusalOf(jobs.getClientRun(`120402-100000-${ANN}`));
        assert.equal(error.diagnosis.length, 2);
        assert.equal(Object.keys(error).includes('diagnosis'), false);
        assert.equal(JSON.stringify({ ...error }).includes(BOB), false);
        assert.equal(error.message.includes(BOB), false);
      });

      test('hides nothing when it fails', async () => {
        const broken = {
          async query(text, params) {
            if (text.includes('unnest')) throw new Error('too many connections');
            return connection.db.query(text, params);
          },
        };
        const error = await refusalOf(new JobTracking({ db: broken }).getJob('120403-100000'));
        assert.deepEqual([error.code, error.diagnosis], ['ERR_JOB_NOT_FOUND', []]);
      });
    });

    test('maps an external ID to exactly one run', async () => {
      const runId = await newJob();
      const own = await newClientRun();
      const link = { runId, system: 'crawler', externalId: `run-${runId}` };
      const made = await jobs.linkExternalId(link);
      assert.deepEqual({ ...made, linkedAt: null }, { ...link, clientId: null, linkedAt: null });
      assert.deepEqual(await jobs.linkExternalId(link), made);
      assert.deepEqual(await jobs.findByExternalId(link.system, link.externalId), made);
      const error = await refusalOf(jobs.linkExternalId({ ...link, runId: own }));
      assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_EXISTS', 409]);
      assert.equal((await jobs.findByExternalId(link.system, link.externalId)).runId, runId);
      await jobs.linkExternalId({ ...link, externalId: `second-${runId}` });
      await jobs.linkExternalId({ ...link, runId: own, system: 'mailer' });
      assert.equal((await jobs.findByExternalId('mailer', link.externalId)).clientId, ANN);
    });

    test("gives no client another client's run for its external ID", async () => {
      const runId = await newClientRun();
      const externalId = `secret-${runId}`;
      await jobs.linkExternalId({ runId, system: 'crawler', externalId, clientId: ANN });
      const link = await jobs.findByExternalId('crawler', externalId, { clientId: ANN });
      assert.equal(link.runId, runId);
      const error = await refusalOf(jobs.findByExternalId('crawler', 'x'.repeat(9), { clientId: ANN }));
      assert.equal(error.code, 'ERR_JOB_NOT_FOUND');
      const other = await refusalOf(jobs.findByExternalId('crawler', externalId, { clientId: BOB }));
      assert.deepEqual([other.code, other.received], ['ERR_RUN_ID_CLIENT_MISMATCH', externalId]);
    });

    test('refuses in the database what the library refuses', async () => {
      const runId = await newJob();
      const refused = [
        ['INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', ['251306-143000', 'x']],
        ['INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', [`${runId}-${ANN}`, 'x']],
        ['INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', ['251006-143000\n', 'x']],
        ['UPDATE job_tracking SET status = $2 WHERE run_id = $1', [runId, 'Done']],
        ['UPDATE job_tracking SET status = $2 WHERE run_id = $1', [runId, 'Failed']],
        ['UPDATE job_tracking SET metrics = $2::text::jsonb WHERE run_id = $1', [runId, '[]']],
      ];
      const client = 'INSERT INTO client_run_results (run_id, job_run_id, client_id) VALUES ($1, $2, $3)';
      refused.push([client, [`${runId}-${ANN}`, runId, BOB]]);
      refused.push([client, [`${runId}-a b`, runId, 'a b']]);
      for (const [text, params] of refused) {
        await assert.rejects(connection.db.query(text, params), { code: '23514' }, JSON.stringify(params));
      }
      const orphan = ['010203-040506-Ann', '010203-040506', 'Ann'];
      await assert.rejects(connection.db.query(client, orphan), { code: '23503' });
      const link = 'INSERT INTO run_external_ids (system, external_id, run_id) VALUES ($1, $2, $3)';
      for (const missing of orphan.slice(0, 2)) {
        await assert.rejects(connection.db.query(link, ['crawler', 'y', missing]), { code: '23503' });
      }
    });

    test('tells of each action', async () => {
      const base = '130101-000000';
      const own = `${base}-${ANN}`;
      for (const [call, action, table, runId] of [
        [() => jobs.createJob({ runId: base, jobType: 'x' }), 'created', 'job', base],
        [() => jobs.createJob({ runId: base, jobType: 'x' }), 'exists', 'job', base],
        [() => jobs.getJob(base), 'found', 'job', base],
        [() => jobs.updateJob(base, {}), 'updated', 'job', base],
        [() => jobs.addJobMetrics(base, { x: 1 }), 'updated', 'job', base],
        [() => jobs.createClientRun(own), 'created', 'client', own],
        [() => jobs.createClientRun(own), 'exists', 'client', own],
        [() => jobs.getClientRun(base, { clientId: ANN }), 'found', 'client', own],
        [() => jobs.linkExternalId({ runId: own, system: 's', externalId: own }), 'updated', 'client', own],
        [() => jobs.findByExternalId('s', own), 'found', 'client', own],
        [() => jobs.completeClientRun(own), 'completed', 'client', own],
        [() => jobs.completeJob(base), 'completed', 'job', base],
      ]) {
        const events = await recordsDuring(call);
        assert.equal(events.length, 1, String(call));
        const [event] = events;
        assert.deepEqual(
          [event.event, event.action, event.table, event.runId, event.clientId, event.near],
          ['record', action, table, runId, runId === own ? ANN : null, null],
          String(call),
        );
      }
      const [missing] = await recordsDuring(() => jobs.getClientRun(`130101-000001-${ANN}`));
      assert.equal(missing.action, 'missing');
      assert.deepEqual(missing.near, [{ runId: own, reason: 'minted-again' }]);
    });

    test("begins the stack of every error at the caller's line", async () => {
      const callers = [
        async function lookUp() {
          return await jobs.getJob('000101-000000');
        },
        async function lookUp() {
          return await jobs.getJob('bad');
        },
        async function lookUp() {
          return await jobs.listClientRuns('000101-000000');
        },
        async function lookUp() {
          return await jobs.createClientRun('000101-000000', { clientId: ANN });
        },
      ];
      for (const caller of callers) {
        const { stack } = await refusalOf(caller());
        assert.match(
          stack.split('\n')[1],
          /at (async )?lookUp .*job-tracking-functional\.js/,
          String(caller),
        );
      }
    });
  });
}

module.exports = { Watched, refusalOf, testJobTracking };
