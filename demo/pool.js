'use strict';

const { Pool } = require('pg');

/** A service's connection to the database of the records; one is enough for a demo. */
function openPool() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
  // Without a listener, an idle connection that is cut would end the process.
  pool.on('error', (error) => console.error(`database: ${error.message}`));
  return pool;
}

module.exports = { openPool };
