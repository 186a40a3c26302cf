'use strict';

// scripts/suite.js, with which all other tests are run.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { Workspace } = require('../tools/workspace.js');

const SUITE = path.join(__dirname, '..', 'scripts', 'suite.js');

/** As a test runner's child, which this process is, a runner would otherwise run nothing and succeed. */
function statusOf(...args) {
  const { status, stdout } = spawnSync(process.execPath, [SUITE, ...args], { encoding: 'utf8' });
  return [status, Number(/^. pass (\d+)$/m.exec(stdout)?.[1]), Number(/^. fail (\d+)$/m.exec(stdout)?.[1])];
}

test('the suite fails if a file fails, even if others pass', (t) => {
  const workspace = new Workspace(t);
  const good = workspace.write('good.test.js', "require('node:test')('a', () => {});");
  const bad = workspace.write('bad.test.js', "require('node:test')('b', () => { throw new Error('bad'); });");
  assert.deepEqual(statusOf(good), [0, 1, 0]);
  assert.deepEqual(statusOf(good, bad), [1, 1, 1]);
});

const [MAJOR] = process.versions.node.split('.').map(Number);

/** It fails there, too, but the runner waits for its process. */
const isWaitedFor = MAJOR >= 24 && 'Node.js 24 does not end such a file';

test('a file that never ends is ended, and fails', { skip: isWaitedFor }, (t) => {
  const workspace = new Workspace(t);
  const file = workspace.write(
    'open.test.js',
    "require('node:test')('a', () => {}); setInterval(() => {}, 1000);",
  );
  assert.equal(statusOf('--test-timeout=2000', file)[0], 1);
});
