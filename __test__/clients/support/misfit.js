'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { configure } = require('../../../index.js');
const { JobTracking } = require('../../../lib/job-tracking/index.js');
const { Postgres } = require('../../../tools/postgres.js');

/**
 * A client, or a setting of one, that answers in another shape: it is refused with words, and makes no row.
 *
 * @param {(url: string) => Promise<{ db, end }>} connect
 */
function testMisfit(what, connect, words) {
  test(`${what} is refused before a row is made`, async () => {
    configure({ logger: null });
    const server = await Postgres.start();
    const url = await server.freshSchema();
    const pool = server.pool(url);
    await new JobTracking({ db: pool }).migrate();
    const { db, end } = await connect(url);
    try {
      await assert.rejects(new JobTracking({ db }).createJob({ jobType: 'x' }), ({ code, message }) => {
        assert.equal(code, 'ERR_JOB_DATABASE');
        assert.match(message, words);
        return true;
      });
      assert.deepEqual((await pool.query('SELECT run_id FROM job_tracking')).rows, []);
    } finally {
      await end();
      await server.stop();
    }
  });
}

module.exports = { testMisfit };
