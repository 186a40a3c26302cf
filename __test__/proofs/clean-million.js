'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { checked } = require('../support/checked.js');
const { CleanLogs } = require('../support/clean-logs.js');

test('a million lines of clean logs have no finding', async (t) => {
  const logs = new CleanLogs(fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-million-')));
  t.after(() => fs.rmSync(logs.folder, { recursive: true, force: true }));
  const runs = logs.write(1_000_000);
  const verdict = await checked(logs.paths);
  assert.deepEqual(verdict.findings.slice(0, 5), []);
  assert.deepEqual([verdict.runs, verdict.skipped], [runs, 0]);
});
