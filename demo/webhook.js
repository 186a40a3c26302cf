'use strict';

// The webhook receiver: public, so it never generates. A run ID that arrives is handed to the script.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { json } = require('node:stream/consumers');
const express = require('express');
const { resolveRunIdWithSource } = require('unified-run-id');
const { answerRunIdError } = require('./run-id-answer.js');
const { serve } = require('./server.js');

const SCRIPT = path.join(__dirname, 'smart-resume.js');

const app = express();
app.use(express.json());

app.post('/webhook', async (req, res) => {
  const { runId, source } = resolveRunIdWithSource(req, { generate: false });
  res.json({ runId, source, script: await resume(runId) });
});

/** Runs the script with the ID as its argument, and gives what it printed. */
async function resume(runId) {
  const script = spawn(process.execPath, [SCRIPT, runId], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUN_ID_SERVICE: 'smart-resume' },
  });
  const [printed] = await Promise.all([json(script.stdout), once(script, 'close')]);
  return printed;
}

app.use(answerRunIdError);
serve(app);
