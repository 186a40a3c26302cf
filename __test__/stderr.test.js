'use strict';

// A full stderr neither blocks nor loses a line in silence. Every child writes far more than its descriptor takes,
// and most of them before anything is read: one that waits for its reader would never get to the point at which
// reading begins.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const { describe, test } = require('node:test');
const { setTimeout: delay } = require('node:timers/promises');
const { Workspace, linesOf } = require('../tools/workspace.js');

const PREFIX = '[run-id] ';
const CAPACITY = 256 * 1024;
const isWindows = process.platform === 'win32';

/** What a child wrote: the numbers of its lines, and how many it reported as lost. */
function read(text) {
  assert.ok(text === '' || text.endsWith('\n'), 'the last line is whole');
  const numbers = [];
  let lost = 0;
  for (const line of text.split(/\r?\n/).slice(0, -1)) {
    assert.ok(line.startsWith(PREFIX), line);
    const event = JSON.parse(line.slice(PREFIX.length));
    if (event.event === 'pass') numbers.push(Number(/-n(\d+)$/.exec(event.runId)[1]));
    else if (event.event !== 'end') lost += event.lost;
  }
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((one, other) => one - other),
    'in order, and none twice',
  );
  return { numbers, lost, sum: numbers.length + lost };
}

const upTo = (count) => Array.from({ length: count }, (_, at) => at);

/** Collects what a stream gives, from now on. */
function collect(stream) {
  const collected = { text: '', end: once(stream, 'close') };
  stream.setEncoding('latin1').on('data', (chunk) => (collected.text += chunk));
  // A terminal ends by an error.
  stream.on('error', () => {});
  return collected;
}

/** A pipe between two descriptors, the writing end of which is in blocking mode. */
function makePipe(workspace) {
  const file = workspace.path(`pipe-${fs.readdirSync(workspace.folder).length}`);
  assert.equal(spawnSync('mkfifo', [file]).status, 0);
  const reader = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  return { reader, writer: fs.openSync(file, fs.constants.O_WRONLY) };
}

/** Each way to be connected: `start` gives a child and what begins to read its stderr. */
const CONNECTIONS = {
  pipe(workspace, script, options) {
    const { reader, writer } = makePipe(workspace);
    const child = workspace.start(script, { ...options, stdio: ['pipe', 'pipe', writer] });
    fs.closeSync(writer);
    return { child, startReading: () => collect(new net.Socket({ fd: reader })) };
  },
  socket(workspace, script, options) {
    const child = workspace.start(script, { ...options, stdio: 'pipe' });
    return { child, startReading: () => collect(child.stderr) };
  },
  terminal(workspace, script, options) {
    const child = workspace.start(script, {
      ...options,
      stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'pipe'],
      under: ['python3', '-c', TERMINAL],
    });
    return {
      child,
      startReading() {
        child.stdio[3].end('go');
        return collect(child.stdio[4]);
      },
    };
  },
};

/** Starts a program with a terminal as its stderr, and copies what that shows to descriptor 4, once 3 says so. */
const TERMINAL = `
import os, pty, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stderr=slave)
os.close(slave)
os.read(3, 9)
try:
    while True:
        shown = os.read(master, 65536)
        if not shown: break
        while shown: shown = shown[os.write(4, shown):]
except OSError:
    pass
sys.exit(child.wait())
`;

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Why a connection cannot be tried here; false when it can. What Node.js calls a pipe is a socket, but on Windows. */
function skipOf(connection) {
  if (connection === 'pipe' && isWindows) return 'there are no named files for pipes on Windows';
  return connection === 'terminal' && !hasPython ? 'needs python3 for a pseudo-terminal' : false;
}

/** The connection that waits longest for its reader. */
const CONNECTION = isWindows ? 'socket' : 'pipe';

const env = { DEBUG_RUN_ID: '1' };

/** Writes a line in each turn of the event loop until some are lost, says so, and goes on until stdin ends. */
async function write({ nonBlockingFrom = -1 } = {}) {
  const runIds = require('unified-run-id');
  const binding = require(require.resolve('unified-run-id').replace(/index\.js$/, 'lib/binding.js'));
  let count = 0;
  while (binding.linesLost() < 100 && count < 20_000) {
    // Node sets pipes and sockets to non-blocking mode when it makes the stream.
    if (count === nonBlockingFrom) process.stderr.write('');
    runIds.normalizeRunId(`251006-143000-n${count++}`);
    await new Promise(setImmediate);
  }
  console.log(count);
  process.stdin.resume();
  process.stdin.once('end', () => {
    runIds.normalizeRunId(`251006-143000-n${count}`);
    console.log(binding.linesLost());
  });
}

/** Lines that are more than a pipe and the buffer hold. */
const COUNT = 1600;

/** Waits until the sum is complete, while the child does nothing. */
async function complete(collected, sum) {
  for (let waited = 0; waited < 500; waited++) {
    const arrived = collected.text.split('"event":"pass"').length - 1;
    const reports = [...collected.text.matchAll(/"lost":(\d+)/g)];
    if (reports.reduce((total, [, lost]) => total + Number(lost), arrived) >= sum) return;
    await delay(20);
  }
  assert.fail('lines that wait are not written');
}

// A write that waits for its reader would never end.
const OPTIONS = { concurrency: 2, timeout: 300_000 };

describe('a full stderr neither blocks nor loses a line in silence', OPTIONS, () => {
  const modes = [
    ['blocking mode', -1],
    ['non-blocking mode', 0],
    ['non-blocking mode from some line on', 20],
  ];
  for (const connection of Object.keys(CONNECTIONS)) {
    for (const [mode, nonBlockingFrom] of modes) {
      const title = `a ${connection} in ${mode} that is read late: each line arrives or is counted`;
      test(title, { skip: skipOf(connection) }, async (t) => {
        const workspace = new Workspace(t);
        const args = [{ nonBlockingFrom }];
        const { child, startReading } = CONNECTIONS[connection](workspace, write, { args, env });
        const exit = once(child, 'exit');
        const told = linesOf(child.stdout);
        const count = Number((await told.next()).value);
        const collected = startReading();
        await complete(collected, count);
        child.stdin.end();
        const linesLost = Number((await told.next()).value);
        assert.deepEqual(await exit, [0, null]);
        await collected.end;
        const { numbers, lost, sum } = read(collected.text);
        assert.deepEqual([linesLost, lost, sum], [100, 100, count + 1]);
        assert.equal(numbers.at(-1), count, 'what is written afterwards arrives');
        // Less than what one line takes is left free.
        assert.ok(collected.text.length > CAPACITY * 0.9, `${collected.text.length} bytes arrived`);
      });
    }
  }

  test('what a timer tells of lost lines is not of the run in which they were lost', async (t) => {
    function writeInRun() {
      const { normalizeRunId } = require('unified-run-id');
      const { runWithRunId } = require('unified-run-id/context');
      const binding = require(require.resolve('unified-run-id').replace(/index\.js$/, 'lib/binding.js'));
      runWithRunId('251006-143000-Ann-Carver', () => {
        while (binding.linesLost() < 1) normalizeRunId('251006-143000-Ann-Carver');
      });
      console.log('full');
      process.stdin.resume();
    }
    const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), writeInRun, { env });
    await linesOf(child.stdout).next();
    const collected = startReading();
    while (!/"lost":[1-9]/.test(collected.text)) await delay(20);
    child.stdin.end();
    await collected.end;
    const events = collected.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line.slice(PREFIX.length)));
    const [first, report] = [events[0], events.find(({ lost }) => lost > 0)];
    assert.equal(first.within, '251006-143000-Ann-Carver');
    assert.deepEqual([report.within, report.op], [null, null]);
  });

  test('one timer waits for it, however many lines do', async (t) => {
    function fill() {
      const { mock } = require('node:test');
      const timers = mock.method(require('node:timers'), 'setTimeout');
      const { normalizeRunId } = require('unified-run-id');
      const binding = require(require.resolve('unified-run-id').replace(/index\.js$/, 'lib/binding.js'));
      while (binding.linesLost() < 100) normalizeRunId('251006-143000-Ann-Carver');
      console.log(timers.mock.callCount());
      process.stdin.resume();
    }
    const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), fill, { env });
    assert.equal((await linesOf(child.stdout).next()).value, '1');
    const collected = startReading();
    child.stdin.end();
    await collected.end;
  });

  /** Writes lines in one turn, and ends in some way. */
  function writeAndEnd({ count, ending }) {
    const fs = require('node:fs');
    const runIds = require('unified-run-id');
    const write = () => {
      for (let at = 0; at < count; at++) runIds.normalizeRunId(`251006-143000-n${at}`);
    };
    const isLate = ending === 'a listener of exit';
    if (isLate) process.on('exit', write);
    else write();
    fs.writeSync(1, 'ending\n');
    if (isLate || ending === 'process.exit') process.exit(7);
    if (ending === 'an uncaught exception') {
      process.on('exit', () => process.reallyExit(7)); // before the exception is printed
      throw new Error('crash');
    }
    process.exitCode = 7;
  }

  const ENDINGS = ['its own end', 'process.exit', 'an uncaught exception', 'a listener of exit'];

  for (const ending of ENDINGS) {
    test(`what waits at ${ending} is written when the reader wakes up`, async (t) => {
      const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), writeAndEnd, {
        args: [{ count: 800, ending }],
        env,
      });
      const exit = once(child, 'exit');
      assert.equal((await linesOf(child.stdout).next()).value, 'ending');
      // So late that it would be over without a wait.
      if (ending === 'a listener of exit') await delay(150);
      const collected = startReading();
      assert.deepEqual(await exit, [7, null]);
      await collected.end;
      assert.ok(collected.text.length > 128 * 1024, 'more than a pipe holds');
      assert.deepEqual(read(collected.text), { numbers: upTo(800), lost: 0, sum: 800 });
    });

    test(`a reader that never reads does not keep a process from ${ending}`, async (t) => {
      const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), writeAndEnd, {
        args: [{ count: COUNT, ending }],
        env,
      });
      // In the same turn: Node.js then reads what is left, and throws it away.
      const collecting = new Promise((resolve) => child.once('exit', () => resolve(startReading())));
      assert.deepEqual(await once(child, 'exit'), [7, null]);
      const collected = await collecting;
      await collected.end;
      const { numbers, lost } = read(collected.text);
      assert.ok(numbers.length > 0);
      assert.deepEqual([numbers, lost], [upTo(numbers.length), 0]);
    });
  }

  /** Lines of several threads, all but one of which are terminated while they write. */
  async function writeInThreads({ threads }) {
    const { Worker } = require('node:worker_threads');
    const { once } = require('node:events');
    const runIds = require('unified-run-id');
    const binding = require(require.resolve('unified-run-id').replace(/index\.js$/, 'lib/binding.js'));
    const counts = new Int32Array(new SharedArrayBuffer(8 * threads));
    const source = `
    const { workerData: { counts, at } } = require('node:worker_threads');
    const runIds = require('unified-run-id');
    for (let line = 0; ; line++) {
      Atomics.add(counts, 2 * at, 1);
      runIds.normalizeRunId('251006-14300' + at + '-n' + line);
      Atomics.add(counts, 2 * at + 1, 1);
    }`;
    const workers = Array.from(
      { length: threads },
      (_, at) => new Worker(source, { eval: true, workerData: { counts, at } }),
    );
    const begun = (at) => Atomics.load(counts, 2 * at);
    while (!workers.every((_, at) => begun(at) > 500)) await new Promise(setImmediate);
    for (const [at, worker] of workers.entries()) {
      runIds.normalizeRunId(`251006-143009-n${at}`);
      await worker.terminate();
    }
    console.log(JSON.stringify([...counts]));
    process.stdin.resume();
    await once(process.stdin, 'end');
    runIds.normalizeRunId(`251006-143009-n${threads}`);
    console.log(binding.linesLost());
  }

  test('worker.terminate in the middle of a line: every other thread goes on', async (t) => {
    const threads = 3;
    const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), writeInThreads, {
      args: [{ threads }],
      env,
    });
    const exit = once(child, 'exit');
    const told = linesOf(child.stdout);
    const counts = JSON.parse((await told.next()).value);
    const collected = startReading();
    // What waited is read first: the last line of the main thread is to find room.
    for (let length = -1; length !== collected.text.length; await delay(250)) length = collected.text.length;
    child.stdin.end();
    const linesLost = Number((await told.next()).value);
    assert.deepEqual(await exit, [0, null]);
    await collected.end;

    const byThread = new Map();
    let reported = 0;
    for (const line of collected.text.split('\n').slice(0, -1)) {
      const event = JSON.parse(line.slice(PREFIX.length));
      if (event.event === 'pass') {
        const [, thread, number] = /^251006-14300(\d)-n(\d+)$/.exec(event.runId);
        byThread.set(thread, [...(byThread.get(thread) ?? []), Number(number)]);
      } else if (event.event !== 'end') reported += event.lost;
    }
    let arrived = 0;
    for (const numbers of byThread.values()) {
      arrived += numbers.length;
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].sort((one, other) => one - other),
      );
    }
    assert.equal(reported, linesLost);
    assert.equal(byThread.get('9')?.at(-1), threads, 'the main thread goes on');
    const added = (first) =>
      counts.filter((_, at) => at % 2 === first).reduce((sum, count) => sum + count, threads + 1);
    const sum = arrived + reported;
    assert.ok(added(1) <= sum && sum <= added(0), `${added(1)} <= ${sum} <= ${added(0)}`);
  });

  /** The library in a worker alone, which ends, or is terminated, while its lines wait. */
  async function writeInWorkerOnly({ count, terminate }) {
    const fs = require('node:fs');
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const source = `
    const { workerData, parentPort } = require('node:worker_threads');
    const runIds = require('unified-run-id');
    for (let at = 0; at < workerData.count; at++) runIds.normalizeRunId('251006-143000-n' + at);
    parentPort.postMessage('written');
    if (workerData.terminate) setInterval(() => {}, 1000);`;
    const worker = new Worker(source, { eval: true, workerData: { count, terminate } });
    const exit = once(worker, 'exit');
    await once(worker, 'message');
    fs.writeSync(1, 'ending\n');
    if (terminate) await worker.terminate();
    await exit;
  }

  for (const terminate of [false, true]) {
    const end = terminate ? 'is terminated' : 'ends';
    test(`lines of a worker that ${end} in a process without the library`, async (t) => {
      const args = [{ count: 800, terminate }];
      const { child, startReading } = CONNECTIONS[CONNECTION](new Workspace(t), writeInWorkerOnly, {
        args,
        env,
      });
      const exit = once(child, 'exit');
      assert.equal((await linesOf(child.stdout).next()).value, 'ending');
      const collected = startReading();
      assert.deepEqual(await exit, [0, null]);
      await collected.end;
      assert.deepEqual(read(collected.text), { numbers: upTo(800), lost: 0, sum: 800 });
    });
  }

  test('processes that share a pipe do not tear each other’s lines', { skip: skipOf('pipe') }, async (t) => {
    const workspace = new Workspace(t);
    const { reader, writer } = makePipe(workspace);
    const children = Array.from({ length: 3 }, () =>
      workspace.start(write, { env, stdio: ['pipe', 'pipe', writer] }),
    );
    fs.closeSync(writer);
    const exits = children.map((child) => once(child, 'exit'));
    const told = children.map((child) => linesOf(child.stdout));
    const counts = new Map();
    for (const [at, lines] of told.entries())
      counts.set(children[at].pid, Number((await lines.next()).value));
    const collected = collect(new net.Socket({ fd: reader }));
    for (const child of children) child.stdin.end();
    for (const exit of exits) assert.deepEqual(await exit, [0, null]);
    await collected.end;
    const byProcess = new Map([...counts.keys()].map((pid) => [pid, '']));
    for (const line of collected.text.split('\n').slice(0, -1)) {
      const { pid } = JSON.parse(line.slice(PREFIX.length));
      byProcess.set(pid, `${byProcess.get(pid)}${line}\n`);
    }
    for (const [pid, text] of byProcess) {
      // The line about the end of its thread arrives, is one more that was lost, or was lost after the last report.
      const mayBeLost = !text.includes('"event":"end"');
      const { sum } = read(text);
      assert.ok(sum === counts.get(pid) + 1 || (mayBeLost && sum === counts.get(pid) + 2), String(sum));
    }
  });

  /** A rejection whose text could move a terminal's cursor, and one of a call that has a place. */
  function refuse() {
    const { normalizeRunId } = require('unified-run-id');
    try {
      normalizeRunId('\u001b[2J');
    } catch {}
  }

  for (const [what, variables, isReadable] of [
    ['for a person', {}, true],
    ['in CI', { CI: '1' }, false],
    ['in production', { NODE_ENV: 'production' }, false],
  ]) {
    test(`a rejection on a terminal ${what}`, { skip: skipOf('terminal') }, async (t) => {
      const variant = { CI: '', NODE_ENV: '', ...variables };
      const { child, startReading } = CONNECTIONS.terminal(new Workspace(t), refuse, { env: variant });
      const collected = startReading();
      child.stdin.end();
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      await collected.end;
      const lines = collected.text.trimEnd().split(/\r?\n/);
      const event = JSON.parse(lines.pop().slice(PREFIX.length));
      assert.match(event.at, /\.js:\d+:\d+$/);
      assert.deepEqual(lines, isReadable ? [event.message, `    at ${event.at}`] : []);
      assert.match(collected.text, /^[\x20-\x7e\r\n]+$/);
    });
  }

  test('a file takes each line at once', async (t) => {
    const workspace = new Workspace(t);
    const log = fs.openSync(workspace.path('log'), 'w');
    const child = workspace.start(writeAndEnd, {
      args: [{ count: COUNT, ending: ENDINGS[0] }],
      env,
      stdio: ['ignore', 'ignore', log],
    });
    fs.closeSync(log);
    assert.deepEqual(await once(child, 'exit'), [7, null]);
    const text = fs.readFileSync(workspace.path('log'), 'latin1');
    assert.deepEqual(read(text), { numbers: upTo(COUNT), lost: 0, sum: COUNT });
  });

  /** Writes to a closed descriptor, and to a file that takes its place. */
  function writeToClosed({ count, later }) {
    const fs = require('node:fs');
    const { mock } = require('node:test');
    // Before the package keeps the function.
    const timers = mock.method(require('node:timers'), 'setTimeout');
    const runIds = require('unified-run-id');
    const binding = require(require.resolve('unified-run-id').replace(/index\.js$/, 'lib/binding.js'));
    fs.closeSync(2);
    for (let at = 0; at < count; at++) runIds.normalizeRunId(`251006-143000-n${at}`);
    if (fs.openSync('log', 'w') !== 2) throw new Error('another descriptor was free');
    for (let at = 0; at < later; at++) runIds.normalizeRunId(`251006-143000-n${count + at}`);
    console.log(JSON.stringify([binding.linesLost(), timers.mock.callCount()]));
  }

  for (const later of [0, 3]) {
    const when = later > 0 ? 'behind the next line' : 'at the end';
    const title = `lines to a closed descriptor are counted, and reported ${when} where a file takes its place`;
    test(title, { skip: isWindows && 'Node.js does not close it on Windows' }, async (t) => {
      const workspace = new Workspace(t);
      const told = await workspace.ask(writeToClosed, { args: [{ count: 1000, later }], env });
      assert.deepEqual(told, [1000, 0]);
      const text = fs.readFileSync(workspace.path('log'), 'latin1');
      const numbers = [1000, 1001, 1002].slice(0, later);
      assert.deepEqual(read(text), { numbers, lost: 1000, sum: 1000 + later });
    });
  }

  test('a reader that is gone costs no turn of the event loop', { skip: skipOf('pipe') }, async (t) => {
    const workspace = new Workspace(t);
    const { reader, writer } = makePipe(workspace);
    fs.closeSync(reader);
    const child = workspace.start(write, { env, stdio: ['pipe', 'pipe', writer] });
    fs.closeSync(writer);
    const exit = once(child, 'exit');
    const told = linesOf(child.stdout);
    assert.equal((await told.next()).value, '100');
    child.stdin.end();
    assert.equal((await told.next()).value, '101');
    assert.deepEqual(await exit, [0, null]);
  });
});
