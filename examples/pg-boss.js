'use strict';

// A job's row and the message that starts it, in one transaction: both exist, or neither. Try it, with PostgreSQL:
//   npm install pg pg-boss@10; DATABASE_URL=postgres://127.0.0.1/acme node examples/pg-boss.js

const { Pool } = require('pg');
const PgBoss = require('pg-boss');
const { inject, receive, requireRunId } = require('unified-run-id/context');
const { JobTracking } = require('unified-run-id/job-tracking');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const boss = new PgBoss(process.env.DATABASE_URL);
const jobs = new JobTracking({ db: pool });

async function startScoring(client, leads) {
  await client.query('BEGIN');
  const { runId } = await new JobTracking({ db: client }).createJob({ jobType: 'lead-scoring' });
  // Without `db`, it would use another connection, and remain if this one rolls back.
  const db = { executeSql: (text, values) => client.query(text, values) };
  await boss.send('score', inject({ leads }, 'data', runId), { db });
  await client.query('COMMIT');
}

/** Handles each job of a batch separately, so that a job without a run does not fail the others. */
async function work(batch) {
  const score = async () => console.log((await jobs.completeJob(requireRunId())).status);
  const workOn = async (job) => await receive(job.data, 'data', score);
  for (const job of batch) await workOn(job).catch((error) => boss.fail('score', job.id, error));
  setImmediate(() => boss.stop().then(() => pool.end()));
}

jobs.migrate().then(async () => {
  await boss.start().then(() => boss.createQueue('score'));
  const client = await pool.connect();
  // Discarding the connection rolls back whatever was not committed.
  await startScoring(client, 5).finally(() => client.release(true));
  await boss.work('score', work);
});
