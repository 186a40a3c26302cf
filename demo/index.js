#!/usr/bin/env node
'use strict';

// The demo: real processes, a real database, real requests, and the lines that were really logged. This process
// only watches; it does not load the library.

const { showCourse } = require('./course.js');
const { showFailures } = require('./failures.js');
const { keep, showLogs } = require('./logs.js');
const { Processes } = require('./processes.js');
const { Report, printable } = require('./report.js');
const { Store } = require('./store.js');

/** Far more than a slow machine needs; it only ensures that nothing hangs. */
const PATIENCE_MS = 60_000;

/** The time limit if even cleaning up hangs. */
const CLEANING_MS = 10_000;

// Before there is anything to clean up.
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
  process.on(signal, () => end(128 + number));
}
process.on('uncaughtException', (error) => {
  complain(error);
  end(1);
});
// Whoever reads has gone away.
process.stdout.on('error', () => end(1));

const processes = new Processes();
process.once('exit', () => processes.destroy());

async function main() {
  const report = new Report();
  const store = await Store.open(processes);
  const services = await startServices(store);
  console.log(`PostgreSQL: ${store.name}`);
  const named = Object.values(services).map(({ name, pid }) => `${name} ${pid}`);
  console.log(`Processes: ${named.join(', ')}, and a Smart Resume script for each run`);

  const { runs, made } = await showCourse(report, services, processes.log);
  const staged = await showFailures(report, services, processes.log, runs);
  const records = await store.records();
  showRecords(report, made, records);
  // Lines on their way into a log arrive before their process ends.
  await processes.stop({ but: 'database' });
  // Two of the requests that named several runs; the third named two clients of one.
  const disagreeing = [runs.ann, runs.scrape].map((runId) => ['sources-disagree', runId, null, 'api']);
  await showLogs(report, processes.log, [...staged, ...disagreeing], runs.ann);
  const found = made.filter((runId) => records.has(runId)).length;
  const lost = made.length - found;
  return report.close({ made: made.length, found, lost }, keep(processes.log.folder));
}

async function startServices({ url }) {
  const DATABASE_URL = url;
  const [webhook, provider] = await Promise.all([
    processes.start('webhook', { DATABASE_URL }),
    processes.start('provider'),
  ]);
  const addresses = { DATABASE_URL, WEBHOOK_URL: webhook.url, PROVIDER_URL: provider.url };
  const api = await processes.start('api', addresses);
  // Two hours east of UTC, summer and winter.
  const TZ = 'Africa/Johannesburg';
  const legacy = await processes.start('legacy', { ...addresses, API_URL: api.url, TZ });
  return { api, webhook, provider, legacy };
}

/** Compares what services reported as created with what exists: all of it, completed, and nothing else. */
function showRecords(report, made, records) {
  report.chapter('In the database, by plain SQL');
  report.step(
    {
      what: 'every record',
      who: 'this demo',
      outcome: `${records.size} rows`,
      reason: 'those acknowledged, completed',
    },
    [...records].sort(),
    made.map((runId) => [runId, 'Completed']).sort(),
  );
}

/** Prints why, and the errors of the processes. */
function complain(error) {
  console.error(`The demo broke off: ${printable(String(error?.message ?? error))}`);
  showNoise();
}

function showNoise() {
  for (const line of processes.log.noise.slice(0, 20)) console.error(printable(line));
}

let ending = false;

/** Leaves nothing behind, and ends with this code. */
async function end(code) {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(code || 1), CLEANING_MS).unref();
  try {
    await processes.stop({ but: 'database' });
    await Store.last?.close();
    await processes.stop();
  } finally {
    process.exit(code);
  }
}

const overdue = setTimeout(() => {
  complain(new Error('it takes too long'));
  end(1);
}, PATIENCE_MS);

main().then(
  (isGood) => {
    clearTimeout(overdue);
    if (!isGood) showNoise();
    return end(isGood ? 0 : 1);
  },
  (error) => {
    if (!ending) complain(error);
    return end(1);
  },
);
