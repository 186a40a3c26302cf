'use strict';

// The worker of a process that is stopped in the middle of its job: it says what it begins, and what it learns.

const { once } = require('node:events');
const { Worker } = require('bullmq');
const { Pool } = require('pg');
const { HASTY } = require('./hasty.js');
const { configure } = require('../../../index.js');
const { extract } = require('../../../lib/context/index.js');
const { JobTracking } = require('../../../lib/job-tracking/index.js');

const [port, connectionString] = process.argv.slice(2);

configure({ logger: null });

const jobs = new JobTracking({ db: new Pool({ connectionString }) });
const work = async (job) => {
  const runId = extract(job.data);
  const options = { jobType: 'Lead Scoring', runId, heartbeat: 100, attempt: { number: 1, of: 5 } };
  const done = jobs.run(options, (_, { signal }) => {
    process.send(runId);
    return once(signal, 'abort');
  });
  await done.catch((error) => process.send(error.code));
};
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const worker = new Worker('stopped', work, { connection, ...HASTY });
worker.on('error', () => {});
worker.once('ready', () => process.send('ready'));
process.once('disconnect', () => process.exit());
