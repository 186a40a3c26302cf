'use strict';

// An Express 5 service. Try it: node examples/express.js, then
//   curl -X POST 'http://127.0.0.1:3000/runs'
//   curl -X POST 'http://127.0.0.1:3000/webhook?runId=251006-143000-Ann-Carver'
//   curl -X POST 'http://127.0.0.1:3000/webhook?runId=251006-143000&runId=251006-143001'

const express = require('express');
const { resolveRunId, RunIdError } = require('unified-run-id');

const app = express();
app.use(express.json());

// Starts a run, so it may generate. Keep such a route behind your own authentication.
app.post('/runs', (req, res) => {
  res.status(201).json({ runId: resolveRunId(req) });
});

// Public: it continues an existing run, and never starts one.
app.post('/webhook', (req, res) => {
  res.json({ runId: resolveRunId(req, { generate: false }) });
});

// Run IDs can be guessed. If a record belongs to a client, say which client is asking; the constant here stands for the
// result of your authentication.
app.get('/report', (req, res) => {
  const clientId = 'Ann-Carver';
  res.json({ runId: resolveRunId(req, { generate: false, expectClientId: clientId }) });
});

app.use((error, _req, res, next) => {
  if (!(error instanceof RunIdError)) return next(error);
  res.status(error.statusCode).json({ code: error.code, message: error.message });
});

if (require.main === module) {
  const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
    if (error) throw error;
    console.log(`http://127.0.0.1:${server.address().port}`);
  });
}

module.exports = { app };
