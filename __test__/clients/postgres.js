'use strict';

const postgres = require('postgres');
const { adapterOf } = require('./support/adapters.js');
const { testClient } = require('./support/suite.js');

testClient('postgres.js', async (url) => {
  const sql = postgres(url, { max: 4, onnotice: () => {} });
  return {
    db: adapterOf('postgres.js', { sql }),
    transaction: (run) => sql.begin((inside) => run(adapterOf('postgres.js', { sql: inside }))),
    end: () => sql.end({ timeout: 1 }),
  };
});
