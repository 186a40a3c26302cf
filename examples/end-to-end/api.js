'use strict';

// The API: a request starts a run, and a queue carries it on.

const { Queue } = require('bullmq');
const fastify = require('fastify');
const { inject } = require('unified-run-id/context');
const runIdBoundary = require('unified-run-id/fastify');
const { FAULTS } = require('./faults.js');
const { QUEUE, RETRIES, announce, openJobs, redis } = require('./service.js');

const makeQueue = (name) => new Queue(name, { connection: redis() });
const queue = makeQueue(QUEUE);
const { jobs, end } = openJobs();

const app = fastify();
app.register(runIdBoundary({ generate: true, clientId: ({ headers }) => headers['x-client-id'] }));

app.post('/runs', async ({ runId, body: { leads, fault } }, reply) => {
  const add = FAULTS[fault]?.add ?? addJob;
  await add(queue, { leads, fault }, makeQueue);
  reply.code(202);
  return { runId };
});

async function addJob(queue, data) {
  await queue.add('score', inject(data), RETRIES);
}

app.get('/runs', async ({ runId }) => {
  const { status, metrics } = await jobs.getClientRun(runId);
  return { status, metrics };
});

app.listen({ port: 0, host: '127.0.0.1' }).then((url) =>
  announce(url, async () => {
    await app.close();
    await queue.close();
    await end();
  }),
);
