'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { Workspace } = require('../tools/workspace.js');

const ROOT = path.join(__dirname, '..');
const PROBE = path.join(ROOT, 'build', 'probe', 'unified-run-id.node');

/** A copy of the package whose addon is the probe variant, which has functions that panic. */
function installProbe(workspace) {
  const folder = workspace.path('node_modules', 'probe');
  for (const name of ['package.json', 'index.js', 'lib']) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  for (const platform of fs.readdirSync(path.join(ROOT, 'prebuilds'))) {
    fs.cpSync(PROBE, path.join(folder, 'prebuilds', platform, path.basename(PROBE)));
  }
}

/** Panics in both kinds of functions again and again, and tells what came of it. */
function panic() {
  const addon = require('./node_modules/probe/lib/binding.js');
  const runIds = require('probe');
  runIds.configure({ logger: null });
  const outcomes = new Set();
  const attempt = (call) => {
    try {
      return `returned ${call()}`;
    } catch (error) {
      return `threw ${Object.getPrototypeOf(error) === Error.prototype ? 'Error' : error}`;
    }
  };
  const before = runIds.generateTimestampRunId();
  for (let count = 0; count < 200; count++) {
    outcomes.add(`fast ${attempt(() => addon.panicFast())}`);
    outcomes.add(`slow ${attempt(() => addon.panicSlow())}`);
  }
  const after = runIds.generateTimestampRunId('Ann-Carver');
  let code;
  try {
    runIds.normalizeRunId('foo-bar');
  } catch (error) {
    code = error.code;
  }
  return { outcomes: [...outcomes], increases: before < after, after, code };
}

function assertSurvival({ outcomes, increases, after, code }) {
  assert.deepEqual(outcomes, ['fast returned undefined', 'slow threw Error']);
  assert.ok(increases);
  assert.match(after, /^[0-9]{6}-[0-9]{6}-Ann-Carver$/);
  assert.equal(code, 'ERR_RUN_ID_FORMAT');
}

test('a panic in the addon ends no process: it is undefined or an Error, and generation goes on', async (t) => {
  const workspace = new Workspace(t);
  installProbe(workspace);
  const script = workspace.write('panic.js', `console.log(JSON.stringify((${panic})()));`);
  assertSurvival(await workspace.ask(path.basename(script)));
});

test('a panic in a worker thread ends neither the thread nor the process', async (t) => {
  const workspace = new Workspace(t);
  installProbe(workspace);
  workspace.write('panic.js', `require('node:worker_threads').parentPort.postMessage((${panic})());`);
  const told = await workspace.ask(async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const workers = [1, 2, 3].map(() => new Worker('./panic.js'));
    const answers = await Promise.all(workers.map((worker) => once(worker, 'message')));
    console.log(JSON.stringify(answers.flat()));
  });
  assert.equal(told.length, 3);
  for (const one of told) assertSurvival(one);
});
