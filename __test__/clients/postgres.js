'use strict';

const postgres = require('postgres');
const { adapterOf } = require('./support/adapters.js');
const { testMisfit } = require('./support/misfit.js');
const { testClient } = require('./support/suite.js');

testClient('postgres.js', async (url) => {
  const sql = postgres(url, { max: 4, onnotice: () => {} });
  return {
    db: adapterOf('postgres.js', { sql }),
    transaction: (run) => sql.begin((inside) => run(adapterOf('postgres.js', { sql: inside }))),
    end: () => sql.end({ timeout: 1 }),
  };
});

testMisfit(
  'postgres.js with transform: postgres.camel',
  async (url) => {
    const sql = postgres(url, { max: 1, transform: postgres.camel });
    return { db: adapterOf('postgres.js', { sql }), end: () => sql.end({ timeout: 1 }) };
  },
  /columns "runId" instead of "run_id"/,
);
