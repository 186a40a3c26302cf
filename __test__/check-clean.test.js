'use strict';

// Long logs in which nothing is wrong: `check` is silent, whatever is near whatever.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { baseAt } = require('./support/base-time.js');
const { checked } = require('./support/checked.js');
const { CleanLogs } = require('./support/clean-logs.js');
const { HOUR, LogWriter, SECOND, WRAPPERS, randomOf, shuffled, writeJob } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const DAY = 24 * HOUR;

async function assertSilent(written, runs, message) {
  const verdict = await written.check();
  assert.deepEqual(verdict, { consistent: true, runs, skipped: 0, findings: [], problems: [] }, message);
}

/** A job each hour for so many days: each is whole hours, days and a month away from others. */
function writeHourlyJobs(logs, days, clients) {
  const count = days * 24;
  for (let at = 0; at < count; at++) {
    const start = NOON + at * HOUR;
    const base = writeJob(logs, start, { clients });
    logs.process('worker').pino(start + 11 * SECOND, { runId: `${base}-${clients[0]}`, msg: 'scored' });
    logs.process('mailer').write(start + 21 * SECOND, `${logs.process('mailer').timeAt(start)} sent ${base}`);
  }
  return count;
}

test('an hourly job, with clients of which one is the beginning of the other', async (t) => {
  const logs = new LogWriter(t);
  const runs = writeHourlyJobs(logs, 33, ['Ann', 'Ann-Carver', 'ann-carver', 'Ann-Ann']);
  await assertSilent(logs.write(), runs, 'in order');
});

test('in any order of files, however the clocks are off', async (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = randomOf(seed);
    const logs = new LogWriter(t);
    for (const service of ['gateway', 'worker', 'mailer']) {
      const wrapper = shuffled(Object.keys(WRAPPERS), random)[0];
      logs.process(service, { skewMs: Math.round((random() * 2 - 1) * 3 * SECOND), wrapper });
    }
    const runs = writeHourlyJobs(logs, 2, ['Ann', 'Ann-Carver']);
    await assertSilent(logs.write({ shuffle: (names) => shuffled(names, random) }), runs, `seed ${seed}`);
  }
});

test('jobs that start within a minute of each other', async (t) => {
  const logs = new LogWriter(t);
  for (let at = 0; at < 500; at++) writeJob(logs, NOON + at * 7 * SECOND, { clients: ['Ann', 'Ann-Carver'] });
  await assertSilent(logs.write(), 500);
});

test('a run that is still under way, and one whose clients are worked on for hours', async (t) => {
  const logs = new LogWriter(t);
  const runs = writeHourlyJobs(logs, 1, ['Ann']);
  const long = writeJob(logs, NOON + HOUR / 2, { clients: ['Ann', 'Ann-Carver'], isCompleted: false });
  const worker = logs.process('worker');
  for (let ms = HOUR; ms < DAY; ms += HOUR / 2) worker.record(NOON + ms, 'updated', `${long}-Ann-Carver`);
  writeJob(logs, NOON + DAY - HOUR / 2, { isCompleted: false });
  await assertSilent(logs.write(), runs + 2);
});

test('logs of only some of the processes', async (t) => {
  const logs = new LogWriter(t);
  const runs = writeHourlyJobs(logs, 3, ['Ann', 'Ann-Carver']);
  const services = ['gateway', 'worker', 'mailer'];
  for (let subset = 1; subset < 2 ** services.length; subset++) {
    const names = services.filter((_, at) => (subset >> at) % 2 === 1);
    const only = ({ identity }) => names.includes(identity.service);
    await assertSilent(logs.write({ only }), runs, names.join());
  }
});

test('logs that begin in the middle of a run, and of runs that others generated', async (t) => {
  const logs = new LogWriter(t);
  const [worker, gateway] = ['worker', 'gateway'].map((name) => logs.process(name));
  const before = `${baseAt(NOON - HOUR)}-Ann`;
  worker.resolve(NOON, before);
  worker.record(NOON + SECOND, 'found', before);
  gateway.record(NOON + 2 * SECOND, 'completed', before);
  const runs = writeHourlyJobs(logs, 1, ['Ann']);
  await assertSilent(logs.write(), runs + 1);
});

test('a clash that was settled by another base, and a record that its maker makes again', async (t) => {
  const logs = new LogWriter(t);
  const base = writeJob(logs, NOON);
  const worker = logs.process('worker');
  const next = baseAt(NOON + SECOND);
  worker.generate(NOON + 25 * SECOND, base);
  worker.record(NOON + 25 * SECOND, 'clash', base);
  worker.generate(NOON + 26 * SECOND, next);
  for (const action of ['created', 'exists', 'completed']) worker.record(NOON + 27 * SECOND, action, next);
  await assertSilent(logs.write(), 2);
});

test('leads, caches and pages that are not found, beside the events of the runs that they are about', async (t) => {
  const logs = new CleanLogs(fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-clean-')));
  t.after(() => fs.rmSync(logs.folder, { recursive: true, force: true }));
  const runs = logs.write(20_000);
  const verdict = await checked(logs.paths);
  assert.deepEqual(verdict.findings.slice(0, 5), []);
  assert.deepEqual([verdict.runs, verdict.skipped], [runs, 0]);
});
