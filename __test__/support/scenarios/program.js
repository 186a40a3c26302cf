'use strict';

// One program in three roles. `creator` makes the run of each way and hands it over; `relay` hands over what it got;
// `worker` looks up what it got. Who has `CHANGES` changes the run ID before. The places that are named with `@` are
// those that `check` has to find.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const express = require('express');
const { Pool } = require('pg');
const { configure, normalizeRunId } = require('unified-run-id');
const { childEnv, currentRunId, inject, receive, runIdFromEnv } = require('unified-run-id/context');
const { runWithRunId, withRunId } = require('unified-run-id/context');
const { runIdBoundary } = require('unified-run-id/express');
const { JobTracking } = require('unified-run-id/job-tracking');
const { NAMES, carrierOf, changed, clientsOf, startOf } = require('./ways.js');

const { CHANGES, CHANNEL, DATABASE_URL, NEXT_URL, NEXT_LOG, ROLE, SCHEMA, WAY } = process.env;

const pool = new Pool({ connectionString: DATABASE_URL, max: 1 });
const jobs = new JobTracking({ db: pool, schema: SCHEMA });
const say = openLog();

/** What the application itself writes; through pino the events are fields of such lines, too. */
function openLog() {
  if (CHANNEL === 'stderr') {
    return (text, runId) => console.error(`${new Date().toISOString()} info ${text} ${runId}`);
  }
  const { destination, pino } = require('pino');
  const log = pino(destination({ dest: process.stderr.fd, sync: true }));
  configure({ logger: (event) => log.warn(event) });
  return (text, runId) => log.info({ runId }, text);
}

async function create() {
  for (const way of NAMES) {
    configure({ now: () => startOf(way) });
    const { runId } = await jobs.createJob({ jobType: way });
    const made = [];
    for (const clientId of clientsOf(way)) {
      const run = await jobs.createClientRun(runId, { clientId }); // @create
      made.push(run.runId);
    }
    say('handing over', made[0]);
    await runWithRunId(made[0], () => handOver(way, made[0]));
  }
}

/** To the next process, by the carrier of the way. */
async function handOver(way, runId) {
  const carrier = carrierOf(way);
  if (carrier === 'env') return runNext(childEnv(runId), way); // @send env
  const url = `${NEXT_URL}/${carrier}/${way}`;
  const request = { method: 'POST', headers: {} };
  if (carrier === 'query') return ask(withRunId(url, runId), request); // @send query
  if (carrier === 'headers') return ask(url, { ...request, headers: inject({}, 'headers', runId) }); // @send headers
  const body = JSON.stringify(inject({}, 'data', runId)); // @send body
  return ask(url, { ...request, headers: { 'content-type': 'application/json' }, body });
}

async function ask(url, request) {
  const answer = await fetch(url, request);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** The next process, started for this run alone. */
async function runNext(env, way) {
  const log = fs.openSync(NEXT_LOG, 'a');
  const settings = JSON.parse(process.env.NEXT_SETTINGS);
  const child = spawn(process.execPath, [__filename], {
    stdio: ['ignore', 'ignore', log],
    env: { ...env, ...settings, WAY: way },
  });
  const [code] = await once(child, 'exit');
  fs.closeSync(log);
  if (code !== 0) throw new Error(`${settings.ROLE} ended with ${code}`);
}

/** What a relay or a worker does with a run that reached it. */
async function handle(way) {
  const right = normalizeRunId(currentRunId()); // @use
  const runId = CHANGES ? changed(way, right) : right;
  if (ROLE === 'relay') await handOver(way, runId);
  else await lookUp(runId);
}

async function lookUp(runId) {
  try {
    await jobs.getClientRun(runId); // @lookup
  } catch ({ code }) {
    if (!['ERR_JOB_NOT_FOUND', 'ERR_RUN_ID_KIND'].includes(code)) throw new Error(`unexpected: ${code}`);
    return;
  }
  throw new Error(`${runId} was found`);
}

function serve() {
  const app = express();
  app.use(express.json());
  const boundary = runIdBoundary(); // @boundary
  for (const carrier of ['query', 'body']) {
    app.post(`/${carrier}/:way`, boundary, (req, res) => answer(res, () => handle(req.params.way)));
  }
  app.post(
    '/headers/:way',
    (req, res) => answer(res, () => receive(req.headers, 'headers', () => handle(req.params.way))), // @receive headers
  );
  const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
  // Whoever started this process lets go of it.
  process.stdin.resume().once('end', () => {
    server.close();
    server.closeAllConnections();
    pool.end();
  });
}

async function answer(res, work) {
  try {
    await work();
    res.end();
  } catch (error) {
    res.status(500).end(error.stack);
  }
}

async function main() {
  if (ROLE !== 'creator' && WAY === undefined) return serve();
  if (ROLE === 'creator') await create();
  else await runWithRunId(runIdFromEnv(), () => handle(WAY)); // @receive env
  await pool.end();
}

main();
