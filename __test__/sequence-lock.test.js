'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const test = require('node:test');
const { Peer } = require('./support/peer.js');
const { LINE, UNBOUND, read, rest, startPrinter, stateOf } = require('./support/sequence-file.js');
const { Workspace } = require('./support/workspace.js');

// Windows has no signal that stops a process.
const POSIX = process.platform !== 'win32';

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
      const holder = workspace.start(generateWithoutEnd, {
        args: [file],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      await once(holder, 'message');
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

  test('threads of a process whose file is held by a stopped one are all refused, and recover', async (t) => {
    const workspace = new Workspace(t);
    const file = workspace.path('acme-host');
    const witness = await Peer.start(workspace, { maxLeadSeconds: UNBOUND });
    await witness.configure({ sequenceFile: file });
    const holder = workspace.start(generateWithoutEnd, {
      args: [file],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(holder, 'message');
    const { lines, go } = await startPrinter(workspace, {
      env: { RUN_ID_SEQUENCE_FILE: file },
      count: 20,
      threads: 3,
    });
    await stopWhileHolding(holder, witness);
    go();
    assert.equal((await witness.generate()).error.code, 'ERR_RUN_ID_SEQUENCE');
    holder.kill('SIGKILL');
    const printed = await rest(lines);
    assert.equal(new Set(printed).size, 60);
  });
}
