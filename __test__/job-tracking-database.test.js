'use strict';

// What JobTracking asks of a database, of what stands before it, and of a role.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { configure } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { Watched, refusalOf, soundDb } = require('./job-tracking.suite.js');
const { countKept } = require('./support/garbage.js');
const { Postgres } = require('../tools/postgres.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;

/** The error of a database that does not fit, with its words. */
async function misfitOf(promise, words) {
  const error = await refusalOf(promise);
  assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_DATABASE', 500], error.stack);
  assert.match(error.message, words);
  assert.match(error.message, /^The database cannot be used for job tracking: [ -~]*docs\/databases\.md/);
  return error;
}

test('a db that is no longer used is not kept', async () => {
  const databases = [];
  for (let at = 0; at < 20; at++) {
    const db = soundDb(async () => ({ rows: [] }));
    databases.push(new WeakRef(db));
    assert.deepEqual(await new JobTracking({ db }).listJobs(), []);
  }
  // A frame that has not been overwritten may still refer to the last one.
  assert.ok((await countKept(databases)) <= 1);
});

describe('a db that answers in another shape', () => {
  const echo = (params) => ({ run_id: params[0] });

  for (const [what, answer, words] of [
    ['nothing', () => undefined, /returned undefined; expected \{ rows \}/],
    ['null', () => null, /returned null/],
    ['a number', () => 7, /returned a number/],
    ['an object without rows', () => ({ rowCount: 1 }), /returned an object without rows/],
    ['arrays in place of row objects', (params) => [[params[0]]], /rows that include an array/],
    ['arrays as rows', (params) => ({ rows: [[params[0]]] }), /rows that include an array/],
    ['rows and fields, as mysql2 does', (params) => [[echo(params)], []], /rows that include an array/],
    ['null as a row', () => ({ rows: [null] }), /rows that include null/],
    ['undefined as a row', () => [undefined], /rows that include undefined/],
    ['no row', () => ({ rows: [] }), /returned no row/],
    ['another value', () => [{ run_id: null }], /returned a different value from the one that was sent/],
    [
      'columns of other names',
      (params) => ({ rows: [{ 'runId\n': params[0] }] }),
      /returned the columns "runId\\n" instead of "run_id": use a client without the plugin/,
    ],
    [
      'more columns than are named',
      (params) => ({ rows: [{ a: params[0], b: 1, c: 2, d: 3 }] }),
      /returned the columns "a", "b", "c" instead of "run_id"/,
    ],
  ]) {
    test(`is refused before anything is written: ${what}`, async () => {
      const sent = [];
      const db = {
        async query(text, params) {
          sent.push(text);
          return answer(params);
        },
      };
      const jobs = new JobTracking({ db });
      async function create() {
        return await jobs.createJob({ jobType: 'x' });
      }
      const error = await misfitOf(create(), words);
      assert.match(error.stack.split('\n')[1], /at (async )?create .*job-tracking-database\.test\.js/);
      for (const call of [
        () => jobs.createJob({ runId: BASE, jobType: 'x' }),
        () => jobs.createClientRun(ANN),
        () => jobs.updateJob(BASE, { notes: 'x' }),
        () => jobs.completeJob(BASE),
        () => jobs.linkExternalId({ runId: BASE, system: 's', externalId: 'e' }),
        () => jobs.migrate(),
      ]) {
        await misfitOf(call(), words);
      }
      for (const text of sent) assert.match(text, /^SELECT \$1::text AS run_id/);
    });
  }

  test('is refused when it drops the values', async () => {
    for (const code of ['42P02', '08P01']) {
      const cause = Object.assign(new Error('there is no parameter $1'), { code, severity: 'ERROR' });
      const db = { query: () => Promise.reject(Object.assign(new Error('wrapped'), { original: cause })) };
      const error = await misfitOf(
        new JobTracking({ db }).getJob(BASE),
        /does not pass on its second argument/,
      );
      assert.equal(error.cause.original, cause);
      assert.equal(Object.keys(error).includes('cause'), false);
    }
  });

  test('is asked once, whichever method is called, and however many JobTrackings there are', async () => {
    const sent = [];
    const db = {
      async query(text, params) {
        sent.push(text.slice(0, 6));
        return { rows: text.startsWith('SELECT $1::text AS run_id') ? [echo(params)] : [] };
      },
    };
    for (const jobs of [new JobTracking({ db }), new JobTracking({ db })]) {
      await jobs.listJobs();
      await jobs.listJobs();
    }
    assert.deepEqual(sent, ['SELECT', 'SELECT', 'SELECT', 'SELECT', 'SELECT']);
  });

  test('carries the run ID when it shows its shape only after a row may have been made', async () => {
    const tried = [];
    const db = soundDb(async (_text, [runId]) => (tried.push(runId), 7));
    const jobs = new JobTracking({ db });
    for (const call of [
      () => jobs.createJob({ jobType: 'x' }),
      () => jobs.createJob({ runId: BASE, jobType: 'x' }),
      () => jobs.createClientRun(ANN),
    ]) {
      const error = await misfitOf(call(), /returned a number/);
      assert.equal(error.runId, tried.at(-1));
    }
    assert.equal(tried.length, 3);
  });

  test('uses up no run ID', async () => {
    const events = [];
    const listen = (event) => events.push(event);
    subscribe('unified-run-id:generate', listen);
    await refusalOf(new JobTracking({ db: { query: async () => 7 } }).createJob({ jobType: 'x' }));
    unsubscribe('unified-run-id:generate', listen);
    assert.deepEqual(events, []);
  });

  test('is refused by the constructor, with where its adapter is, when it has no query at all', () => {
    for (const db of [() => {}, { execute() {} }, { raw() {} }, { $queryRawUnsafe() {} }, null, 'pg']) {
      assert.throws(() => new JobTracking({ db }), {
        name: 'TypeError',
        message: /postgres\.js, Kysely, Knex, Drizzle and Prisma see docs\/databases\.md/,
      });
    }
  });
});

describe('an error that a driver wraps', () => {
  const refusal = () => Object.assign(new Error('refused'), { code: '23514', severity: 'ERROR' });
  const lost = () => Object.assign(new Error('cut'), { code: '57P01', severity: 'FATAL' });
  const prisma = (cause) =>
    Object.assign(new Error('Raw query failed'), {
      code: 'P2010',
      meta: { driverAdapterError: Object.assign(new Error('adapter'), { cause }) },
    });
  const nested = (depth, cause) =>
    depth === 0 ? cause : new Error('wrapped', { cause: nested(depth - 1, cause) });
  const hostile = Object.defineProperties(new Error('hostile'), {
    cause: {
      get() {
        throw new Error('no cause');
      },
    },
    original: { value: refusal() },
  });
  const circle = new Error('circle');
  circle.cause = circle;
  const circleWithRefusal = Object.assign(new Error('circle'), { original: refusal() });
  circleWithRefusal.cause = circleWithRefusal;
  const connecting = (code) => Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' });
  const sayings = (message) => new Error(message);

  const refusals = {
    'a cause': nested(1, refusal()),
    'a cause of a cause of a cause': nested(3, refusal()),
    'an original, as Sequelize has it': Object.assign(new Error('x'), { original: refusal() }),
    'the error of a driver adapter, as Prisma has it': prisma({ originalCode: '23514', kind: 'x' }),
    'a getter that throws, beside one that does not': hostile,
    'a circle with a refusal in it': circleWithRefusal,
    'a refused connection': connecting('ECONNREFUSED'),
    'a refused connection, wrapped': nested(2, connecting('ECONNREFUSED')),
    'a connection that was not made in time': connecting('ETIMEDOUT'),
    'a name that is not known': Object.assign(new Error('x'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
    'connections refused at each address': Object.assign(
      new AggregateError([connecting('ENETUNREACH'), connecting('ECONNREFUSED')]),
      { code: 'ENETUNREACH' },
    ),
    "a pool's own timeout": sayings('timeout exceeded when trying to connect'),
    "a pool's own timeout of a connection": sayings('Connection terminated due to connection timeout'),
    "Knex's timeout": sayings('Knex: Timeout acquiring a connection. The pool is probably full.'),
    "Prisma's word for no server": prisma({ kind: 'DatabaseNotReachable' }),
  };
  refusals["Prisma's word for no server"].meta.driverAdapterError.message = 'DatabaseNotReachable';

  const open = {
    'a cause that was cut off': nested(1, lost()),
    'a refusal beside one that was cut off': Object.assign(nested(1, lost()), { original: refusal() }),
    'a cause too deep': nested(4, refusal()),
    'a circle': circle,
    'a code of five letters without a severity': Object.assign(new Error('x'), { code: 'EPIPE' }),
    'a connection that was reset': Object.assign(new Error('x'), { code: 'ECONNRESET', syscall: 'read' }),
    'a lost client of pg': sayings('Connection terminated unexpectedly'),
    'a query that took too long': sayings('Query read timeout'),
    'one address that was refused, and one that was reset': new AggregateError([
      connecting('ECONNREFUSED'),
      Object.assign(new Error('x'), { code: 'ECONNRESET' }),
    ]),
    "Prisma's word for a closed connection": prisma({ kind: 'ConnectionClosed' }),
    'a revoked proxy': (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
    'a text': 'lost',
  };

  const failing = (error) => new JobTracking({ db: soundDb(() => Promise.reject(error)) });

  for (const [what, error] of Object.entries(refusals)) {
    test(`passes through unchanged: ${what}`, async () => {
      for (const call of [
        (jobs) => jobs.createJob({ jobType: 'x' }),
        (jobs) => jobs.createClientRun(ANN),
        (jobs) => jobs.getJob(BASE),
      ]) {
        await assert.rejects(call(failing(error)), (thrown) => thrown === error);
      }
    });
  }

  for (const [what, cause] of Object.entries(open)) {
    test(`leaves the outcome open: ${what}`, async () => {
      const error = await refusalOf(failing(cause).createClientRun(ANN));
      assert.deepEqual([error.code, error.runId], ['ERR_JOB_UNKNOWN_OUTCOME', ANN]);
      assert.equal(error.cause, cause);
    });
  }

  test('passes through unchanged when query throws it before there is a promise', async () => {
    const error = new Error('no pool');
    const db = soundDb(() => {
      throw error;
    });
    await assert.rejects(new JobTracking({ db }).createJob({ jobType: 'x' }), (thrown) => thrown === error);
  });
});

test('a method keeps its name in messages, whatever is put in its place', async () => {
  const jobs = new JobTracking({ db: soundDb(async () => ({ rows: [] })) });
  const methods = Object.getOwnPropertyNames(JobTracking.prototype).filter((name) => name !== 'constructor');
  const originals = methods.map((name) => [name, JobTracking.prototype[name]]);
  try {
    for (const [name, original] of originals) {
      assert.equal(original.name, name);
      assert.equal(Object.getOwnPropertyDescriptor(original, 'name').configurable, false);
      JobTracking.prototype[name] = function wrapped(...args) {
        return original.apply(this, args);
      };
    }
    const error = await refusalOf(jobs.getJob({}));
    assert.match(error.message, /Object passed to getJob instead of string/);
    // What was put in the method's place is the caller.
    assert.match(error.stack.split('\n')[1], /wrapped .*job-tracking-database\.test\.js/);
    await assert.rejects(jobs.getJob(BASE, { nope: 1 }), { message: /^getJob: unknown option "nope"/ });
    await assert.rejects(jobs.createJob({}), { message: /^createJob: jobType must be/ });
    assert.equal((await refusalOf(jobs.getClientRun(BASE))).code, 'ERR_RUN_ID_KIND');
  } finally {
    for (const [name, original] of originals) JobTracking.prototype[name] = original;
  }
});

describe('on a server', { skip: !Postgres.isHere() }, () => {
  let server;
  let root;

  before(async () => {
    server = await Postgres.start();
    root = server.pool(server.url);
  });
  after(() => server?.stop());

  let roles = 0;

  /** Makes a role that may log in, and gives the address by which it does. */
  async function newRole(url, options = {}) {
    const role = `run_id_role_${process.pid}_${++roles}`;
    await root.query(`CREATE ROLE ${role} LOGIN`);
    const own = new URL(url);
    own.username = role;
    const settings = Object.entries(options).map(([key, value]) => ` -c ${key}=${value}`);
    own.searchParams.set('options', own.searchParams.get('options') + settings.join(''));
    return { role, url: own.href };
  }

  const schemaOf = (url) => /search_path=(\w+)/.exec(new URL(url).searchParams.get('options'))[1];
  const withOptions = (url, options) => {
    const changed = new URL(url);
    changed.searchParams.set('options', options);
    return changed.href;
  };
  const tracking = (url, options) => new JobTracking({ db: server.pool(url, { max: 4 }), ...options });

  describe('migrate()', () => {
    for (const setting of ['off', 'on']) {
      test(`needs no right to create where there is nothing to do, read-only ${setting}`, async () => {
        const url = await server.freshSchema();
        await tracking(url).migrate();
        const schema = schemaOf(url);
        const { role, url: own } = await newRole(url, { default_transaction_read_only: setting });
        // The rights that docs/databases.md names.
        await root.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
        await root.query(
          `GRANT SELECT, INSERT, UPDATE ON ${schema}.job_tracking, ${schema}.client_run_results,
            ${schema}.run_external_ids TO ${role}`,
        );
        await root.query(`GRANT SELECT, INSERT ON ${schema}.run_metric_keys TO ${role}`);
        const jobs = tracking(own);
        await jobs.migrate();
        await tracking(own, { schema }).migrate();
        if (setting === 'on') {
          await assert.rejects(jobs.createJob({ jobType: 'x' }), { code: '25006' });
          return;
        }
        const { runId } = await jobs.createJob({ jobType: 'x' });
        await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
        await jobs.updateClientRun(runId, { clientId: 'Ann-Carver', notes: 'x' });
        await jobs.addJobMetrics(runId, { x: 1 });
        await jobs.linkExternalId({ runId, system: 's', externalId: 'e' });
        assert.equal((await jobs.findByExternalId('s', 'e')).runId, runId);
        assert.equal((await jobs.listClientRuns(runId)).length, 1);
        await jobs.completeClientRun(runId, { clientId: 'Ann-Carver' });
        await jobs.completeJob(runId);
        await refusalOf(jobs.getJob('010203-040506'));
        await jobs.run({ jobType: 'x' }, async (job) => {
          await jobs.addJobMetrics(job.runId, { x: 1 }, { once: 'key' });
          await jobs.runClient(job.runId, 'Ann-Carver', () => {});
        });
        assert.deepEqual(await jobs.failStale({ olderThan: 300 }), { jobs: [], clientRuns: [] });
        const startedBefore = new Date('2100-01-01');
        await assert.rejects(jobs.deleteJobs({ startedBefore }), { code: '42501' });
        const { role: keeper, url: keeping } = await newRole(url);
        await root.query(`GRANT USAGE ON SCHEMA ${schema} TO ${keeper}`);
        await root.query(
          `GRANT SELECT, UPDATE, DELETE ON ${schema}.job_tracking, ${schema}.client_run_results,
            ${schema}.run_external_ids, ${schema}.run_metric_keys TO ${keeper}`,
        );
        const { clientRuns } = await tracking(keeping).deleteClientRuns({ clientId: 'Ann-Carver' });
        assert.equal(clientRuns, 2);
        assert.equal((await tracking(keeping).deleteJobs({ startedBefore })).jobs, 2);
      });
    }

    test('says which right is missing in which schema', async () => {
      const url = await server.freshSchema();
      const schema = schemaOf(url);
      const { role, url: own } = await newRole(url);
      await misfitOf(tracking(own).migrate(), new RegExp(`no current schema: .*role "${role}" has no USAGE`));
      await misfitOf(
        tracking(own, { schema }).migrate(),
        new RegExp(
          `schema "${schema}" .*role "${role}" may not create them: it lacks USAGE and CREATE on the schema`,
        ),
      );
      await root.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
      await misfitOf(tracking(own).migrate(), /: it lacks CREATE on the schema/);
      await root.query(`GRANT CREATE ON SCHEMA ${schema} TO ${role}`);
      await tracking(own).migrate();
    });

    test('says that a session is read-only where there is something to do', async () => {
      const url = await server.freshSchema();
      const readOnly = `${new URL(url).searchParams.get('options')} -c default_transaction_read_only=on`;
      await misfitOf(tracking(withOptions(url, readOnly)).migrate(), /the session is read-only/);
    });

    test('sends one statement where there is nothing to do, and two where there is', async () => {
      const db = new Watched(server.pool(await server.freshSchema()));
      const jobs = new JobTracking({ db });
      assert.equal(await db.countDuring(() => jobs.migrate()), 2);
      assert.equal(await db.countDuring(() => jobs.migrate()), 1);
    });

    /** A connection that holds the lock of a migration of that schema, as one that is at it does. */
    async function migrating(url) {
      const client = await server.pool(url).connect();
      await client.query('BEGIN');
      await new JobTracking({ db: client }).migrate();
      const { rows } = await client.query(
        "SELECT count(*)::integer AS count FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
      );
      assert.deepEqual(rows, [{ count: 1 }]);
      return async (end) => {
        await client.query(end);
        client.release();
      };
    }

    for (const [limit, setting] of [
      ['10 s', ''],
      ["the connection's own lock_timeout", ' -c lock_timeout=100'],
    ]) {
      test(`waits for another one of the same schema for ${limit}, and says so`, async () => {
        const url = await server.freshSchema();
        const end = await migrating(url);
        const options = new URL(url).searchParams.get('options') + setting;
        const error = await misfitOf(
          tracking(withOptions(url, options)).migrate(),
          new RegExp(`another migration of schema "${schemaOf(url)}", .* still holds its lock after 10s`),
        );
        assert.equal(error.cause.code, '55P03');
        await end('ROLLBACK');
        await tracking(url).migrate();
      });
    }

    test('goes on when the other one has ended', async () => {
      const url = await server.freshSchema();
      const end = await migrating(url);
      const migrated = tracking(url).migrate();
      await end('COMMIT');
      await migrated;
    });

    test('waits for no one where there is nothing to do, or in another schema', async () => {
      const options = '-c lock_timeout=100';
      const [one, other] = [await server.freshSchema(), await server.freshSchema()];
      const end = await migrating(one);
      await tracking(withOptions(other, options), { schema: schemaOf(other) }).migrate();
      await end('COMMIT');
      const client = await server.pool(one).connect();
      await client.query('BEGIN');
      await client.query('LOCK TABLE job_tracking_schema IN ACCESS EXCLUSIVE MODE');
      await tracking(withOptions(one, options), { schema: schemaOf(one) }).migrate();
      await client.query('COMMIT');
      client.release();
    });

    test('leaves no setting behind, in a transaction of the caller either', async () => {
      for (const value of ['0', '5min', '7s']) {
        const url = await server.freshSchema();
        const client = await server.pool(url).connect();
        await client.query(`SET lock_timeout = '${value}'`);
        await client.query('BEGIN');
        await new JobTracking({ db: client }).migrate();
        assert.deepEqual((await client.query('SHOW lock_timeout')).rows, [{ lock_timeout: value }]);
        await client.query('COMMIT');
        assert.deepEqual((await client.query('SHOW lock_timeout')).rows, [{ lock_timeout: value }]);
        client.release();
      }
    });

    test('hides no tables that another schema of the search_path has', async () => {
      const [hidden, first] = [schemaOf(await server.freshSchema()), schemaOf(await server.freshSchema())];
      const behind = withOptions(server.url, `-c search_path=${hidden}`);
      await tracking(behind).migrate();
      const { runId } = await tracking(behind).createJob({ jobType: 'x' });
      const both = withOptions(server.url, `-c search_path=${first},${hidden}`);
      await misfitOf(
        tracking(both).migrate(),
        new RegExp(`current schema is "${first}", but the search_path finds .* in "${hidden}"`),
      );
      assert.equal((await tracking(both).getJob(runId)).runId, runId);
      // One that is told where to go hides nothing from those that are told, too.
      await tracking(both, { schema: first }).migrate();
      assert.equal(
        (await refusalOf(tracking(both, { schema: first }).getJob(runId))).code,
        'ERR_JOB_NOT_FOUND',
      );
      assert.equal((await tracking(both, { schema: hidden }).getJob(runId)).runId, runId);
      // The tables of the first schema are complete, so that there is nothing to do.
      await tracking(both).migrate();
    });

    test('takes no table of another maker for its own', async () => {
      const url = await server.freshSchema();
      await server.pool(url).query('CREATE TABLE job_tracking (id integer)');
      await misfitOf(tracking(url).migrate(), /has a job_tracking that migrate\(\) did not create/);
    });

    test('finds no schema that is not there', async () => {
      const url = await server.freshSchema();
      await misfitOf(
        tracking(url, { schema: 'not "there"\n' }).migrate(),
        /schema "not \\"there\\"\\n" does not exist: create it/,
      );
    });
  });

  test('every statement names the schema that is given, whatever its name is', async () => {
    for (const schema of [`a"b'c\\d$1$block$ ?`, 'Ä'.repeat(31), 'MixedCase']) {
      await root.query(`CREATE SCHEMA "${schema.replaceAll('"', '""')}"`);
      const jobs = tracking(withOptions(server.url, '-c search_path=pg_catalog'), { schema });
      await jobs.migrate();
      await jobs.migrate();
      const { runId } = await jobs.createJob({ jobType: 'x' });
      assert.equal((await refusalOf(jobs.createJob({ runId, jobType: 'x' }))).code, 'ERR_JOB_EXISTS');
      await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
      await jobs.updateJob(runId, { notes: 'x' });
      await jobs.updateClientRun(runId, { clientId: 'Ann-Carver', notes: 'x' });
      await jobs.addJobMetrics(runId, { x: 1 });
      await jobs.addClientMetrics(runId, { x: 1 }, { clientId: 'Ann-Carver' });
      await jobs.getClientRun(runId, { clientId: 'Ann-Carver' });
      assert.equal((await jobs.listClientRuns(runId)).length, 1);
      assert.equal((await jobs.listJobs()).length, 1);
      await jobs.linkExternalId({ runId, system: 's', externalId: 'e' });
      assert.equal((await jobs.findByExternalId('s', 'e')).runId, runId);
      const { diagnosis } = await refusalOf(jobs.getClientRun(`${runId}-Lee-Marlow`));
      assert.equal(diagnosis.length, 1);
      await jobs.completeClientRun(runId, { clientId: 'Ann-Carver' });
      assert.equal((await jobs.completeJob(runId)).status, 'Completed');
      await jobs.run({ jobType: 'x', heartbeat: 100 }, async (job) => {
        await jobs.addJobMetrics(job.runId, { x: 1 }, { once: 'key' });
        await jobs.runClient(job.runId, 'Ann-Carver', () => {});
        let now;
        do now = (await jobs.getJob(job.runId)).heartbeatAt;
        while (now <= job.heartbeatAt);
        const again = jobs.run({ jobType: 'x', runId: job.runId }, () => {});
        assert.equal((await refusalOf(again)).code, 'ERR_JOB_RUNNING');
      });
      const attempt = { number: 1, of: 2 };
      const failing = jobs.run({ jobType: 'x', runId: '010203-040506', attempt }, () =>
        Promise.reject(attempt),
      );
      await failing.catch(() => {});
      assert.equal((await jobs.listClientRuns({ clientId: 'Ann-Carver' })).length, 2);
      assert.deepEqual(await jobs.failStale({ olderThan: 300 }), { jobs: [], clientRuns: [] });
      assert.equal((await jobs.deleteClientRuns({ clientId: 'Ann-Carver' })).clientRuns, 2);
      assert.equal((await jobs.deleteJobs({ startedBefore: new Date('2100-01-01') })).jobs, 2);
      await root.query(`DROP SCHEMA "${schema.replaceAll('"', '""')}" CASCADE`);
    }
  });

  test('a schema is a name that PostgreSQL takes as it is', () => {
    const db = soundDb(async () => ({ rows: [] }));
    for (const schema of ['', 'a\0b', '\ud800', 'x'.repeat(64), 'Ä'.repeat(32), 7, null, ['s']]) {
      assert.throws(() => new JobTracking({ db, schema }), {
        name: 'TypeError',
        message: /^JobTracking: schema must be a schema name of 1 to 63 bytes without NUL$/,
      });
    }
    new JobTracking({ db, schema: undefined });
    new JobTracking({ db, schema: 'x'.repeat(63) });
  });

  test('a pool that has no connection to give has sent nothing', async () => {
    const url = await server.freshSchema();
    const pool = server.pool(url, { max: 1, connectionTimeoutMillis: 50 });
    const jobs = new JobTracking({ db: pool });
    await jobs.migrate();
    const taken = await pool.connect();
    await assert.rejects(jobs.createJob({ jobType: 'x' }), {
      name: 'Error',
      message: 'timeout exceeded when trying to connect',
    });
    taken.release();
    assert.deepEqual(await jobs.listJobs(), []);
  });

  test('values are those of the library, whatever type parsers, DateStyle and time zone say', async () => {
    const url = await server.freshSchema();
    const plain = tracking(url);
    await plain.migrate();
    const odd = {
      // Every type that is not text, as an application may read it.
      types: { getTypeParser: (oid) => (oid === 25 || oid === 19 ? String : (text) => ({ oid, text })) },
    };
    const options =
      `${new URL(url).searchParams.get('options')} -c DateStyle=SQL,DMY -c TimeZone=Asia/Kathmandu` +
      ' -c IntervalStyle=sql_standard -c extra_float_digits=-15 -c bytea_output=escape';
    const jobs = new JobTracking({ db: server.pool(withOptions(url, options), odd) });
    await jobs.migrate();
    const { runId } = await plain.createJob({ jobType: 'x', metrics: { x: 0.1, y: 12345678.25 } });
    await plain.createClientRun(runId, { clientId: 'Ann-Carver', metrics: { z: -5e-9 } });
    await plain.linkExternalId({ runId, system: 's', externalId: 'e' });
    await root.query(
      `UPDATE ${schemaOf(url)}.job_tracking SET started_at = '2025-10-06T14:30:00.123987Z' WHERE run_id = $1`,
      [runId],
    );
    const own = { clientId: 'Ann-Carver' };
    for (const call of [
      (from) => from.getJob(runId),
      (from) => from.getClientRun(runId, own),
      (from) => from.listJobs(),
      (from) => from.listClientRuns(runId),
      (from) => from.findByExternalId('s', 'e'),
      (from) => from.linkExternalId({ runId, system: 's', externalId: 'e' }),
      (from) => from.completeClientRun(runId, own),
      (from) => from.completeJob(runId),
    ]) {
      assert.deepEqual(await call(jobs), await call(plain), String(call));
    }
    const job = await jobs.getJob(runId);
    assert.equal(job.startedAt.toISOString(), '2025-10-06T14:30:00.123Z');
    assert.deepEqual(job.metrics, { x: 0.1, y: 12345678.25 });
    const started = async (at) =>
      (await jobs.listJobs({ startedBefore: new Date(`2025-10-06T14:30:00.${at}Z`) })).length;
    assert.deepEqual([await started('123'), await started('124')], [0, 1]);
    assert.equal((await refusalOf(jobs.createClientRun(runId, own))).code, 'ERR_JOB_FINISHED');
    const { diagnosis } = await refusalOf(jobs.getClientRun(runId, { clientId: 'Lee-Marlow' }));
    assert.deepEqual(diagnosis, [{ runId: null, reason: 'suffix-of-another-client' }]);
  });
});
