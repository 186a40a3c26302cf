'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { linesOf } = require('../../tools/workspace.js');

const UNBOUND = 2_000_000_000;
const LINE = /^[0-9]{6}-[0-9]{6}\n$/;

const read = (file) => fs.readFileSync(file, 'latin1');

/** A sequence file that an earlier process left. */
function leave(workspace, line, name = 'acme-host') {
  return workspace.write(name, line, { mode: 0o600 });
}

/** Everything that could change at a path. */
function stateOf(file) {
  let found;
  try {
    found = fs.lstatSync(file);
  } catch ({ code }) {
    return code;
  }
  const { mode, uid, nlink, size, ino } = found;
  const mtimeMs = found.isCharacterDevice() ? undefined : found.mtimeMs;
  const content = found.isFile() ? fs.readFileSync(file, 'latin1') : undefined;
  const target = found.isSymbolicLink() ? stateOf(fs.readlinkSync(file)) : undefined;
  return { mode, uid, nlink, size, ino, mtimeMs, content, target };
}

function assertRefusal(error, file, name) {
  assert.deepEqual([error.code, error.statusCode, error.path], ['ERR_RUN_ID_SEQUENCE', 500, file], name);
  assert.match(error.message, /^RUN ID ERROR: [ -~]{1,480}$/);
  assert.ok(
    !error.message.includes(path.basename(file)) && !error.message.includes(path.dirname(file)),
    name,
  );
  assert.equal(error.retryAfterMs, undefined, name);
}

/** Waits for its turn, then prints run IDs from several threads, or from the main one. */
function printRunIds({ sequenceFile, maxLeadSeconds, count, threads }) {
  const fs = require('node:fs');
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const runIds = require('unified-run-id');
  // Both the file's lock and a full pipe require another try.
  const insist = (call) => {
    for (;;) {
      try {
        return call();
      } catch (error) {
        if (error.retryAfterMs === undefined && error.code !== 'EAGAIN') throw error;
      }
    }
  };
  const print = () => {
    for (let issued = 0; issued < count; issued++) {
      const line = `${insist(() => runIds.generateTimestampRunId())}\n`;
      insist(() => fs.writeSync(1, line));
    }
  };
  runIds.configure({ logger: null });
  if (!isMainThread) return print(workerData);
  runIds.configure({ sequenceFile, maxLeadSeconds });
  fs.writeSync(1, 'ready\n');
  fs.readSync(0, Buffer.alloc(1));
  if (threads === 0) return print();
  for (let thread = 0; thread < threads; thread++) new Worker(__filename);
}

/** Starts such a process; it prints on a signal from the test. */
async function startPrinter(workspace, { env, ...settings }) {
  const child = workspace.start(printRunIds, {
    env,
    args: [{ maxLeadSeconds: UNBOUND, threads: 0, ...settings }],
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = linesOf(child.stdout);
  assert.equal((await lines.next()).value, 'ready');
  return { child, lines, go: () => child.stdin.end('.') };
}

async function rest(lines) {
  const all = [];
  for await (const line of lines) all.push(line);
  return all;
}

module.exports = { LINE, UNBOUND, assertRefusal, leave, read, rest, startPrinter, stateOf };
