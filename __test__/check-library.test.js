'use strict';

// The lines of real processes: what `check` finds in them, and that the simulated ones are written alike.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { LogWriter } = require('../tools/log-writer.js');
const { createPGlite } = require('../tools/pglite.js');
const { verdictOf } = require('../tools/verdict.js');
const { Workspace } = require('../tools/workspace.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const MINUTE_LATER = NOON + 60_000;
const X = '251006-120000';
const Z = '251006-120001';
const Y = '251006-120100';
const X_ANN = `${X}-Ann-Carver`;

const workspace = new Workspace(test);
fs.symlinkSync(
  path.join(__dirname, '..', 'node_modules', '@electric-sql'),
  workspace.path('node_modules', '@electric-sql'),
  'junction',
);

/** Makes two jobs, of which the first has a client run; or ends them. */
async function gateway(folder, now, isEnd) {
  const { configure } = require('unified-run-id');
  const { PGlite } = require('@electric-sql/pglite');
  const { JobTracking } = require('unified-run-id/job-tracking');
  configure({ now: () => now });
  const db = await PGlite.create(folder);
  const jobs = new JobTracking({ db });
  if (isEnd) {
    await jobs.completeClientRun('251006-120000-Ann-Carver');
    await jobs.completeJob('251006-120000');
    await jobs.completeJob('251006-120001');
  } else {
    await jobs.migrate();
    const { runId } = await jobs.createJob({ jobType: 'x' });
    await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
    await jobs.createJob({ jobType: 'x' });
  }
  await db.close();
}

/** Does everything wrong that can be done with them. */
async function worker(folder, now) {
  const ids = require('unified-run-id');
  const { PGlite } = require('@electric-sql/pglite');
  const { JobTracking } = require('unified-run-id/job-tracking');
  const { runWithRunId } = require('unified-run-id/context');
  ids.configure({ now: () => now });
  const db = await PGlite.create(folder);
  const jobs = new JobTracking({ db });
  const X = '251006-120000';
  const own = `${X}-Ann-Carver`;
  const tried = async (call) => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ids.RunIdError)) throw error;
    }
  };
  await tried(() => jobs.getClientRun(own));
  await tried(() => ids.resolveRunId({ query: { runId: 'HG7ML7M8z78YcAPEB' } }));
  await tried(() => ids.resolveRunId({ query: { runId: own } }, { expectClientId: 'Acme-Corp' }));
  await tried(() => jobs.getClientRun(`${own}-Ann-Carver`));
  await tried(() => jobs.getClientRun(X, { clientId: 'Ann' }));
  await tried(() => jobs.getClientRun(own.toLowerCase()));
  await tried(() => jobs.getClientRun(X));
  await tried(() => jobs.getJob('251006-140000'));
  await tried(() => jobs.getJob('251007-120000'));
  await tried(() => jobs.getJob(ids.generateTimestampRunId()));
  await tried(() => jobs.createJob({ runId: X, jobType: 'x' }));
  await runWithRunId(own, () => {
    ids.resolveRunId({ query: { runId: own }, body: { runId: '251006-120001' } });
    return tried(() => jobs.getJob('251006-120001'));
  });
  await tried(() => ids.normalizeRunId({}));
  await tried(() => ids.normalizeRunId('251006-120500'));
  await db.close();
}

const logs = {};

test.before(async () => {
  const folder = workspace.path('database');
  await (await createPGlite(folder)).close();
  for (const [name, script, args] of [
    ['gateway', gateway, [folder, NOON]],
    ['worker', worker, [folder, MINUTE_LATER]],
    ['end', gateway, [folder, NOON, true]],
  ]) {
    const env = { DEBUG_RUN_ID: '1', RUN_ID_SERVICE: name };
    const { code, stderr } = await workspace.run(script, { args, env });
    assert.equal(code, 0, stderr);
    logs[name] = { file: workspace.write(`${name}.log`, stderr), text: stderr };
  }
});

test('finds what real processes did to their run IDs', async () => {
  const files = Object.values(logs).map(({ file }) => file);
  const { findings, consistent, runs, skipped, problems } = await verdictOf(files);
  assert.deepEqual([consistent, runs, skipped, problems], [false, 4, 0, []]);
  assert.deepEqual(
    inOrder(findings.map(({ class: name, runId, expected }) => [name, runId, expected])),
    inOrder([
      ['external-id', 'HG7ML7M8z78YcAPEB', null],
      ['suffix-of-another-client', X_ANN, null],
      ['suffix-twice', `${X_ANN}-Ann-Carver`, X_ANN],
      ['suffix-cut', `${X}-Ann`, X_ANN],
      ['case-changed', X_ANN.toLowerCase(), X_ANN],
      ['suffix-missing', X, X_ANN],
      ['time-zone-shift', '251006-140000', X],
      ['date-changed', '251007-120000', X],
      ['minted-again', Y, Z],
      ['created-twice', X, null],
      ['sources-disagree', X_ANN, null],
      ['other-run', Z, X_ANN],
      ['not-an-id', 'object', null],
      ['never-generated', '251006-120500', null],
    ]),
  );
  const lines = logs.worker.text.split('\n');
  // A script has no operation in which it had the right ID in hand; and it only read the other run.
  const likely = ['time-zone-shift', 'date-changed', 'minted-again', 'other-run', 'never-generated'];
  for (const { class: name, process, at, confidence, evidence, runId } of findings) {
    assert.match(process, /^worker@.+\/\d+\/[0-9a-f]{8}$/, runId);
    assert.match(at, /^script-\d+\.js:\d+:\d+$/, runId);
    assert.equal(confidence, likely.includes(name) ? 'likely' : 'certain', name);
    const own = evidence.filter(({ file }) => file === logs.worker.file);
    assert.ok(
      own.some(({ line }) => lines[line - 1].includes(runId)),
      `${runId} in ${JSON.stringify(evidence)}`,
    );
  }
});

function inOrder(rows) {
  return rows.map((row) => row.join(' ')).sort();
}

test('simulated event lines hold what real ones hold, in the same order', (t) => {
  const keysOf = (text) => Object.keys(JSON.parse(text.slice(text.indexOf('{'))));
  const simulated = new LogWriter(t).process('api');
  const seen = new Map();
  for (const { text } of Object.values(logs)) {
    for (const line of text.split('\n').filter((line) => line.startsWith('[run-id] {'))) {
      const { event } = JSON.parse(line.slice('[run-id] '.length));
      seen.set(event, true);
      assert.deepEqual(keysOf(line), keysOf(simulated.event(NOON, event).text), event);
    }
  }
  assert.deepEqual([...seen.keys()].sort(), [
    'configure',
    'conflict',
    'end',
    'generate',
    'pass',
    'record',
    'reject',
    'resolve',
  ]);
});
