'use strict';

// Takes jobs, says so, and never ends them.

const { Worker } = require('bullmq');
const { Redis } = require('ioredis');

const [url, name] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const take = (job) => {
  process.send(job.id);
  return new Promise(() => {});
};
new Worker(name, take, { connection, concurrency: 2, lockDuration: 300, stalledInterval: 100 });
