'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const test = require('node:test');
const { Peer } = require('./support/peer.js');
const { LINE, UNBOUND, read, stateOf } = require('./support/sequence-file.js');
const { Workspace } = require('../tools/workspace.js');

// Windows has no signal that stops a process.
const POSIX = process.platform !== 'win32';
const SILENT = ['ignore', 'ignore', 'ignore', 'ipc'];

/** Generates without end; it holds the lock for most of its time. */
function generateWithoutEnd(sequenceFile) {
  const runIds = require('unified-run-id');
  runIds.configure({ logger: null, maxLeadSeconds: 2_000_000_000, sequenceFile });
  runIds.generateTimestampRunId();
  process.send('going');
  for (;;) {
    try {
      runIds.generateTimestampRunId();
    } catch {
      // Busy: the others are to get their turn.
    }
  }
}

async function startHolder(workspace, file) {
  const holder = workspace.start(generateWithoutEnd, { args: [file], stdio: SILENT });
  await once(holder, 'message');
  return holder;
}

/** Generates one run ID in each of its threads whenever it is told to. */
function attemptInThreads(sequenceFile) {
  const { once } = require('node:events');
  const { Worker, isMainThread, parentPort } = require('node:worker_threads');
  const runIds = require('unified-run-id');
  runIds.configure({ logger: null });
  if (!isMainThread) {
    parentPort.on('message', () => {
      try {
        parentPort.postMessage({ runId: runIds.generateTimestampRunId() });
      } catch ({ code, retryAfterMs }) {
        parentPort.postMessage({ code, retryAfterMs });
      }
    });
    return;
  }
  runIds.configure({ sequenceFile, maxLeadSeconds: 2_000_000_000 });
  const workers = Array.from({ length: 3 }, () => new Worker(__filename));
  process.on('message', async () => {
    const answers = workers.map((worker) => once(worker, 'message'));
    for (const worker of workers) worker.postMessage('attempt');
    process.send((await Promise.all(answers)).flat());
  });
  process.send('ready');
}

/** Stops a process while it holds the lock, which shows in the answer that a witness gets. */
async function stopWhileHolding(holder, witness) {
  for (;;) {
    holder.kill('SIGSTOP');
    const { error } = await witness.generate();
    if (error !== undefined) return error;
    holder.kill('SIGCONT');
    await witness.generate();
  }
}

if (POSIX) {
  for (const [ending, signal] of [
    ['goes on', 'SIGCONT'],
    ['is killed', 'SIGKILL'],
  ]) {
    test(`a stopped holder of the lock is SEQUENCE with retryAfterMs, and all recover when it ${ending}`, async (t) => {
      const workspace = new Workspace(t);
      const file = workspace.path('acme-host');
      const peers = await Promise.all([1, 2].map(() => Peer.start(workspace, { maxLeadSeconds: UNBOUND })));
      for (const peer of peers) await peer.configure({ sequenceFile: file });
      const holder = await startHolder(workspace, file);
      const late = await Peer.start(workspace, { maxLeadSeconds: UNBOUND });
      const first = await stopWhileHolding(holder, peers[0]);
      const before = stateOf(file);
      const answers = await Promise.all([
        ...peers.map((peer) => peer.generate()),
        late.configure({ sequenceFile: file }),
      ]);
      for (const error of [first, ...answers.map(({ error }) => error)]) {
        const { code, statusCode, retryAfterMs } = error;
        assert.deepEqual([code, statusCode, error.path], ['ERR_RUN_ID_SEQUENCE', 500, file]);
        assert.ok(Number.isInteger(retryAfterMs) && retryAfterMs > 0, String(retryAfterMs));
        assert.match(error.message, /^RUN ID ERROR: [ -~]{1,480}$/);
        assert.ok(!error.message.includes(file));
      }
      assert.deepEqual(stateOf(file), before);
      holder.kill(signal);
      let last = before.content.trimEnd();
      for (const peer of peers) {
        const runId = await peer.generatePatiently();
        assert.ok(runId > last, `${last} then ${runId}`);
        last = runId;
      }
      assert.match(read(file), LINE);
    });
  }

  test('threads of a process are all refused while a stopped one holds the lock, and all recover', async (t) => {
    const workspace = new Workspace(t);
    const file = workspace.path('acme-host');
    const witness = await Peer.start(workspace, { maxLeadSeconds: UNBOUND });
    await witness.configure({ sequenceFile: file });
    const threads = workspace.start(attemptInThreads, { args: [file], stdio: SILENT });
    await once(threads, 'message');
    const attempt = async () => {
      threads.send('attempt');
      return (await once(threads, 'message'))[0];
    };
    const holder = await startHolder(workspace, file);
    await stopWhileHolding(holder, witness);
    for (const { code, retryAfterMs } of await attempt()) {
      assert.equal(code, 'ERR_RUN_ID_SEQUENCE');
      assert.ok(retryAfterMs > 0, String(retryAfterMs));
    }
    holder.kill('SIGKILL');
    let answers = await attempt();
    while (answers.some(({ retryAfterMs }) => retryAfterMs !== undefined)) answers = await attempt();
    const last = answers.map(({ runId }) => `${runId}\n`).sort();
    assert.equal(new Set(last).size, 3);
    assert.equal(read(file), last[2]);
  });
}
