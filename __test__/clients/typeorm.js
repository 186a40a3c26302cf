'use strict';

const { DataSource } = require('typeorm');
const { adapterOf } = require('./support/adapters.js');
const { testClient } = require('./support/suite.js');

testClient('typeorm', async (url) => {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    poolSize: 4,
    extra: { options: optionsOf(url) },
  });
  await dataSource.initialize();
  return {
    db: adapterOf('TypeORM', { dataSource }),
    transaction: (run) =>
      dataSource.transaction((manager) => run(adapterOf('TypeORM', { dataSource: manager.queryRunner }))),
    end: () => dataSource.destroy(),
  };
});

/** TypeORM takes an address apart, and leaves these. */
function optionsOf(url) {
  return new URL(url).searchParams.get('options');
}
