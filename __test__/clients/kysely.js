'use strict';

const { CompiledQuery, Kysely, PostgresDialect } = require('kysely');
const { Pool } = require('pg');
const { adapterOf } = require('./support/adapters.js');
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
