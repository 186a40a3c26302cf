'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { sql } = require('drizzle-orm');
const { drizzle: createDrizzle } = require('drizzle-orm/node-postgres');
const { Pool } = require('pg');
const { adapterOf } = require('./support/adapters.js');
const { ignoreCuts } = require('./support/pool.js');
const { testClient } = require('./support/suite.js');

testClient('drizzle', async (url) => {
  const pool = new Pool({ connectionString: url, max: 4 });
  ignoreCuts(pool);
  const drizzle = createDrizzle(pool);
  return {
    db: adapterOf('Drizzle', { drizzle, sql }),
    transaction: (run) => drizzle.transaction((tx) => run(adapterOf('Drizzle', { drizzle: tx, sql }))),
    end: () => pool.end(),
  };
});

test("Drizzle's $client is the pool", async () => {
  const pool = new Pool();
  assert.equal(createDrizzle(pool).$client, pool);
  await pool.end();
});
