'use strict';

// What the services of this example have in common: where Redis and PostgreSQL are, and how each says that it is ready.

const { Pool } = require('pg');
const { JobTracking } = require('unified-run-id/job-tracking');

const QUEUE = 'score';

/** The queue of the worker that one of the faults creates. */
const LATE = 'late';

/** The first attempt and one more. */
const RETRIES = { attempts: 2, backoff: 50 };

/** Redis for BullMQ, which requires unlimited retries per request. */
function redis() {
  return { url: process.env.REDIS_URL, maxRetriesPerRequest: null };
}

function openJobs() {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
  pool.on('error', (error) => console.error(`database: ${error.message}`));
  return { jobs: new JobTracking({ db: pool }), end: () => pool.end() };
}

/** Reports to the parent process where this one listens; `end` is called once, when the parent disconnects. */
function announce(url, end) {
  process.once('disconnect', () => {
    end().catch((error) => {
      console.error(error);
      process.exitCode = 1;
    });
  });
  process.send({ url });
}

module.exports = { LATE, QUEUE, RETRIES, announce, openJobs, redis };
