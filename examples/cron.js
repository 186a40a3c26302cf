'use strict';

// A script that cron starts: each time it is a new run, with a row that says how it ended. Try it, with PostgreSQL:
//   npm install pg; DATABASE_URL=postgres://127.0.0.1/acme node examples/cron.js

const { Pool } = require('pg');
const { currentRunId } = require('unified-run-id/context');
const { JobTracking } = require('unified-run-id/job-tracking');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const jobs = new JobTracking({ db: pool });

async function main() {
  await jobs.migrate();
  // Creates the row, and completes it or fails it with the error's message; heartbeats show that the script is alive.
  await jobs.run({ jobType: 'nightly-import' }, importLeads);
}

async function importLeads({ runId }) {
  await jobs.addJobMetrics(runId, { leads: 7 });
  console.log(`${currentRunId()} imported 7 leads`);
}

main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1; // cron sends a mail, and the row says why
  })
  .finally(() => pool.end());
