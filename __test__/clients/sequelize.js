'use strict';

const { Sequelize } = require('sequelize');
const { adapterOf } = require('./support/adapters.js');
const { testMisfit } = require('./support/misfit.js');
const { testClient } = require('./support/suite.js');

testClient('sequelize', async (url) => {
  const sequelize = new Sequelize(url, {
    logging: false,
    pool: { max: 4 },
    dialectOptions: { options: new URL(url).searchParams.get('options') },
  });
  return {
    db: adapterOf('Sequelize', { sequelize, transaction: undefined }),
    transaction: (run) =>
      sequelize.transaction((transaction) => run(adapterOf('Sequelize', { sequelize, transaction }))),
    end: () => sequelize.close(),
  };
});

testMisfit(
  'Sequelize without an adapter',
  async (url) => {
    const sequelize = new Sequelize(url, { logging: false });
    return { db: sequelize, end: () => sequelize.close() };
  },
  /db\.query does not pass on its second argument, the values/,
);
