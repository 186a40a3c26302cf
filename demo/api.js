'use strict';

// The API: starts runs, creates their records, and hands the run ID on.

const express = require('express');
const { getBaseRunId } = require('unified-run-id');
const { withRunId } = require('unified-run-id/context');
const { runIdBoundary, runIdErrors } = require('unified-run-id/express');
const { JobTracking } = require('unified-run-id/job-tracking');
const { post } = require('./http.js');
const { openPool } = require('./pool.js');
const { serve } = require('./service.js');

const { PROVIDER_URL, WEBHOOK_URL } = process.env;

const pool = openPool();
const jobs = new JobTracking({ db: pool });

/** The gateway in front of this service has authenticated the client and says who it is. */
const clientId = (req) => req.get('x-client-id');

const app = express();
app.use(express.json());

// A decision of our own upstream outranks the request.
app.use((req, _res, next) => {
  req.specificRunId = req.get('x-upstream-run-id');
  next();
});

// A job with a run for each of several clients.
app.post('/jobs', runIdBoundary({ generate: true }), async (req, res) => {
  const { jobType, clients } = req.body;
  const made = [await jobs.createJob({ runId: req.runId, jobType })];
  for (const clientId of clients) made.push(await jobs.createClientRun(req.runId, { clientId }));
  const { answer } = await post(withRunId(`${WEBHOOK_URL}/resume`)); // the run in hand
  res.status(201).json({ made: made.map(({ runId }) => runId), resumed: answer });
});

// A run of the requesting client.
const startOwn = runIdBoundary({ generate: true, clientId });

app.post('/my/runs', startOwn, async (req, res) => {
  const made = await createOwn(req.runId, 'lead-scoring');
  const { answer } = await post(`${WEBHOOK_URL}/resume`, { runId: req.runId });
  res.status(201).json({ made, resumed: answer });
});

// A run that an external system executes under its own ID, so each ID is linked to the other.
app.post('/my/scrapes', startOwn, async (req, res) => {
  const { runId } = req;
  const made = await createOwn(runId, 'scraping');
  const { answer } = await post(`${PROVIDER_URL}/scrapes`, {
    callback: `${WEBHOOK_URL}/scraped`,
    payloadTemplate: { runId },
  });
  await jobs.linkExternalId({ runId, system: 'scraper', externalId: answer.id });
  res.status(201).json({ made, externalId: answer.id });
});

// Only the client's own runs: run IDs can be guessed.
app.get('/my/report', runIdBoundary({ clientId }), async (req, res) => {
  res.json(await jobs.getClientRun(req.runId));
});

// For our own services, which may name the run in any of four places.
const parentRunId = (req) => req.params.parentRunId;
app.post('/internal/runs/:parentRunId', runIdBoundary({ parentRunId }), async (req, res) => {
  const { runId, status } = await jobs.getClientRun(req.runId);
  res.json({ runId, source: req.runIdSource, status });
});

async function createOwn(runId, jobType) {
  const job = await jobs.createJob({ runId: getBaseRunId(runId), jobType });
  const run = await jobs.createClientRun(runId);
  return [job.runId, run.runId];
}

app.use(runIdErrors());
jobs.migrate().then(() => serve(app, () => pool.end()));
