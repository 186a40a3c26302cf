'use strict';

const pgPromise = require('pg-promise');
const { adapterOf } = require('./support/adapters.js');
const { testClient } = require('./support/suite.js');

testClient('pg-promise', async (url) => {
  const database = pgPromise({ noWarnings: true })({ connectionString: url, max: 4 });
  return {
    db: adapterOf('pg-promise', { database }),
    transaction: (run) => database.tx((t) => run(adapterOf('pg-promise', { database: t }))),
    end: () => database.$pool.end(),
  };
});
