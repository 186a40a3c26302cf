'use strict';

// The culprit: a service without this library. Each route treats run IDs as such code does; those that change one
// already have a boundary, so that the logs show who had the right one in hand. Not an example to follow.

const express = require('express');
const { generateTimestampRunId, getClientId, parseRunId } = require('unified-run-id');
const unifiedRunIdService = require('unified-run-id');
const { runIdBoundary, runIdErrors } = require('unified-run-id/express');
const { JobTracking } = require('unified-run-id/job-tracking');
const { get, post } = require('./http.js');
const { openPool } = require('./pool.js');
const { serve } = require('./service.js');

const { API_URL, WEBHOOK_URL } = process.env;

const pool = openPool();
const jobs = new JobTracking({ db: pool });

const app = express();
app.use(express.json());
const boundary = runIdBoundary({ generate: false });

// The one thing it does right: it uses the ID that it received.
app.post('/left-alone', async (req, res) => {
  res.json(await jobs.getClientRun(req.body.runId));
});

app.post('/retired-name', (req, res) => {
  res.json({ runId: unifiedRunIdService.generateRunId() });
});

// Generates another ID for the same run, instead of using the one that it received.
app.post('/minted-again', boundary, async (req, res) => {
  const runId = generateTimestampRunId(getClientId(req.body.runId));
  res.json(await jobs.getClientRun(runId));
});

// Adds the suffix by hand, to be safe.
app.post('/suffix-twice', boundary, async (req, res) => {
  const { runId, clientId } = req.body;
  res.json(await jobs.getClientRun(`${runId}-${clientId}`));
});

// Asks on behalf of one client for the run of another.
app.post('/wrong-client', async (req, res) => {
  const { runId, clientId } = req.body;
  const { status, answer } = await get(`${API_URL}/my/report?runId=${runId}`, { 'x-client-id': clientId });
  res.status(status).json(answer);
});

// Reads a property that was renamed long ago; JSON leaves out what is undefined.
app.post('/lost-parameter', async (req, res) => {
  const { status, answer } = await post(`${WEBHOOK_URL}/resume`, { runId: req.body.jobRunId });
  res.status(status).json(answer);
});

// Formats the time of the run in this host's time zone.
app.post('/local-time', boundary, async (req, res) => {
  const { startedAt, clientId } = parseRunId(req.body.runId);
  res.json(await jobs.getClientRun(`${localTime(startedAt)}-${clientId}`));
});

function localTime(date) {
  const pad = (number) => String(number % 100).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return [day, time].map((parts) => parts.map(pad).join('')).join('-');
}

app.use(runIdErrors());
serve(app, () => pool.end());
