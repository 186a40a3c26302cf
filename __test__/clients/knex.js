'use strict';

const createKnex = require('knex');
const { adapterOf } = require('./support/adapters.js');
const { testClient } = require('./support/suite.js');

testClient('knex', async (url) => {
  const knex = createKnex({ client: 'pg', connection: url, pool: { min: 0, max: 4 } });
  return {
    db: adapterOf('Knex', { knex }),
    transaction: (run) => knex.transaction((trx) => run(adapterOf('Knex', { knex: trx }))),
    end: () => knex.destroy(),
  };
});
