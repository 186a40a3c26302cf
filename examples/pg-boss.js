'use strict';

// A job's row and the message that starts it, in one transaction: both are there, or neither. Try it, with PostgreSQL:
//   npm install pg pg-boss@10; DATABASE_URL=postgres://127.0.0.1/acme node examples/pg-boss.js

const { Pool } = require('pg');
const PgBoss = require('pg-boss');
const { inject, receive, requireRunId } = require('unified-run-id/context');
const { JobTracking } = require('unified-run-id/job-tracking');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const boss = new PgBoss(process.env.DATABASE_URL);
const jobs = new JobTracking({ db: pool });

async function startScoring(leads) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { runId } = await new JobTracking({ db: client }).createJob({ jobType: 'lead-scoring' });
    // Without `db` it would be sent over a connection of its own, and stay when this one rolls back.
    const db = { executeSql: (text, values) => client.query(text, values) };
    await boss.send('score', inject({ leads }, 'data', runId), { db });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Each job of a batch on its own: one that has no run must not take the others with it. */
async function work(batch) {
  for (const job of batch) {
    await receive(job.data, 'data', () => score(job)).catch((error) => boss.fail('score', job.id, error));
  }
}

async function score(job) {
  const { jobType, status } = await jobs.completeJob(requireRunId());
  console.log(`${jobType} of ${job.data.leads} leads: ${status}`);
}
