'use strict';

// Sends many concurrent runs through all services, one with each of the faults, and returns the results.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Queue } = require('bullmq');
const { Pool } = require('pg');
const { JobTracking } = require('unified-run-id/job-tracking');
const { FAULTS } = require('./faults.js');
const { LATE, QUEUE } = require('./service.js');
const { Services } = require('./services.js');

const CLIENTS = ['Ann-Carver', 'Acme-Corp', 'Duran-Duran'];
const COMMAND = path.join(__dirname, '..', '..', 'bin', 'unified-run-id.js');
const MARKER = '[run-id] ';
const POLL_MS = 100;

/**
 * @param {{ count: number, databaseUrl: string, redisUrl: string }} setting `databaseUrl` of an empty schema
 * @returns `runs`, each `{ runId, fault, status }`, the `events` that were logged, and the `findings` of `check`
 */
async function runAll({ count, databaseUrl, redisUrl }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-end-to-end-'));
  const services = new Services(folder, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    RUN_ID_LOG: 'all',
  });
  try {
    await migrate(databaseUrl);
    const webhook = await services.start('webhook');
    await services.start('worker', { WEBHOOK_URL: webhook });
    const api = await services.start('api');
    const runs = await startAll(api, count);
    await ended(redisUrl, runs.length);
    for (const run of runs) run.status = await statusOf(api, run);
    await services.stop();
    return { runs, events: eventsIn(services.logs), findings: await check(services.logs) };
  } finally {
    services.kill();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function migrate(databaseUrl) {
  const pool = new Pool({ connectionString: databaseUrl });
  await new JobTracking({ db: pool }).migrate();
  await pool.end();
}

/** The worker that a fault creates must exist before the run whose job it takes. */
async function startAll(api, count) {
  const faults = Object.keys(FAULTS);
  const wanted = Array.from({ length: count }, (_, at) => faults[at]);
  return await Promise.all(wanted.map((fault, at) => start(api, fault, CLIENTS[at % CLIENTS.length])));
}

async function start(api, fault, clientId) {
  const answer = await fetch(`${api}/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-client-id': clientId },
    body: JSON.stringify({ leads: 3, fault }),
  });
  const { runId } = await answer.json();
  return { runId, clientId, fault };
}

/** Waits until that many jobs have ended, whether completed or failed. */
async function ended(redisUrl, count) {
  const queues = [QUEUE, LATE].map((name) => new Queue(name, { connection: { url: redisUrl } }));
  for (let done = 0; done < count;) {
    await sleep(POLL_MS);
    const counts = await Promise.all(queues.map((queue) => queue.getJobCountByTypes('completed', 'failed')));
    done = counts.reduce((sum, one) => sum + one);
  }
  await Promise.all(queues.map((queue) => queue.close()));
}

async function statusOf(api, { runId, clientId }) {
  const answer = await fetch(`${api}/runs?runId=${runId}`, { headers: { 'x-client-id': clientId } });
  const { status, code } = await answer.json();
  return answer.ok ? status : code;
}

function eventsIn(folder) {
  const lines = fs
    .readdirSync(folder)
    .flatMap((name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\n'));
  const events = lines.filter((line) => line.startsWith(MARKER));
  return events.map((line) => JSON.parse(line.slice(MARKER.length)));
}

function check(folder) {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [COMMAND, 'check', '--json', folder],
      { maxBuffer: 2 ** 26 },
      (error, stdout) => {
        if (error !== null && error.code !== 1) reject(error);
        else resolve(JSON.parse(stdout).findings);
      },
    );
  });
}

module.exports = { runAll };
