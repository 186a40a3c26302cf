'use strict';

// The API: starts runs, files a record for each under its run ID, and hands the ID on to the webhook.

const fs = require('node:fs');
const path = require('node:path');
const express = require('express');
const { resolveRunIdWithSource } = require('unified-run-id');
const { answerRunIdError } = require('./run-id-answer.js');
const { serve } = require('./server.js');

const { DEMO_RECORDS, DEMO_WEBHOOK } = process.env;

const app = express();
app.use(express.json());

// What an upstream that we trust has decided outranks what the request says.
app.use((req, _res, next) => {
  const upstream = req.get('x-upstream-run-id');
  if (upstream !== undefined) req.specificRunId = upstream;
  next();
});

// Not public: to start runs is what these two are for, so they may generate an ID.
app.post(['/runs', '/runs/:parentRunId/children'], (req, res) => {
  res.json(resolveRunIdWithSource(req, req.params.parentRunId));
});

app.post('/clients/:clientId/runs', async (req, res) => {
  const { runId, source } = resolveRunIdWithSource(req, { clientId: req.params.clientId });
  fs.writeFileSync(path.join(DEMO_RECORDS, `${runId}.json`), JSON.stringify({ runId, status: 'running' }));
  const answer = await fetch(DEMO_WEBHOOK, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ runId }),
  });
  res.status(answer.status).json({ runId, source, webhook: await answer.json() });
});

app.use(answerRunIdError);
serve(app);
