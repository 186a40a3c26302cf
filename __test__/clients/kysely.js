'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } = require('kysely');
const { Pool } = require('pg');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { Postgres } = require('../../tools/postgres.js');
const { adapterOf } = require('./support/adapters.js');
const { testMisfit } = require('./support/misfit.js');
const { ignoreCuts } = require('./support/pool.js');
const { testClient } = require('./support/suite.js');

testClient('kysely', async (url) => {
  const pool = new Pool({ connectionString: url, max: 4 });
  ignoreCuts(pool);
  const kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return {
    db: adapterOf('Kysely', { kysely, CompiledQuery }),
    transaction: (run) =>
      kysely.transaction().execute((trx) => run(adapterOf('Kysely', { kysely: trx, CompiledQuery }))),
    end: () => kysely.destroy(),
  };
});

testMisfit(
  'Kysely with its CamelCasePlugin',
  async (url) => {
    const pool = new Pool({ connectionString: url, max: 1 });
    const kysely = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
    return { db: adapterOf('Kysely', { kysely, CompiledQuery }), end: () => kysely.destroy() };
  },
  /columns "runId" instead of "run_id"/,
);

test('Kysely without its plugins is what docs/databases.md says', async () => {
  const server = await Postgres.start();
  const pool = new Pool({ connectionString: await server.freshSchema(), max: 1 });
  const camel = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  const jobs = new JobTracking({
    db: adapterOf('Kysely', { kysely: camel.withoutPlugins(), CompiledQuery }),
  });
  await jobs.migrate();
  assert.equal((await jobs.createJob({ jobType: 'x' })).jobType, 'x');
  await camel.destroy();
  await server.stop();
});
