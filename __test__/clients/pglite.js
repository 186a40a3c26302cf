'use strict';

const { after, before, describe } = require('node:test');
const { PGlite } = require('@electric-sql/pglite');
const { configure } = require('../../index.js');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { adapterOf } = require('./support/adapters.js');
const { testRecords } = require('./support/suite.js');

// It runs in this process: there is no connection to cut.
describe('JobTracking through pglite', () => {
  let pglite;
  let jobs;

  before(async () => {
    configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
    pglite = await PGlite.create();
    jobs = new JobTracking({ db: adapterOf('PGlite', { pglite }) });
    await jobs.migrate();
  });
  after(() => pglite?.close());

  testRecords(() => ({
    client: { transaction: (run) => pglite.transaction((tx) => run(adapterOf('PGlite', { pglite: tx }))) },
    jobs,
    run: (text) => pglite.query(text),
  }));
});
