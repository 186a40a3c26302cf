'use strict';

// The examples of hand-over that need a server or a client: each prints the run on the side that receives it.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { after, before, describe, test } = require('node:test');
const { Postgres } = require('../../tools/postgres.js');
const { Redis } = require('../../tools/redis.js');

const ROOT = path.join(__dirname, '..', '..');
const isHere = Postgres.isHere() && Redis.isHere();
const options = { skip: !isHere, timeout: 60_000 };
const servers = {};

before(async () => {
  if (!isHere) return;
  servers.postgres = await Postgres.start();
  servers.redis = await Redis.start();
});

after(async () => {
  await servers.redis?.stop();
  await servers.postgres?.stop();
});

/** What an example prints. */
async function run(name, env) {
  const child = spawn(process.execPath, [path.join(ROOT, 'examples', `${name}.js`)], {
    env: { ...process.env, NODE_PATH: path.join(__dirname, 'node_modules'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout.trimEnd().split('\n');
}

describe('the example', options, () => {
  test('bullmq.js: a job is in its run, and each repetition is a run of its own', async () => {
    const [first, ...repetitions] = await run('bullmq', { REDIS_URL: servers.redis.url });
    assert.equal(first, '251006-143000-Ann-Carver scores 5 leads');
    for (const line of repetitions) assert.match(line, /^\d{6}-\d{6} scores 7 leads$/);
    assert.equal(new Set(repetitions).size, 2);
  });

  test('pg-boss.js: the row is there when its message arrives', async () => {
    const url = await servers.postgres.freshSchema();
    assert.deepEqual(await run('pg-boss', { DATABASE_URL: url }), ['Completed']);
    await servers.postgres.pool(url, { max: 1 }).query('DROP SCHEMA pgboss CASCADE');
  });

  test('cron.js: a run of its own, with a row that has ended', async () => {
    const url = await servers.postgres.freshSchema();
    const [line] = await run('cron', { DATABASE_URL: url });
    const [, runId] = /^(\d{6}-\d{6}) imported 7 leads$/.exec(line) ?? [];
    const pool = servers.postgres.pool(url, { max: 1 });
    const { rows } = await pool.query('SELECT run_id, status, metrics FROM job_tracking');
    assert.deepEqual(rows, [{ run_id: runId, status: 'Completed', metrics: { leads: 7 } }]);
  });

  test('http-clients.js: one run arrives by all of them', async () => {
    const clients = ['fetch', 'undici', 'axios', 'http'];
    assert.deepEqual(
      await run('http-clients', {}),
      clients.map((client) => `251006-143000-Ann-Carver by ${client}`),
    );
  });
});
