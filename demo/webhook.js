'use strict';

// The webhook receiver: it only continues runs. A request without one gets a 400.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const fastify = require('fastify');
const { getBaseRunId } = require('unified-run-id');
const { childEnv, runWithRunId } = require('unified-run-id/context');
const runIdBoundary = require('unified-run-id/fastify');
const { JobTracking } = require('unified-run-id/job-tracking');
const { openPool } = require('./pool.js');
const { announce } = require('./service.js');

const SCRIPT = path.join(__dirname, 'smart-resume.js');

const pool = openPool();
const jobs = new JobTracking({ db: pool });
const ending = new AbortController();

const app = fastify({ forceCloseConnections: true });
app.register(runIdBoundary);

app.register(async (scope) => {
  scope.post('/resume', () => resume());

  // From outside. The other system's ID for the run leads to the run ID under which it was started; if that differs from
  // the one in the payload, it is a conflict.
  scope.post('/scraped', async ({ body: { id, leads } }) => {
    const { runId } = await jobs.findByExternalId('scraper', id);
    return runWithRunId(runId, async () => {
      await jobs.addClientMetrics(runId, { leads });
      const { status, metrics } = await jobs.completeClientRun(runId);
      await jobs.completeJob(getBaseRunId(runId));
      return { runId, status, metrics };
    });
  });
});

/** Runs the script for the run in hand, and returns what it printed. */
async function resume() {
  const script = spawn(process.execPath, [SCRIPT], {
    env: { ...childEnv(), RUN_ID_SERVICE: 'smart-resume' },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: ending.signal,
  });
  const [printed, [code]] = await Promise.all([text(script.stdout), once(script, 'close')]);
  if (code !== 0) throw new Error(`Smart Resume ended with ${code}`);
  return JSON.parse(printed);
}

async function main() {
  await jobs.migrate();
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  announce(url, async () => {
    ending.abort();
    await app.close();
    await pool.end();
  });
}

main();
