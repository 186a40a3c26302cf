'use strict';

// The worker: each job belongs to the run that it carries, and a child process does its work.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { Worker } = require('bullmq');
const { getBaseRunId, getClientId } = require('unified-run-id');
const { childEnv, receive, requireRunId } = require('unified-run-id/context');
const { FAULTS } = require('./faults.js');
const { QUEUE, announce, openJobs, redis } = require('./service.js');

const SCRIPT = path.join(__dirname, 'score.js');
const { jobs, end } = openJobs();
const workers = [];

function makeWorker(queue, handler) {
  const worker = new Worker(queue, handler, { connection: redis(), concurrency: 8 });
  worker.on('failed', (job, error) => console.error(`${job.name} ${job.id}: ${error.message}`));
  worker.on('completed', completed);
  workers.push(worker);
  return worker;
}

/** A listener is in no run, and an error that it throws would end the worker. */
function completed(job) {
  try {
    FAULTS[job.data.fault]?.listen?.();
  } catch (error) {
    console.error(`${job.name} ${job.id}: ${error.message}`);
  }
}

async function handle(job) {
  const handler = FAULTS[job.data.fault]?.handle;
  if (handler !== undefined) return await handler(job, { jobs, makeWorker, work });
  return await receive(job, 'bullmq', () => work(job));
}

/** One attempt at the run in hand: its job, its client's run, and the scoring script. */
async function work(job) {
  const runId = requireRunId();
  const jobRunId = getBaseRunId(runId);
  const attempt = { number: job.attemptsMade + 1, of: job.opts.attempts || 1 };
  const scored = () => jobs.runClient(jobRunId, getClientId(runId), () => score(job.data), { attempt });
  await jobs.run({ jobType: 'lead-scoring', runId: jobRunId, attempt }, scored);
}

async function score({ leads, fault }) {
  const env = (FAULTS[fault]?.environment ?? childEnv)();
  const args = [SCRIPT, String(leads), fault ?? ''];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`score.js ended with ${code}`);
}

makeWorker(QUEUE, handle)
  .waitUntilReady()
  .then(() =>
    announce(null, async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await end();
    }),
  );
