'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { JobTracking } = require('../../lib/job-tracking/index.js');
const { Postgres } = require('../../tools/postgres.js');
const { Prometheus } = require('../../tools/prometheus.js');
const { Workspace } = require('../../tools/workspace.js');
const { queriesOf } = require('../support/dashboard.js');

const ROOT = path.join(__dirname, '..', '..');
const RULES = path.join(ROOT, 'docs', 'observability', 'rules.yml');

const MODULES = Object.fromEntries(
  ['pg', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus', '@opentelemetry/api'].map(
    (name) => [name, require.resolve(name)],
  ),
);

/** Scrapes of both processes before the fault. */
const HEALTHY_SCRAPES = 8;

/** Milliseconds from the fault to the alert. */
const AT_MOST = 15_000;

/** Only for what hangs. */
const TIMEOUT = 120_000;

/** What both processes have: job tracking on one database, and metrics at a port that is told to the parent. */
function begin(modules, url) {
  const http = require('node:http');
  const { metrics } = require(modules['@opentelemetry/api']);
  const { MeterProvider } = require(modules['@opentelemetry/sdk-metrics']);
  const { PrometheusExporter } = require(modules['@opentelemetry/exporter-prometheus']);
  const { Pool } = require(modules.pg);
  const { configure } = require('unified-run-id');
  const { JobTracking } = require('unified-run-id/job-tracking');
  const { instrumentRunIds } = require('unified-run-id/opentelemetry');

  const reader = new PrometheusExporter({ preventServerStart: true });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  instrumentRunIds();
  configure({ logger: null });
  // Whoever started it is gone.
  process.once('disconnect', () => process.exit(1));
  return {
    jobs: new JobTracking({ db: new Pool({ connectionString: url, max: 2 }) }),
    serve(handle) {
      const server = http.createServer((req, res) => {
        if (req.url === '/metrics') reader.getMetricsRequestHandler(req, res);
        else handle(req, res);
      });
      server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
    },
  };
}

/** Makes a run every second, and hands it to the worker. */
async function api({ jobs, serve }, workerPort) {
  const { withRunId } = require('unified-run-id/context');
  const { setTimeout: sleep } = require('node:timers/promises');
  serve((_req, res) => res.end());
  for (;;) {
    const { runId } = await jobs.createJob({ jobType: 'lead-scoring' });
    const run = await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
    const response = await fetch(withRunId(`http://127.0.0.1:${workerPort}/score`, run.runId));
    if (response.status === 200) await jobs.completeJob(runId);
    await sleep(1000);
  }
}

/** Looks up the run that it is handed; told so, one of them under another ID. */
function worker({ jobs, serve }) {
  const { resolveRunId } = require('unified-run-id');
  let isFaulty = false;
  process.on('message', () => (isFaulty = true));
  serve(async (req, res) => {
    const query = Object.fromEntries(new URL(req.url, 'http://localhost').searchParams);
    const runId = resolveRunId({ query }, { generate: false });
    try {
      if (isFaulty) {
        isFaulty = false;
        await jobs.getClientRun(runId.toLowerCase());
      }
      await jobs.completeClientRun(runId);
      res.end();
    } catch {
      process.send({ missedAt: Date.now() });
      res.writeHead(404).end();
    }
  });
}

const isHere = Postgres.isHere() && Prometheus.isHere();

describe('two processes and a real Prometheus', { skip: !isHere, timeout: TIMEOUT }, () => {
  const workspace = new Workspace({ after });
  let postgres;
  let prometheus;
  let faulty;

  const start = async (main, url, ...args) => {
    const source = `const begun = (${begin})(...${JSON.stringify([MODULES, url])});\n(${main})(begun, ...${JSON.stringify(args)});`;
    workspace.write(`${main.name}.js`, source);
    const child = workspace.start(`${main.name}.js`, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [{ port }] = await once(child, 'message');
    return { child, port };
  };

  before(async () => {
    postgres = await Postgres.startCluster();
    const url = await postgres.freshSchema();
    await new JobTracking({ db: postgres.pool(url, { max: 1 }) }).migrate();
    faulty = await start(worker, url);
    const { port } = await start(api, url, faulty.port);
    const targets = { worker: `127.0.0.1:${faulty.port}`, api: `127.0.0.1:${port}` };
    prometheus = await Prometheus.start(targets, RULES);
  });
  after(async () => {
    await prometheus?.stop();
    await postgres?.stop();
  });

  const isScraped = async () => {
    const counts = await prometheus.query('count_over_time(run_id_generated_total[5m])');
    return counts.length === 2 && counts.every(({ value }) => Number(value[1]) >= HEALTHY_SCRAPES);
  };

  test('no alert fires while every run stays the same', async () => {
    while (!(await isScraped())) {
      assert.deepEqual(await prometheus.firing(), []);
      await sleep(200);
    }
    const [, made] = (await prometheus.query('sum(run_id_generated_total)'))[0].value;
    assert.ok(Number(made) >= 5, `${made} runs were made`);
    const { groups } = await prometheus.ask('rules');
    for (const { name, health, lastError } of groups.flatMap(({ rules }) => rules)) {
      assert.equal(health, 'ok', `${name}: ${lastError}`);
    }
    assert.deepEqual(await prometheus.firing(), []);
  });

  test('one run ID that a process changes makes the alert fire, with the right service', async (t) => {
    faulty.child.send('fault');
    const [{ missedAt }] = await once(faulty.child, 'message');
    let firing = [];
    while (firing.length === 0) {
      await sleep(100);
      firing = await prometheus.firing();
    }
    const took = Date.now() - missedAt;
    t.diagnostic(`the alert fired ${took} ms after the lookup`);
    assert.ok(took <= AT_MOST, `${took} ms`);
    assert.equal(firing.length, 1);
    const [{ labels, annotations }] = firing;
    assert.deepEqual(labels, {
      alertname: 'RunIdRecordMissing',
      instance: `127.0.0.1:${faulty.port}`,
      job: 'worker',
      run_id_near_reason: 'case-changed',
      severity: 'page',
    });
    assert.equal(annotations.summary, 'worker looked up a record that does not exist: case-changed');
    assert.equal(annotations.command, 'npx unified-run-id check logs/ --service worker');
  });

  test('every query of the dashboard is understood, and finds what the processes tell', async () => {
    const dashboard = JSON.parse(fs.readFileSync(path.join(ROOT, 'docs', 'observability', 'dashboard.json')));
    const values = { service: 'api|worker', instance: '.*', __rate_interval: '1m' };
    const empty = [];
    for (const query of queriesOf(dashboard, values)) {
      if ((await prometheus.query(query)).length === 0) empty.push(query);
    }
    assert.deepEqual(empty, []);
  });
});
