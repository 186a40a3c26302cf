'use strict';

// The total of the progress bar is what will have been read when it is full.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const binding = require('../lib/binding.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';

/** What the bar was told at the end: how much there is, and how much was read. */
async function told(files, read, options) {
  const bar = require('../lib/cli/progress-bar.js');
  const [drawn, logs] = ['../lib/cli/progress-bar.js', '../lib/cli/logs.js'].map((name) =>
    require.resolve(name),
  );
  const original = require.cache[drawn].exports;
  let seen = null;
  const spy = (_stream, total, readBytes) => ({ end: () => (seen = { total, bytes: readBytes() }) });
  require.cache[drawn].exports = { ...bar, progressBar: spy };
  delete require.cache[logs];
  try {
    await require(logs).readLogs(files, read, options);
  } finally {
    require.cache[drawn].exports = original;
    delete require.cache[logs];
  }
  return seen;
}

test('a log that is read twice counts twice, plain or compressed', async (t) => {
  const workspace = new Workspace(t);
  const text = `${BASE} x\n`.repeat(1000);
  const zipped = require('node:zlib').gzipSync(text);
  const files = [workspace.write('a.log', text), workspace.write('b.log.gz', zipped)];
  const size = text.length + zipped.length;
  const flow = (paths, progress, names) => binding.flowFiles(BASE, paths, names, 1000, progress);
  assert.deepEqual(await told(files, flow, { rereads: true, passes: 2 }), {
    total: 2 * size,
    bytes: 2 * size,
  });
  const scan = (paths, progress) => binding.scanFiles(paths, { sort: 'time' }, progress);
  assert.deepEqual(await told(files, scan), { total: size, bytes: size });
});
