'use strict';

// From the tables of 1.0 to those of now, while processes of 1.0 go on.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { configure, generateTimestampRunId } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { Watched, refusalOf } = require('./job-tracking.suite.js');
const { MIGRATION, STATEMENTS } = require('./support/job-tracking-1.0.js');
const { createPGlite } = require('../tools/pglite.js');
const { Postgres } = require('../tools/postgres.js');
const { Workspace } = require('../tools/workspace.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

/** So many rows in each table, of every status, with and without texts and metrics. */
const ROWS = 5_000;

const FILL = [
  `INSERT INTO job_tracking (run_id, job_type, status, started_at, ended_at, notes, error, metrics)
     SELECT to_char(timestamp '2025-10-06' + n * interval '1 second', 'YYMMDD-HH24MISS'), 'Lead Scoring',
       (array['Running', 'Completed', 'Failed', 'Completed with Errors', 'No Leads To Score'])[n % 5 + 1],
       '2025-10-06', CASE WHEN n % 5 = 0 THEN NULL ELSE timestamptz '2025-10-07' END,
       CASE WHEN n % 2 = 0 THEN 'Acme-Corp' END, CASE WHEN n % 3 = 0 THEN 'late' END,
       CASE WHEN n % 7 = 0 THEN '{"leads": 1.5}' ELSE '{}' END::jsonb
     FROM generate_series(1, ${ROWS}) AS n`,
  `INSERT INTO client_run_results (run_id, job_run_id, client_id, status, started_at, ended_at, notes, error, metrics)
     SELECT run_id || '-Ann-Carver', run_id, 'Ann-Carver', status, started_at, ended_at, notes, error, metrics
     FROM job_tracking`,
];

const COLUMNS = 'run_id, status, started_at, ended_at, notes, error, metrics';

/** A database as 1.0 leaves it. */
async function fillAs10(db) {
  await db.query(MIGRATION);
  for (const statement of FILL) await db.query(statement);
}

async function contentOf(db, columns = COLUMNS) {
  const content = {};
  for (const relation of ['job_tracking', 'client_run_results']) {
    content[relation] = (await db.query(`SELECT ${columns} FROM ${relation} ORDER BY run_id`)).rows;
  }
  return content;
}

const versionsIn = async (db) =>
  (await db.query('SELECT version FROM job_tracking_schema ORDER BY version')).rows.map(
    ({ version }) => version,
  );

/** Each index of the second version, and whether it is of use. */
async function indexesIn(db) {
  const { rows } = await db.query(
    `SELECT made.relname AS name, indisvalid AS valid FROM pg_index
       JOIN pg_class AS made ON made.oid = indexrelid
     WHERE made.relnamespace = current_schema()::regnamespace
       AND made.relname IN ('client_run_results_client', 'job_tracking_held', 'client_run_results_held')
     ORDER BY name`,
  );
  return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
}

const ALL_INDEXES = {
  client_run_results_client: true,
  client_run_results_held: true,
  job_tracking_held: true,
};

test('PGlite: a database of 1.0 is migrated, once', async (t) => {
  const db = await createPGlite();
  t.after(() => db.close());
  await fillAs10(db);
  const before = await contentOf(db);
  const watched = new Watched(db);
  const jobs = new JobTracking({ db: watched });
  await jobs.migrate();
  assert.deepEqual(await contentOf(db), before);
  assert.deepEqual(await indexesIn(db), ALL_INDEXES);
  assert.deepEqual(await versionsIn(db), [1, 2]);
  assert.equal(await watched.countDuring(() => jobs.migrate()), 1);
});

describe('on a server', { skip: !Postgres.isHere() }, () => {
  let server;
  let root;

  before(async () => {
    server = await Postgres.start();
    root = server.pool(server.url);
  });
  after(() => server?.stop());

  const withOptions = (url, more) => {
    const changed = new URL(url);
    changed.searchParams.set('options', `${changed.searchParams.get('options')} ${more}`);
    return changed.href;
  };

  async function databaseOf10(options) {
    const url = await server.freshSchema();
    const db = server.pool(url, options);
    await fillAs10(db);
    return { url, db, jobs: new JobTracking({ db }) };
  }

  /** Whether another session waits for a lock of this client's; to be asked outside of its transaction. */
  async function isWaiting({ processID }) {
    const waiting = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
    return (await root.query(waiting, [processID])).rowCount > 0;
  }

  async function untilWaiting(client) {
    while (!(await isWaiting(client))) await sleep(5);
  }

  async function idleInTransaction() {
    const { rows } = await root.query(
      "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()",
    );
    return rows;
  }

  test('no table is written anew, and all rows read as before', async () => {
    const { db, jobs } = await databaseOf10();
    const files = `SELECT pg_relation_filenode('job_tracking') AS jobs, pg_relation_filenode('client_run_results') AS runs`;
    const [before, filesBefore] = [await contentOf(db), (await db.query(files)).rows];
    await jobs.migrate();
    assert.deepEqual((await db.query(files)).rows, filesBefore);
    assert.deepEqual(await contentOf(db), before);
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
    assert.deepEqual(await versionsIn(db), [1, 2]);
    for (const list of [await jobs.listJobs(), await jobs.listClientRuns({ clientId: 'Ann-Carver' })]) {
      assert.equal(list.length, 100);
      for (const { attempts, heartbeatAt } of list) assert.deepEqual([attempts, heartbeatAt], [null, null]);
    }
    assert.deepEqual(await jobs.failStale({ olderThan: 300 }), { jobs: [], clientRuns: [] });
  });

  test('without migrate() the error says what is wanted', async () => {
    const { jobs } = await databaseOf10();
    const none = new JobTracking({ db: server.pool(await server.freshSchema()) });
    const runId = '251006-143000';
    for (const [tracking, call] of [
      [jobs, (from) => from.getJob(runId)],
      [jobs, (from) => from.run({ jobType: 'x' }, () => assert.fail())],
      [jobs, (from) => from.addJobMetrics(runId, { x: 1 }, { once: 'key' })],
      [none, (from) => from.createJob({ jobType: 'x' })],
      [none, (from) => from.listJobs()],
    ]) {
      const error = await refusalOf(call(tracking));
      assert.equal(error.code, 'ERR_JOB_DATABASE', String(call));
      assert.match(error.message, /from an earlier version: call migrate\(\) first/);
      assert.match(error.cause.code, /^42(P01|703)$/);
    }
  });

  test('what a process of 1.0 writes the new one reads, and the other way round', async () => {
    const { db, jobs } = await databaseOf10();
    await jobs.migrate();
    const old = async (name, ...values) => (await db.query(STATEMENTS[name], values)).rows[0];
    await db.query(MIGRATION); // as each process of 1.0 does when it starts
    const runId = generateTimestampRunId();
    const own = `${runId}-Lee-Marlow`;
    const isSame = async (row, record) => {
      assert.equal(row.run_id, record.runId);
      assert.deepEqual([row.status, row.notes, row.error], [record.status, record.notes, record.error]);
      assert.deepEqual(row.metrics, record.metrics);
    };
    await isSame(await old('insertJob', runId, 'x', null, '{}'), await jobs.getJob(runId));
    await isSame(
      await old('insertClient', own, runId, 'Lee-Marlow', 'n', '{"x":1}'),
      await jobs.getClientRun(own),
    );
    await isSame(await old('addToJob', runId, '{"x":1}'), await jobs.getJob(runId));
    await jobs.addJobMetrics(runId, { x: 1 }, { once: 'key' });
    await isSame(await old('findJob', runId), await jobs.getJob(runId));
    assert.deepEqual(await jobs.failStale({ olderThan: 300 }), { jobs: [], clientRuns: [] });
    await isSame(
      await old('completeClient', own, 'Completed', false, null, false, null),
      await jobs.getClientRun(own),
    );
    await jobs.run({ jobType: 'x', runId }, async () => {
      await isSame(await old('updateJob', runId, true, 'of 1.0', false, null), await jobs.getJob(runId));
    });
    await isSame(await old('findJob', runId), await jobs.getJob(runId));
    const listed = (await db.query(STATEMENTS.listJobs, ['Completed', null, '251231-000000', 1000])).rows;
    assert.ok(listed.some((row) => row.run_id === runId));
  });

  test('a job that a process of 1.0 ends meanwhile was not failed for its silence', async () => {
    const { db, jobs } = await databaseOf10();
    await jobs.migrate();
    const end = (runId, status) =>
      db.query(STATEMENTS.completeJob, [runId, status, false, null, false, null, false]);
    await jobs.run({ jobType: 'x' }, ({ runId }) => end(runId, 'Completed'));
    const error = await refusalOf(jobs.run({ jobType: 'x' }, ({ runId }) => end(runId, 'Failed')));
    assert.equal(error.code, 'ERR_JOB_FINISHED');
    assert.doesNotMatch(error.message, /failStale/);
    const again = { jobType: 'x', runId: error.received };
    assert.doesNotMatch((await refusalOf(jobs.run(again, () => {}))).message, /failStale/);
  });

  test('twelve at once migrate, and none is left in a transaction', async () => {
    const { db, jobs } = await databaseOf10({ max: 10 });
    await Promise.all(Array.from({ length: 12 }, () => jobs.migrate()));
    assert.deepEqual(await versionsIn(db), [1, 2]);
    // The others need not have waited for the one that makes the indexes; here all came from one process.
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
    assert.deepEqual(await idleInTransaction(), []);
    const { rows } = await root.query("SELECT FROM pg_locks WHERE locktype = 'advisory'");
    assert.deepEqual(rows, []);
  });

  test('processes of 1.0 write all the time', async () => {
    const { db, jobs } = await databaseOf10({ max: 8 });
    let isOn = true;
    const made = [];
    const writers = Array.from({ length: 4 }, async () => {
      while (isOn) {
        const runId = generateTimestampRunId();
        await db.query(STATEMENTS.insertJob, [runId, 'x', null, '{}']);
        await db.query(STATEMENTS.insertClient, [`${runId}-Bob`, runId, 'Bob', null, '{}']);
        await db.query(STATEMENTS.addToJob, [runId, '{"x":1}']);
        await db.query(STATEMENTS.completeClient, [`${runId}-Bob`, 'Failed', false, null, false, null]);
        await db.query(STATEMENTS.completeJob, [runId, 'Completed', false, null, false, null, false]);
        made.push(runId);
      }
    });
    await jobs.migrate();
    const soFar = made.length;
    while (made.length < soFar + 10) await sleep(5);
    isOn = false;
    await Promise.all(writers);
    for (const runId of made) {
      const { status, metrics, attempts } = await jobs.getJob(runId);
      assert.deepEqual([status, metrics, attempts], ['Completed', { x: 1 }, null]);
    }
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
  });

  test('while it waits for a long transaction, others write', async () => {
    const { db, jobs } = await databaseOf10();
    const long = await db.connect();
    await long.query('BEGIN');
    await long.query('SELECT FROM client_run_results LIMIT 1');
    const migrated = jobs.migrate();
    await untilWaiting(long);
    // Through two more turns. It gives up after ten seconds, and would if one turn took that long.
    for (let [turns, was] = [0, true]; turns < 2;) {
      const runId = generateTimestampRunId();
      await db.query(STATEMENTS.insertJob, [runId, 'x', null, '{}']);
      await db.query(STATEMENTS.insertClient, [`${runId}-Bob`, runId, 'Bob', null, '{}']);
      const is = await isWaiting(long);
      if (is && !was) turns += 1;
      was = is;
    }
    assert.deepEqual(await versionsIn(db), [1]);
    await long.query('COMMIT');
    long.release();
    await migrated;
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
  });

  test("a vacuum of the server's own makes way", async (t) => {
    // One that would take minutes for these tables, and begins at once.
    const slow = await Postgres.startCluster({
      autovacuum_naptime: '1s',
      autovacuum_vacuum_cost_delay: '100ms',
      autovacuum_vacuum_cost_limit: '1',
      autovacuum_vacuum_threshold: '1',
      autovacuum_vacuum_scale_factor: '0',
    });
    t.after(() => slow.stop());
    const db = slow.pool(await slow.freshSchema());
    await fillAs10(db);
    await db.query("UPDATE client_run_results SET notes = 'x'");
    const vacuums = "SELECT FROM pg_stat_progress_vacuum WHERE relid = 'client_run_results'::regclass";
    while ((await db.query(vacuums)).rowCount === 0) await sleep(50);
    await new JobTracking({ db }).migrate();
    assert.deepEqual(await versionsIn(db), [1, 2]);
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
  });

  test('it gives up on a transaction that has no end, and says so', async () => {
    const { url, db } = await databaseOf10();
    const long = await db.connect();
    await long.query('BEGIN');
    await long.query('SELECT FROM job_tracking LIMIT 1');
    const hasty = new JobTracking({ db: server.pool(withOptions(url, '-c lock_timeout=100')) });
    const error = await refusalOf(hasty.migrate());
    assert.equal(error.code, 'ERR_JOB_DATABASE');
    assert.match(error.message, /a transaction that uses its tables/);
    await long.query('COMMIT');
    long.release();
    assert.deepEqual(await versionsIn(db), [1]);
    await hasty.migrate();
    assert.deepEqual(await versionsIn(db), [1, 2]);
  });

  test('a statement timeout in the middle leaves 1.0 as it was', async () => {
    const { url, db } = await databaseOf10();
    const long = await db.connect();
    await long.query('BEGIN');
    await long.query('SELECT FROM job_tracking LIMIT 1');
    const impatient = server.pool(withOptions(url, '-c statement_timeout=300'));
    const jobs = new JobTracking({ db: impatient });
    await assert.rejects(jobs.migrate(), { code: '57014' });
    await long.query('COMMIT');
    long.release();
    assert.deepEqual(await versionsIn(db), [1]);
    assert.deepEqual(await idleInTransaction(), []);
    await jobs.migrate();
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
  });

  test('an index that was cut short is made by the next one, and the tables are of use meanwhile', async () => {
    const { url, db } = await databaseOf10();
    const reader = await db.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1');
    const impatient = new JobTracking({ db: server.pool(withOptions(url, '-c statement_timeout=1000')) });
    await assert.rejects(impatient.migrate(), { code: '57014' });
    assert.deepEqual(await versionsIn(db), [1, 2]);
    assert.equal((await indexesIn(db)).client_run_results_client, false);
    const jobs = new JobTracking({ db });
    await jobs.run({ jobType: 'x' }, () => {});
    assert.equal((await jobs.listClientRuns({ clientId: 'Ann-Carver', limit: 1 })).length, 1);
    await reader.query('COMMIT');
    reader.release();
    await jobs.migrate();
    assert.deepEqual(await indexesIn(db), ALL_INDEXES);
    assert.deepEqual(await idleInTransaction(), []);
  });

  test('a process that is killed in the middle holds up no other', async (t) => {
    const { url, db } = await databaseOf10();
    const long = await db.connect();
    await long.query('BEGIN');
    await long.query('SELECT FROM job_tracking LIMIT 1');
    const child = new Workspace(t).start(
      (modules, address) => {
        const { JobTracking: Tracking } = require(modules.jobTracking);
        const { Pool } = require(modules.pg);
        new Tracking({ db: new Pool({ connectionString: address }) }).migrate();
      },
      {
        args: [
          {
            jobTracking: path.join(__dirname, '..', 'lib', 'job-tracking', 'index.js'),
            pg: require.resolve('pg'),
          },
          url,
        ],
        stdio: 'ignore',
      },
    );
    await untilWaiting(long);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await long.query('COMMIT');
    long.release();
    const jobs = new JobTracking({ db });
    await jobs.migrate();
    assert.deepEqual(await versionsIn(db), [1, 2]);
    // Its backend may have got to the indexes before this one; whoever is at them ends.
    while (JSON.stringify(await indexesIn(db)) !== JSON.stringify(ALL_INDEXES)) {
      await jobs.migrate();
      await sleep(50);
    }
    assert.deepEqual(await idleInTransaction(), []);
  });

  test('in a transaction it is done and undone with it', async () => {
    const { db } = await databaseOf10();
    const client = await db.connect();
    for (const [end, versions, indexes] of [
      ['ROLLBACK', [1], {}],
      ['COMMIT', [1, 2], ALL_INDEXES],
    ]) {
      await client.query('BEGIN');
      await new JobTracking({ db: client }).migrate();
      assert.deepEqual(await indexesIn(client), ALL_INDEXES);
      await client.query(end);
      assert.deepEqual(await versionsIn(db), versions);
      assert.deepEqual(await indexesIn(db), indexes);
    }
    client.release();
  });

  test('a service without the right to make anything does not need the indexes', async () => {
    const { url, db, jobs } = await databaseOf10();
    await jobs.migrate();
    await db.query('DROP INDEX client_run_results_client');
    const role = `run_id_service_${process.pid}`;
    const [, schema] = /search_path=(\w+)/.exec(new URL(url).searchParams.get('options'));
    await root.query(`CREATE ROLE ${role} LOGIN`);
    await root.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await root.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const own = new URL(url);
    own.username = role;
    await new JobTracking({ db: server.pool(own.href) }).migrate();
    assert.equal((await indexesIn(db)).client_run_results_client, undefined);
    // One that may make something in the schema, but is not the owner of the tables, leaves them alone.
    await root.query(`GRANT CREATE ON SCHEMA ${schema} TO ${role}`);
    await new JobTracking({ db: server.pool(own.href) }).migrate();
    assert.equal((await indexesIn(db)).client_run_results_client, undefined);
  });
});
