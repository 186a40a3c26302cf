'use strict';

// A run that continues in a queue, and a scheduler whose repetitions start their own runs. Try it, with a Redis server:
//   npm install bullmq; REDIS_URL=redis://127.0.0.1:6379 node examples/bullmq.js

const { Queue, Worker } = require('bullmq');
const { generateTimestampRunId } = require('unified-run-id');
const { inject, leaveRun, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

const connection = { url: process.env.REDIS_URL };
const queue = new Queue('leads', { connection });

async function work(job) {
  if (job.name !== 'nightly') return await receive(job, 'bullmq', () => score(job));
  // A repetition carries no run: it starts one, which an ordinary job then carries through all of its attempts.
  await runWithRunId(generateTimestampRunId(), () => queue.add('score', inject(job.data, 'bullmq')));
}

async function score(job) {
  console.log(`${requireRunId()} scores ${job.data.leads} leads`);
}

async function main() {
  await runWithRunId('251006-143000-Ann-Carver', () =>
    queue.add('score', inject({ leads: 5 }, 'bullmq'), { attempts: 3 }),
  );
  await queue.upsertJobScheduler('nightly', { every: 500 }, { data: { leads: 7 } });

  // Outside any run, because what a worker does between two jobs belongs to none.
  const worker = leaveRun(() => new Worker('leads', work, { connection }));
  let scored = 0;
  worker.on('completed', async (job) => {
    if (job.name === 'score') scored += 1;
    if (scored < 3) return;
    await queue.removeJobScheduler('nightly');
    await Promise.all([worker.close(), queue.close()]);
  });
}

main();
