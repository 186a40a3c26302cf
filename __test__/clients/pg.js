'use strict';

const { Pool } = require('pg');
const { adapterOf } = require('./support/adapters.js');
const { ignoreCuts } = require('./support/pool.js');
const { testClient } = require('./support/suite.js');

testClient('pg', async (url) => {
  const pool = new Pool({ connectionString: url, max: 4 });
  ignoreCuts(pool);
  return {
    db: adapterOf('pg', { pool }),
    async transaction(run) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await run(adapterOf('pg', { pool: client }));
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    end: () => pool.end(),
  };
});
