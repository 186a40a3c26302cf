'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { randomBytes, randomInt } = require('node:crypto');
const { after, before, describe, test } = require('node:test');
const {
  RunIdError,
  configure,
  createClientRunId,
  generateTimestampRunId,
  getClientId,
} = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { testJobLife } = require('./job-life.suite.js');

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

/** What JobTracking asks of a database before anything else, to see in which shape it answers. */
const isProbe = (text) => text.startsWith('SELECT $1::text AS run_id');

/** A database that answers that question, and all others by `query`. */
function soundDb(query) {
  return {
    query: (text, params) =>
      isProbe(text) ? Promise.resolve({ rows: [{ run_id: params[0] }] }) : query(text, params),
  };
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
async function recordsDuring(call, channel = 'record') {
  const events = [];
  const listen = (event) => events.push(event);
  subscribe(`unified-run-id:${channel}`, listen);
  try {
    await call().catch(() => {});
  } finally {
    unsubscribe(`unified-run-id:${channel}`, listen);
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

    testJobLife(() => ({ jobs, run: (text) => connection.db.query(text) }));

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
      assert.deepEqual(rows.map(({ version }) => version).sort(), [1, 2]);
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
        attempts: null,
        heartbeatAt: null,
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
        attempts: null,
        heartbeatAt: null,
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

    test('makes no client run under a job that has ended', async () => {
      const runId = await newJob();
      await jobs.createClientRun(runId, { clientId: ANN });
      await jobs.completeJob(runId, { force: true });
      for (const clientId of [BOB, ANN]) {
        const error = await refusalOf(jobs.createClientRun(runId, { clientId }));
        assert.deepEqual([error.code, error.statusCode, error.received], ['ERR_JOB_FINISHED', 409, runId]);
      }
      assert.equal((await jobs.listClientRuns(runId)).length, 1);
      // What force leaves Running can still be ended.
      assert.equal((await jobs.completeClientRun(runId, { clientId: ANN })).status, 'Completed');
    });

    test('leaves a job as it is when it makes a client run', async () => {
      const job = await jobs.createJob({ jobType: 'x', notes: 'n', metrics: { x: 1 } });
      await jobs.createClientRun(job.runId, { clientId: ANN });
      assert.deepEqual(await jobs.getJob(job.runId), job);
    });

    test('makes an ID of its own when the generated one is taken', async () => {
      await jobs.createJob({ jobType: 'x' });
      const taken = [];
      // Another host is faster by a hair: it takes what is about to be inserted, and more.
      const other = soundDb(async (text, params) => {
        if (taken.length < 3) {
          taken.push(params[0]);
          await connection.db.query('INSERT INTO job_tracking (run_id, job_type) VALUES ($1, $2)', [
            params[0],
            'faster',
          ]);
        }
        return connection.db.query(text, params);
      });
      const events = [];
      const listen = ({ action, table, runId }) => events.push([action, table, runId]);
      subscribe('unified-run-id:record', listen);
      const { runId, jobType } = await new JobTracking({ db: other }).createJob({ jobType: 'slower' });
      unsubscribe('unified-run-id:record', listen);
      assert.equal(jobType, 'slower');
      assert.equal(taken.includes(runId), false);
      assert.deepEqual(events, [...taken.map((id) => ['clash', 'job', id]), ['created', 'job', runId]]);
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
      const contended = soundDb(async () => {
        claims++;
        return { rows: claims === 1 ? [] : [{ run_id: null, greatest: null }] };
      });
      const error = await refusalOf(new JobTracking({ db: contended }).createJob({ jobType: 'x' }));
      assert.deepEqual([error.code, error.statusCode, claims], ['ERR_RUN_ID_EXHAUSTED', 503, 64]);
      assert.ok(error.retryAfterMs > 0);
    });

    test('tells of the ID that it generates', async () => {
      const events = [];
      const listen = (event) => events.push(event);
      subscribe('unified-run-id:generate', listen);
      const runId = await newJob();
      unsubscribe('unified-run-id:generate', listen);
      assert.deepEqual(
        events.map((event) => [event.event, event.runId]),
        [['generate', runId]],
      );
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
        // Also one whose ID merely begins as hers does, or hers as theirs.
        for (const clientId of [BOB, ANN.slice(0, 3), ANN.slice(0, -1), `${ANN}-2`, ANN.toLowerCase()]) {
          const error = await refusalOf(call({ clientId }));
          assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLIENT_MISMATCH', 403], String(call));
        }
        for (const clientId of [undefined, null, '', 'Ann Carver']) {
          assert.equal(await codeOf(call({ clientId })), 'CLIENT', String(call));
        }
      }
      for (const clientId of [undefined, null, '', 'Ann Carver']) {
        assert.equal(await codeOf(jobs.listClientRuns(base, { clientId })), 'CLIENT');
        assert.equal(await codeOf(jobs.findByExternalId('s', 'e', { clientId })), 'CLIENT');
      }
      assert.equal(db.statements.length, before);
    });

    describe('the refusals of each method', () => {
      const base = '000201-000000';
      const own = `${base}-${ANN}`;
      const link = { system: 's', externalId: 'e' };
      /** Each method that takes a run ID, with the ID that it takes. */
      const methods = {
        getJob: [base, (...args) => jobs.getJob(...args)],
        updateJob: [base, (runId, options) => jobs.updateJob(runId, { notes: 'x', ...options })],
        completeJob: [base, (...args) => jobs.completeJob(...args)],
        addJobMetrics: [base, (runId, options) => jobs.addJobMetrics(runId, { x: 1 }, options)],
        listClientRuns: [base, (...args) => jobs.listClientRuns(...args)],
        createClientRun: [own, (...args) => jobs.createClientRun(...args)],
        getClientRun: [own, (...args) => jobs.getClientRun(...args)],
        updateClientRun: [own, (runId, options) => jobs.updateClientRun(runId, { notes: 'x', ...options })],
        completeClientRun: [own, (...args) => jobs.completeClientRun(...args)],
        addClientMetrics: [own, (runId, options) => jobs.addClientMetrics(runId, { x: 1 }, options)],
        linkExternalId: [own, (runId, options) => jobs.linkExternalId({ runId, ...link, ...options })],
      };
      const others = {
        createJob: () => jobs.createJob({ jobType: 7 }),
        listJobs: () => jobs.listJobs({ limit: 0 }),
        findByExternalId: () => jobs.findByExternalId('s', 7),
      };

      /** The first frame that is not Node's own is one of the caller's, be it over an await. */
      const assertBeginsAtCaller = ({ stack }) => {
        const [, ...frames] = stack.split('\n');
        assert.match(
          frames.find((frame) => !frame.includes('(node:')) ?? '',
          /job-tracking\.suite\.js/,
          stack,
        );
      };
      const caught = async (call) => await refusalOf((async () => await call())());

      /** The rejections told of while a call is refused. */
      async function rejectsDuring(call) {
        const events = [];
        const listen = (event) => events.push(event);
        subscribe('unified-run-id:reject', listen);
        await refusalOf(call());
        unsubscribe('unified-run-id:reject', listen);
        return events;
      }

      for (const [method, [runId, call]] of Object.entries(methods)) {
        test(`name ${method}, and begin where it was called`, async () => {
          const error = await caught(() => call({}));
          assert.equal(error.code, 'ERR_RUN_ID_TYPE');
          assert.ok(error.message.includes(`passed to ${method} instead`), error.message);
          assertBeginsAtCaller(error);
          const missing = await caught(() => call(runId));
          assert.equal(missing.code, 'ERR_JOB_NOT_FOUND');
          assertBeginsAtCaller(missing);
          await assert.rejects(call(runId, { unheardOf: 1 }), ({ message }) => {
            assert.ok(message.startsWith(`${method}: `), message);
            return true;
          });
        });

        test(`tell which client ${method} was called for`, async () => {
          const wrongKind = runId === base ? own : 'foo-bar';
          const clientId = ANN;
          const refused = [
            () => call({}, { clientId }),
            () => call(wrongKind, { clientId }),
            () => call(`${base}-${BOB}`, { clientId }),
            () => call(runId, { clientId }),
          ];
          for (const refusal of refused) {
            const [{ expectClientId }] = await rejectsDuring(refusal);
            assert.equal(expectClientId, ANN, String(refusal));
          }
        });

        test(`name the client that ${method} was given`, async () => {
          const error = await refusalOf(call(runId, { clientId: 'Ann Carver' }));
          assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CLIENT', 'clientId']);
        });
      }

      for (const [method, call] of Object.entries(others)) {
        test(`name ${method}, and begin where it was called`, async () => {
          await assert.rejects((async () => await call())(), (error) => {
            assert.ok(error instanceof TypeError);
            assert.ok(error.message.startsWith(`${method}: `), error.message);
            assertBeginsAtCaller(error);
            return true;
          });
        });
      }

      test('tell of another client where a run and its job are there', async () => {
        await jobAt('000202-000000', ANN);
        for (const clientId of [BOB, ANN.toLowerCase()]) {
          const error = await refusalOf(jobs.getClientRun(`000202-000000-${ANN}`, { clientId }));
          assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CLIENT_MISMATCH', 'clientId']);
        }
        const ended = () =>
          jobs.completeClientRun(`000202-000000-${ANN}`, { clientId: ANN, status: 'Failed' });
        await jobs.completeClientRun(`000202-000000-${ANN}`);
        const [{ code, expectClientId }] = await rejectsDuring(ended);
        assert.deepEqual([code, expectClientId], ['ERR_JOB_FINISHED', ANN]);
        await jobs.linkExternalId({ runId: `000202-000000-${ANN}`, system: 's', externalId: 'of Ann' });
        const byLink = () => jobs.findByExternalId('s', 'of Ann', { clientId: BOB });
        assert.equal((await rejectsDuring(byLink))[0].expectClientId, BOB);
        const missing = () => jobs.getClientRun(`000202-000001-${ANN}`, { clientId: ANN });
        assert.equal((await rejectsDuring(missing))[0].expectClientId, ANN);
      });

      test('name the option that is no run ID', async () => {
        const error = await refusalOf(jobs.linkExternalId({ runId: 'foo-bar', ...link }));
        assert.equal(error.source, 'runId');
      });

      test('begin where a method was called, whatever the database answered', async () => {
        const runId = await newJob();
        await jobs.createClientRun(runId, { clientId: ANN });
        const external = { system: 's', externalId: runId };
        await jobs.linkExternalId({ runId, ...external });
        for (const [call, code] of [
          [() => jobs.createJob({ runId, jobType: 'x' }), 'ERR_JOB_EXISTS'],
          [() => jobs.createClientRun(`${runId}-${ANN}`), 'ERR_JOB_EXISTS'],
          [() => jobs.linkExternalId({ runId: `${runId}-${ANN}`, ...external }), 'ERR_JOB_EXISTS'],
          [() => jobs.completeJob(runId), 'ERR_JOB_OPEN_CLIENTS'],
          [() => jobs.findByExternalId('s', 'unheard of'), 'ERR_JOB_NOT_FOUND'],
          [() => jobs.findByExternalId('s', runId, { clientId: ANN }), 'ERR_RUN_ID_CLIENT_MISMATCH'],
        ]) {
          const error = await caught(call);
          assert.equal(error.code, code);
          assertBeginsAtCaller(error);
        }
      });
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
          assert.deepEqual(await complete(runId, { status, notes: 'again', error: 'again' }), ended);
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
        () => jobs.getJob(runId, []),
        () => jobs.getJob(runId, Promise.resolve({})),
        () => jobs.getJob(runId, new Map()),
        () => jobs.updateJob(runId, { status: 'Failed' }),
        () => jobs.updateJob(runId, { notes: 7 }),
        () => jobs.completeJob(runId, { status: 'Running' }),
        () => jobs.completeJob(runId, { status: 'failed' }),
        () => jobs.completeJob(runId, { force: 'yes' }),
        () => jobs.completeClientRun(`${runId}-${ANN}`, { force: true }),
        () => jobs.addJobMetrics(runId),
        () => jobs.addJobMetrics(runId, { x: Number.POSITIVE_INFINITY }),
        () => jobs.addJobMetrics(runId, { '': 1 }),
        () => jobs.addJobMetrics(runId, { 'a\0': 1 }),
        () => jobs.addJobMetrics(runId, new Map([['x', 1]])),
        () => jobs.listJobs({ limit: 0 }),
        () => jobs.listJobs({ limit: 1001 }),
        () => jobs.listJobs({ limit: 1.5 }),
        () => jobs.listJobs({ limit: '10' }),
        () => jobs.listJobs({ status: 'running' }),
        () => jobs.listJobs({ startedBefore: '2025-10-06' }),
        () => jobs.listJobs({ startedBefore: new Date(Number.NaN) }),
        () => jobs.listJobs({ after: 'x' }),
        () => jobs.listJobs(null),
        () => jobs.createJob({ jobType: 'x'.repeat(513) }),
        () => jobs.createJob({ jobType: undefined }),
        () => jobs.createJob({ jobType: 'x', notes: 7 }),
        () => jobs.createClientRun(runId, { clientId: ANN, notes: 'a\0' }),
        () => jobs.createClientRun(runId, { clientId: ANN, metrics: { x: null } }),
        () => jobs.updateJob(runId, { error: '\ud800' }),
        () => jobs.completeJob(runId, { notes: 7 }),
        () => jobs.completeJob(runId, { error: 7 }),
        () => jobs.completeClientRun(`${runId}-${ANN}`, { status: 'Running' }),
        () => jobs.completeClientRun(`${runId}-${ANN}`, { notes: 7 }),
        () => jobs.completeClientRun(`${runId}-${ANN}`, { error: 7 }),
        () => jobs.linkExternalId({ runId, system: '', externalId: 'x' }),
        () => jobs.linkExternalId({ runId, system: 'crawler', externalId: '' }),
        () => jobs.linkExternalId({ runId, system: 'crawler' }),
        () => jobs.linkExternalId({ runId, externalId: 'x' }),
        () => jobs.findByExternalId('crawler', 7),
        () => jobs.findByExternalId('crawler', ''),
        () => jobs.findByExternalId(7, 'x'),
      ];
      const before = db.statements.length;
      for (const call of calls) await assert.rejects(call(), TypeError, String(call));
      assert.equal(db.statements.length, before);
      assert.throws(() => new JobTracking({}), TypeError);
      assert.throws(() => new JobTracking({ db: {} }), TypeError);
      assert.throws(() => new JobTracking({ db: null }), TypeError);
      // PostgreSQL would cut the name of a schema after 63 bytes, and use another one.
      new JobTracking({ db, schema: `${'\u00fc'.repeat(31)}x` });
      const schema = '\u00fc'.repeat(32);
      assert.throws(() => new JobTracking({ db, schema }), { name: 'TypeError', message: /1 to 63 bytes/ });
      assert.throws(() => new JobTracking(), TypeError);
    });

    test('reads metrics once, and bounds them', async () => {
      const runId = await newJob();
      const reads = [];
      const given = {
        get x() {
          reads.push('x');
          return reads.length;
        },
      };
      const watched = new Proxy(given, {
        get: (target, key, receiver) => (reads.push(key), Reflect.get(target, key, receiver)),
        ownKeys: (target) => (reads.push('keys'), Reflect.ownKeys(target)),
      });
      assert.deepEqual((await jobs.addJobMetrics(runId, watched)).metrics, { x: 3 });
      assert.deepEqual(reads, ['keys', 'x', 'x']);

      const named = (count, length) =>
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`.padStart(length, 'é'), 1]));
      assert.equal(
        Object.keys((await jobs.addJobMetrics(await newJob(), named(1000, 5))).metrics).length,
        1000,
      );
      // Names of 2 bytes a character: 60 of them are within 64 KiB, 65 are not.
      await jobs.addJobMetrics(await newJob(), named(60, 512));
      const before = db.statements.length;
      for (const [metrics, words] of [
        [named(1001, 5), /^addJobMetrics: metrics must have at most 1000 entries$/],
        [named(65, 512), /^addJobMetrics: metrics must be at most 65536 bytes of JSON$/],
      ]) {
        await assert.rejects(jobs.addJobMetrics(runId, metrics), (error) => {
          assert.ok(error instanceof TypeError);
          assert.match(error.message, words);
          return true;
        });
      }
      assert.equal(db.statements.length, before);
    });

    test('takes external IDs that an index can hold', async () => {
      const runId = await newJob();
      // No two bytes alike next to one another, which would be stored as fewer.
      const text = (bytes) => randomBytes(bytes).toString('base64').slice(0, bytes);
      const wide = (characters) => Array.from({ length: characters }, () => wideCharacter()).join('');
      const wideCharacter = () => String.fromCharCode(0x4e00 + randomInt(0x5000));
      for (const [system, externalId] of [
        [text(512), text(512)],
        [wide(500), text(500)],
      ]) {
        await jobs.linkExternalId({ runId, system, externalId });
        assert.equal((await jobs.findByExternalId(system, externalId)).runId, runId);
      }
      const refused = { runId, system: wide(500), externalId: text(501) };
      await assert.rejects(jobs.linkExternalId(refused), {
        name: 'TypeError',
        message: 'linkExternalId: system and externalId must have at most 2000 bytes together',
      });
    });

    test('keeps texts of the greatest length and none at all', async () => {
      const jobType = 'x'.repeat(512);
      const { runId } = await jobs.createJob({ jobType, notes: null, metrics: undefined });
      const job = await jobs.getJob(runId);
      assert.deepEqual([job.jobType, job.notes, job.metrics], [jobType, null, {}]);
      assert.equal((await jobs.updateJob(runId, { notes: '' })).notes, '');
      assert.deepEqual((await jobs.addJobMetrics(runId, JSON.parse('{ "__proto__": 1 }'))).metrics, {
        ['__proto__']: 1,
      });
      assert.equal((await jobs.completeJob(runId, { notes: null, error: null })).notes, null);
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
      const { rows } = await connection.db.query(
        `UPDATE job_tracking SET started_at = '2025-10-06T14:30:00Z'::timestamptz
            + CASE run_id WHEN $1 THEN interval '1 ms' WHEN $2 THEN interval '0' ELSE interval '2 ms' END
          WHERE run_id > $3 RETURNING run_id`,
        [made[0], made[3], before],
      );
      assert.equal(rows.length, made.length);
      const startedBefore = (at) =>
        listed({ after: before, startedBefore: new Date(`2025-10-06T14:30:00.${at}Z`) });
      assert.deepEqual(await startedBefore('002'), [made[0], made[3]]);
      assert.deepEqual(await startedBefore('001'), [made[3]]);
      assert.deepEqual(await startedBefore('000'), []);
      assert.deepEqual(await listed({ after: before, startedBefore: new Date('2100-01-01') }), made);
    });

    test('lists the client runs of one job', async () => {
      const runId = await newJob();
      await newClientRun();
      assert.deepEqual(await jobs.listClientRuns(runId), []);
      // Neither the order in which they were made nor that of their status is that of their IDs.
      for (const clientId of ['Cid', BOB, ANN]) await jobs.createClientRun(runId, { clientId });
      await jobs.completeClientRun(runId, { clientId: BOB });
      const clientsOf = async (options) =>
        (await jobs.listClientRuns(runId, options)).map((run) => run.clientId);
      assert.deepEqual(await clientsOf(), [ANN, BOB, 'Cid']);
      assert.deepEqual(await clientsOf({ status: 'Running' }), [ANN, 'Cid']);
      assert.deepEqual(await clientsOf({ limit: 1 }), [ANN]);
      assert.deepEqual(await clientsOf({ limit: 1, after: `${runId}-${ANN}` }), [BOB]);
      // Rows made one after another may be of the same millisecond, which is all that a Date has.
      const { rows } = await connection.db.query(
        `UPDATE client_run_results AS run SET started_at = at.started_at::timestamptz
          FROM (VALUES ('${ANN}', '2025-10-06T14:30:00.002Z'), ('${BOB}', '2025-10-06T14:30:00Z'),
            ('Cid', '2025-10-06T14:30:00.001Z')) AS at (client_id, started_at)
          WHERE run.client_id = at.client_id AND run.job_run_id = $1 RETURNING run.run_id`,
        [runId],
      );
      assert.equal(rows.length, 3);
      const { startedAt } = await jobs.getClientRun(runId, { clientId: ANN });
      assert.deepEqual(await clientsOf({ startedBefore: startedAt }), [BOB, 'Cid']);
      assert.deepEqual(await clientsOf({ clientId: BOB }), [BOB]);
      assert.deepEqual(await clientsOf({ clientId: 'Dan' }), []);
    });

    test('lists a hundred rows unless it is told otherwise', async () => {
      const base = '880101-000000';
      await jobAt(base);
      await connection.db.query(
        `INSERT INTO client_run_results (run_id, job_run_id, client_id)
          SELECT $1::text || '-C' || n, $1::text, 'C' || n FROM generate_series(1, 1000) AS n`,
        [base],
      );
      assert.equal((await jobs.listClientRuns(base)).length, 100);
      assert.equal((await jobs.listClientRuns(base, { limit: 1000 })).length, 1000);
      await connection.db.query(
        `INSERT INTO job_tracking (run_id, job_type)
          SELECT '880102-00' || to_char(n / 60, 'FM00') || to_char(n % 60, 'FM00'), 'x'
          FROM generate_series(1, 1000) AS n`,
      );
      assert.equal((await jobs.listJobs({ after: base })).length, 100);
      assert.equal((await jobs.listJobs({ after: base, limit: 1000 })).length, 1000);
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
      /** More clients before Ann in the order of IDs than a diagnosis looks at; the last one is made first. */
      const ABOVE_ANN = Array.from({ length: 20 }, (_, at) => `A${19 - at}`);

      test('names a job where its client has no run, and no other client has one', async () => {
        await jobAt('110110-000000');
        assert.deepEqual(await diagnosisOf(jobs.getClientRun(`110110-000000-${ANN}`)), [
          found('110110-000000', 'suffix-missing'),
        ]);
      });

      test('names other clients of the same job', async () => {
        await jobAt('110101-000000', 'Cid');
        assert.deepEqual(await diagnosisOf(jobs.getClientRun(`110101-000000-${ANN}`)), [
          found('110101-000000-Cid', 'suffix-of-another-client'),
        ]);
      });

      test('names a client of other letter case', async () => {
        await jobAt('110102-000000', ANN, ...ABOVE_ANN);
        const near = await diagnosisOf(jobs.getClientRun('110102-000000-ann-carver'));
        assert.deepEqual(near.slice(0, 2), [
          found(`110102-000000-${ANN}`, 'case-changed'),
          found('110102-000000-A0', 'suffix-of-another-client'),
        ]);
        assert.equal(near.length, 5);
      });

      test('names each client of other letter case', async () => {
        await jobAt('110305-000000', 'ann-CARVER', 'ANN-carver', ...ABOVE_ANN);
        const near = await diagnosisOf(jobs.getClientRun(`110305-000000-${ANN}`));
        const reasons = near.filter(({ reason }) => reason === 'case-changed').map(({ runId }) => runId);
        assert.deepEqual(reasons.sort(), ['110305-000000-ANN-carver', '110305-000000-ann-CARVER']);
      });

      test('names no more than five rows', async () => {
        await jobAt('110306-000000', ...['ANN', 'aNN', 'AnN', 'ANn', 'aNn', 'anN', 'Ann']);
        const near = await diagnosisOf(jobs.getClientRun('110306-000000-ann'));
        const reasons = near.map(({ reason }) => reason);
        assert.deepEqual(
          reasons,
          Array.from({ length: 5 }, () => 'case-changed'),
        );
      });

      test('names a suffix that stands twice, and one that lost its second half', async () => {
        await jobAt('110103-000000', ANN, ...ABOVE_ANN);
        const twice = await diagnosisOf(jobs.getClientRun(`110103-000000-${ANN}-${ANN}`));
        assert.deepEqual(twice[0], found(`110103-000000-${ANN}`, 'suffix-twice'));
        await jobAt('110104-000000', `${BOB}-${BOB}`, ...ABOVE_ANN);
        const once = await diagnosisOf(jobs.getClientRun(`110104-000000-${BOB}`));
        assert.deepEqual(once[0], found(`110104-000000-${BOB}-${BOB}`, 'suffix-cut'));
      });

      for (const [at, [reason, wanted, existing]] of [
        ['suffix-cut', 'Ann', ANN],
        ['suffix-cut', 'Ann-Carve', ANN],
        ['suffix-added', `${BOB}-${ANN}`, ANN],
        ['separator-changed', 'Ann_Carver', ANN],
        ['separator-changed', 'AnnCarver', ANN],
        ['separator-changed', 'ann_carver', ANN],
        ['separator-changed', 'anncarver', ANN],
        ['separator-changed', 'AnnMarieCarver', 'Ann-Marie-Carver'],
        ['case-changed', 'ANN-CARVER', ANN],
      ].entries()) {
        test(`names ${existing} before all others where ${wanted} was looked up`, async () => {
          const base = `110601-01000${at}`;
          await jobAt(base, existing, ...ABOVE_ANN);
          const [first] = await diagnosisOf(jobs.getClientRun(`${base}-${wanted}`));
          assert.deepEqual(first, found(`${base}-${existing}`, reason));
        });
      }

      test('names whose place a missing value took', async () => {
        await jobAt('110109-000000', ANN, BOB);
        for (const placeholder of ['undefined', 'null', 'NaN']) {
          assert.deepEqual(await diagnosisOf(jobs.getClientRun(`110109-000000-${placeholder}`)), [
            found(`110109-000000-${ANN}`, 'placeholder-client'),
            found(`110109-000000-${BOB}`, 'placeholder-client'),
          ]);
        }
      });

      for (const [reason, wanted, existing] of [
        ['time-zone-shift', '110106-143000', '110106-110000'],
        ['digits-exchanged', '110217-120000', '110127-120000'],
        ['date-changed', '110308-091500', '110307-091500'],
        ['date-changed', '110405-092000', '110504-092000'],
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
          '120301-110000',
          '120301-120000',
          '120301-130000',
          '120302-100000',
          '120303-100000',
        ]) {
          await jobAt(at, ANN);
        }
        assert.deepEqual(await diagnosisOf(jobs.getClientRun(`120301-100000-${ANN}`)), [
          found(`120301-110000-${ANN}`, 'time-zone-shift'),
          found(`120302-100000-${ANN}`, 'date-changed'),
          found(`120301-120000-${ANN}`, 'time-zone-shift'),
          found(`120303-100000-${ANN}`, 'date-changed'),
          found(`120301-130000-${ANN}`, 'time-zone-shift'),
        ]);
      });

      test("tells a client no other client's ID", async () => {
        await jobAt('120401-100000', BOB, 'ann-carver');
        const error = await refusalOf(jobs.getClientRun('120401-100000', { clientId: ANN }));
        assert.deepEqual(error.diagnosis, [
          found(null, 'case-changed'),
          found(null, 'suffix-of-another-client'),
        ]);
      });

      test("tells an operator all IDs, other clients' too", async () => {
        await jobAt('120408-100000', BOB, 'ann-carver');
        for (const options of [{ clientId: ANN }, {}]) {
          const runId = options.clientId === undefined ? `120408-100000-${ANN}` : '120408-100000';
          const [{ near }] = await recordsDuring(() => jobs.getClientRun(runId, options));
          assert.deepEqual(near, [
            found('120408-100000-ann-carver', 'case-changed'),
            found(`120408-100000-${BOB}`, 'suffix-of-another-client'),
          ]);
        }
      });

      test('tells a client the IDs of its own', async () => {
        await jobAt('120404-100000', ANN);
        for (const call of [
          () => jobs.getClientRun('120404-120000', { clientId: ANN }),
          () => jobs.updateClientRun('120404-120000', { clientId: ANN }),
        ]) {
          assert.deepEqual(await diagnosisOf(call()), [found(`120404-100000-${ANN}`, 'time-zone-shift')]);
        }
      });

      test('tells a client nothing of others where the job is missing', async () => {
        await jobAt('120405-100000', BOB);
        for (const call of [
          () => jobs.createClientRun('120405-120000', { clientId: ANN }),
          () => jobs.listClientRuns('120405-120000', { clientId: ANN }),
        ]) {
          const error = await refusalOf(call());
          assert.equal(error.received, '120405-120000');
          assert.deepEqual(error.diagnosis, [found('120405-100000', 'time-zone-shift')]);
        }
        const link = { runId: `120405-100000-${ANN}`, system: 's', externalId: 'e', clientId: ANN };
        assert.deepEqual(await diagnosisOf(jobs.linkExternalId(link)), [
          found(null, 'suffix-of-another-client'),
        ]);
      });

      test('cannot be changed', async () => {
        const broken = soundDb(async (text) =>
          text.includes('unnest') ? Promise.reject(text) : { rows: [] },
        );
        await jobAt('120406-100000');
        const missing = await refusalOf(jobs.getJob('120406-110000'));
        assert.equal(missing.diagnosis.length, 1);
        assert.ok(Object.isFrozen(missing.diagnosis[0]));
        for (const error of [
          missing,
          await refusalOf(new JobTracking({ db: broken }).getJob('120406-110000')),
          await refusalOf(jobs.findByExternalId('crawler', 'unheard of')),
        ]) {
          assert.ok(Object.isFrozen(error.diagnosis));
          const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(error, 'diagnosis');
          assert.deepEqual([writable, enumerable, configurable], [false, false, false]);
        }
      });

      test('asks for at most 300 rows by their IDs, each in the table of its kind', async () => {
        for (const call of [
          () => jobs.getJob('120407-100000'),
          () => jobs.getClientRun(`120407-100000-${ANN}`),
          () => jobs.getClientRun(`120407-100000-${ANN}-${ANN}`),
        ]) {
          await refusalOf(call());
          const [ofJobs, ofClients] = db.statements.at(-1).params;
          assert.ok(ofJobs.length > 0);
          assert.ok(ofJobs.length + ofClients.length <= 300);
          assert.ok(ofJobs.every((runId) => getClientId(runId) === null));
          assert.ok(ofClients.every((runId) => getClientId(runId) !== null));
        }
      });

      test('reads eight rows of each search', async () => {
        const casings = Array.from({ length: 15 }, (_, at) =>
          [...'abcd'].map((letter, place) => (at & (1 << place) ? letter.toUpperCase() : letter)).join(''),
        );
        const more = Array.from({ length: 20 }, (_, at) => `ABCD-${at}`);
        await jobAt('120409-100000', ...casings, ...more);
        const counts = [];
        const query = async (text, params) => {
          const answer = await connection.db.query(text, params);
          if (text.includes('unnest')) counts.push(answer.rows.length);
          return answer;
        };
        await diagnosisOf(new JobTracking({ db: { query } }).getClientRun('120409-100000-ABCD'));
        // The job, the client in any case, IDs that begin like the one looked up, and the job's other clients.
        assert.deepEqual(counts, [1 + 8 + 8 + 8]);
      });

      test('is no part of what is answered to a stranger', async () => {
        await jobAt('120402-100000', BOB);
        const error = await refusalOf(jobs.getClientRun(`120402-100000-${ANN}`));
        assert.equal(error.diagnosis.length, 1);
        assert.equal(Object.keys(error).includes('diagnosis'), false);
        assert.equal(JSON.stringify({ ...error }).includes(BOB), false);
        assert.equal(error.message.includes(BOB), false);
      });

      test('hides nothing when it fails', async () => {
        const broken = soundDb(async (text, params) => {
          if (text.includes('unnest')) throw new Error('too many connections');
          return connection.db.query(text, params);
        });
        const error = await refusalOf(new JobTracking({ db: broken }).getJob('120403-100000'));
        assert.deepEqual([error.code, error.diagnosis], ['ERR_JOB_NOT_FOUND', []]);
      });
    });

    test('maps an external ID to exactly one run', async () => {
      const runId = await newJob();
      const own = await newClientRun();
      const link = { runId, system: 'crawler', externalId: `run-${runId}` };
      const made = await jobs.linkExternalId(link);
      assert.ok(made.linkedAt instanceof Date);
      assert.deepEqual({ ...made, linkedAt: null }, { ...link, clientId: null, linkedAt: null });
      assert.deepEqual(await jobs.linkExternalId(link), made);
      assert.deepEqual(await jobs.findByExternalId(link.system, link.externalId), made);
      const error = await refusalOf(jobs.linkExternalId({ ...link, runId: own }));
      assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_EXISTS', 409]);
      assert.match(error.message, /^External ID is already linked to another run\. .*exactly one run/);
      assert.equal(error.received, link.externalId);
      // Which run it stands for is not told: it may be another client's.
      assert.deepEqual(Object.keys(error).sort(), ['code', 'hint', 'received', 'statusCode']);
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
      assert.equal(error.received, 'x'.repeat(9));
      assert.match(error.message, /^Job tracking record not found\. No run is linked to this external ID/);
      const [{ runId: jobRunId }] = await jobs.listJobs({ limit: 1 });
      const ofJob = `job-${runId}`;
      await jobs.linkExternalId({ runId: jobRunId, system: 'crawler', externalId: ofJob });
      for (const [found, clientId] of [
        [externalId, BOB],
        [externalId, ANN.toLowerCase()],
        [ofJob, ANN],
      ]) {
        const other = await refusalOf(jobs.findByExternalId('crawler', found, { clientId }));
        assert.deepEqual([other.code, other.received], ['ERR_RUN_ID_CLIENT_MISMATCH', found]);
      }
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
        ['UPDATE job_tracking SET job_type = $2 WHERE run_id = $1', [runId, '']],
        ['UPDATE job_tracking SET status = $2, ended_at = now() WHERE run_id = $1', [runId, 'Done']],
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
      for (const params of [
        ['', 'y', runId],
        ['crawler', '', runId],
        ['crawler', 'y', 'foo-bar'],
      ]) {
        await assert.rejects(connection.db.query(link, params), { code: '23514' }, JSON.stringify(params));
      }
      const own = (await jobs.createClientRun(runId, { clientId: ANN })).runId;
      await jobs.linkExternalId({ runId, system: 'crawler', externalId: `not-null-${runId}` });
      for (const [relation, key, columns] of [
        ['job_tracking', runId, ['run_id', 'job_type', 'status', 'started_at', 'metrics']],
        ['client_run_results', own, ['run_id', 'job_run_id', 'client_id', 'status', 'started_at', 'metrics']],
        ['run_external_ids', runId, ['system', 'external_id', 'run_id', 'linked_at']],
      ]) {
        for (const column of columns) {
          const update = `UPDATE ${relation} SET ${column} = NULL WHERE run_id = $1`;
          await assert.rejects(connection.db.query(update, [key]), { code: '23502' }, update);
        }
      }
    });

    test('sorts and compares IDs by their bytes, whatever the locale of the database', async () => {
      const { rows } = await connection.db.query(
        `SELECT table_name, column_name, collation_name FROM information_schema.columns
          WHERE table_schema = current_schema() AND data_type = 'text'
            AND column_name IN ('run_id', 'job_run_id', 'client_id', 'system', 'external_id', 'client_run_id')`,
      );
      assert.equal(rows.length, 10);
      for (const { table_name, column_name, collation_name } of rows) {
        assert.equal(collation_name, 'C', `${table_name}.${column_name}`);
      }
    });

    test('tells of each action', async () => {
      const base = '130101-000000';
      const own = `${base}-${ANN}`;
      for (const [call, action, table, runId] of [
        [() => jobs.createJob({ runId: base, jobType: 'x' }), 'created', 'job', base],
        [() => jobs.createJob({ runId: base, jobType: 'x' }), 'exists', 'job', base],
        [() => jobs.getJob(base), 'found', 'job', base],
        [() => jobs.linkExternalId({ runId: base, system: 's', externalId: base }), 'updated', 'job', base],
        [() => jobs.findByExternalId('s', base), 'found', 'job', base],
        [() => jobs.updateJob(base, {}), 'updated', 'job', base],
        [() => jobs.addJobMetrics(base, { x: 1 }), 'updated', 'job', base],
        [() => jobs.createClientRun(own), 'created', 'client', own],
        [() => jobs.createClientRun(own), 'exists', 'client', own],
        [() => jobs.getClientRun(base, { clientId: ANN }), 'found', 'client', own],
        [() => jobs.linkExternalId({ runId: own, system: 's', externalId: own }), 'updated', 'client', own],
        [() => jobs.findByExternalId('s', own), 'found', 'client', own],
        [() => jobs.linkExternalId({ runId: own, system: 's', externalId: base }), 'exists', 'client', own],
        [() => jobs.addClientMetrics(own, { x: 1 }), 'updated', 'client', own],
        [() => jobs.updateClientRun(own, {}), 'updated', 'client', own],
        [() => jobs.listJobs(), 'found', 'job', null],
        [() => jobs.completeClientRun(own), 'completed', 'client', own],
        [() => jobs.completeClientRun(own), 'unchanged', 'client', own],
        [() => jobs.completeJob(base), 'completed', 'job', base],
        [() => jobs.completeJob(base), 'unchanged', 'job', base],
      ]) {
        const begun = performance.now();
        const events = await recordsDuring(call);
        assert.equal(events.length, 1, String(call));
        const { durationMs } = events[0];
        assert.ok(durationMs > 0 && durationMs <= performance.now() - begun, `${durationMs} ms`);
        const [event] = events;
        assert.deepEqual(
          [event.event, event.action, event.table, event.runId, event.clientId, event.near],
          ['record', action, table, runId, runId === own ? ANN : null, null],
          String(call),
        );
        assert.ok(String(call).includes(`jobs.${event.method}(`), event.method);
        assert.equal(event.status, ['completed', 'unchanged'].includes(action) ? 'Completed' : null);
      }
      const late = '130101-010000';
      const nearJob = [{ runId: base, reason: 'time-zone-shift' }];
      const nearOwn = [{ runId: own, reason: 'time-zone-shift' }];
      const link = { system: 's', externalId: 'late' };
      for (const [call, ...expected] of [
        [() => jobs.getJob(late), 'missing', 'job', late, null, nearJob],
        [() => jobs.listClientRuns(late), 'missing', 'job', late, null, nearJob],
        [() => jobs.createClientRun(`${late}-${ANN}`), 'missing', 'job', late, null, nearJob],
        [() => jobs.linkExternalId({ runId: late, ...link }), 'missing', 'job', late, null, nearJob],
        [() => jobs.getClientRun(`${late}-${ANN}`), 'missing', 'client', `${late}-${ANN}`, ANN, nearOwn],
        [
          () => jobs.linkExternalId({ runId: `${late}-${ANN}`, ...link }),
          ...['missing', 'client', `${late}-${ANN}`, ANN, nearOwn],
        ],
        [() => jobs.findByExternalId('s', 'late', { clientId: ANN }), ...['missing', null, null, ANN, []]],
        [
          () => jobs.createClientRun(`${base}-Lee-Marlow`),
          ...['refused', 'client'],
          `${base}-Lee-Marlow`,
          'Lee-Marlow',
          null,
        ],
        [() => jobs.completeJob(base, { status: 'Failed' }), 'refused', 'job', base, null, null],
        [() => jobs.listClientRuns(base, { clientId: ANN }), 'found', 'client', base, ANN, null],
        [() => jobs.listClientRuns(base), 'found', 'client', base, null, null],
      ]) {
        const events = await recordsDuring(call);
        assert.deepEqual(
          events.map(({ action, table, runId, clientId, near }) => [action, table, runId, clientId, near]),
          [expected],
          String(call),
        );
      }
      const [refused] = await recordsDuring(() => jobs.getJob(late), 'reject');
      assert.deepEqual(
        [refused.code, refused.table, refused.near],
        ['ERR_JOB_NOT_FOUND', 'job', nearJob],
        'the rejection names what is near, for logs without records',
      );
    });
  });
}

module.exports = { Watched, recordsDuring, refusalOf, soundDb, testJobTracking };
