'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const test = require('node:test');
const { configure, generateTimestampRunId, normalizeRunId } = require('../index.js');
const { baseAt, currentSecond, secondOf } = require('./support/base-time.js');
const { NOON, NOON_BASE } = require('./support/issued.js');
const { Peer } = require('./support/peer.js');
const { rejectionOf, thrownBy } = require('./support/thrown.js');
const { Workspace, linesOf } = require('./support/workspace.js');

const UNBOUND = 2_000_000_000;
// What only these have: signals that stop, modes, links and special files, deleting what is open.
const POSIX = process.platform !== 'win32';
const LINE = /^[0-9]{6}-[0-9]{6}\n$/;
const LONG_AGO = '200102-030405\n';

configure({ logger: null });

const read = (file) => fs.readFileSync(file, 'latin1');
const modeOf = (file) => fs.lstatSync(file).mode & 0o777;

/** A sequence file that an earlier process left. */
function leave(workspace, line, name = 'acme-host') {
  return workspace.write(name, line, { mode: 0o600 });
}

/** Waits for its turn, then prints run IDs from several threads, or from the main one. */
function printRunIds({ sequenceFile, maxLeadSeconds, count, threads }) {
  const fs = require('node:fs');
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const runIds = require('unified-run-id');
  // Both the file's lock and a full pipe ask for another try.
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

/** Starts such a process; it prints when it is told to go. */
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

test('processes and their threads that share a file never issue the same base', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const env = { RUN_ID_SEQUENCE_FILE: file };
  const printers = await Promise.all([
    startPrinter(workspace, { sequenceFile: file, count: 1000 }),
    startPrinter(workspace, { sequenceFile: file, count: 300, threads: 3 }),
    startPrinter(workspace, { env, count: 1000 }),
    startPrinter(workspace, { env, count: 300, threads: 3 }),
  ]);
  for (const { go } of printers) go();
  const printed = await Promise.all(printers.map(({ lines }) => rest(lines)));
  assert.deepEqual(
    printed.map((lines) => lines.length),
    [1000, 900, 1000, 900],
  );
  for (const lines of [printed[0], printed[2]]) assert.deepEqual(lines, lines.toSorted());
  const all = printed.flat().sort();
  assert.equal(new Set(all).size, 3800);
  assert.equal(read(file), `${all.at(-1)}\n`);
  assert.equal(modeOf(file), 0o600);
});

test('a process killed in the middle of a burst, again and again, leaves the file usable', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const settings = { sequenceFile: file, count: Number.MAX_SAFE_INTEGER };
  const survivor = await Peer.start(workspace, { maxLeadSeconds: UNBOUND });
  await survivor.configure({ sequenceFile: file });
  const all = [];
  let printer = await startPrinter(workspace, settings);
  for (let round = 0; round < 10; round++) {
    const next = startPrinter(workspace, settings);
    const { child, lines, go } = printer;
    const exit = once(child, 'exit');
    go();
    for (let count = 0; count < 50 + 13 * round; count++) all.push((await lines.next()).value);
    child.kill('SIGKILL');
    all.push(...(await rest(lines)).filter((line) => line.length === 13));
    assert.deepEqual(await exit, [null, 'SIGKILL']);
    const line = read(file);
    assert.match(line, LINE);
    assert.equal(baseAt(secondOf(line) * 1000), line.trimEnd());
    const runId = await survivor.generatePatiently();
    assert.ok(runId > all.at(-1) && runId > line, `${runId} after ${all.at(-1)} and ${line}`);
    assert.equal(read(file), `${runId}\n`);
    all.push(runId);
    printer = await next;
  }
  assert.deepEqual(all, [...new Set(all)].sort());
});

test('a process goes on where the last one stopped, even when that was ahead of the clock', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const first = await Peer.start(workspace);
  assert.equal(await first.configure({ sequenceFile: file }), undefined);
  let last;
  for (let count = 0; count < 100; count++) last = await first.generate();
  assert.equal(await first.end(), 0);
  const second = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  const before = currentSecond();
  const next = secondOf(await second.generate('Ann-Carver'));
  assert.ok(next === secondOf(last) + 1 || (next >= before && next <= currentSecond()));
  assert.equal(read(file), `${baseAt(next * 1000)}\n`, 'the base alone, without its client ID');
});

test('the file is made with mode 0600 whatever the mask, and overwritten in place', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace);
  await peer.setMask(0);
  await peer.configure({ sequenceFile: file });
  assert.equal(read(file), '', 'configure uses up nothing');
  assert.equal(modeOf(file), 0o600);
  const { ino } = fs.statSync(file);
  for (let count = 0; count < 3; count++) assert.equal(`${await peer.generate()}\n`, read(file));
  assert.deepEqual([fs.statSync(file).ino, fs.statSync(file).size, modeOf(file)], [ino, 14, 0o600]);
  assert.deepEqual(
    fs.readdirSync(workspace.folder).filter((name) => name.startsWith('acme')),
    ['acme-host'],
  );
});

test('an empty file is new, and a file that others may only read is not refused', async (t) => {
  const workspace = new Workspace(t);
  for (const mode of [0o600, 0o644]) {
    const file = workspace.write(`sequence-${mode}`, '');
    fs.chmodSync(file, mode);
    const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
    assert.equal(`${await peer.generate()}\n`, read(file));
    assert.equal(modeOf(file), mode);
  }
});

test('a path may hold any characters, and is taken from the working directory of its setting', async (t) => {
  const workspace = new Workspace(t);
  const name = 'Größe 界 %41';
  fs.mkdirSync(workspace.path('elsewhere'));
  const option = await Peer.start(workspace);
  await option.configure({ sequenceFile: name });
  const variable = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: name } });
  for (const peer of [option, variable]) {
    await peer.changeDirectory('elsewhere');
    assert.equal(`${await peer.generate()}\n`, read(workspace.path(name)));
  }
  assert.deepEqual(fs.readdirSync(workspace.path('elsewhere')), []);
});

test('the variable is read at load and not again', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  await peer.setVariable('RUN_ID_SEQUENCE_FILE', workspace.path('another'));
  assert.equal(`${await peer.generate()}\n`, read(file));
  assert.equal(fs.existsSync(workspace.path('another')), false);
});

/** Files that must be refused: how each is made at a path. Each answers with the path to use. */
const REFUSED = {
  'a symbolic link'(workspace, file) {
    fs.symlinkSync(leave(workspace, LONG_AGO, 'target'), file);
  },
  'a symbolic link to nothing'(workspace, file) {
    fs.symlinkSync(workspace.path('nothing'), file);
  },
  'a named pipe'(_workspace, file) {
    execFileSync('mkfifo', ['-m', '600', file]);
  },
  'a folder'(_workspace, file) {
    fs.mkdirSync(file);
  },
  'a device': () => '/dev/null',
  async 'a socket'(_workspace, file, t) {
    const server = net.createServer().listen(file);
    t.after(() => server.close());
    await once(server, 'listening');
  },
  'a file with two names'(workspace, file) {
    fs.linkSync(leave(workspace, LONG_AGO, 'other-name'), file);
  },
  'a file that its group may write'(_workspace, file) {
    fs.writeFileSync(file, LONG_AGO);
    fs.chmodSync(file, 0o620);
  },
  'a file that anybody may write'(_workspace, file) {
    fs.writeFileSync(file, LONG_AGO);
    fs.chmodSync(file, 0o602);
  },
  'a file of another user'(_workspace, file) {
    if (process.getuid() !== 0) return '/etc/hosts';
    fs.writeFileSync(file, LONG_AGO, { mode: 0o600 });
    fs.chownSync(file, 12_345, 12_345);
  },
  'a file in a folder that is not there': (workspace) => workspace.path('no-such-folder', 'acme-host'),
  'a file below a file': (workspace) => path.join(leave(workspace, LONG_AGO, 'parent'), 'acme-host'),
  'a name that is too long': (workspace) => workspace.path('x'.repeat(300)),
  ...Object.fromEntries(
    [
      ['foreign content', 'colour = red\n'],
      ['14 foreign bytes', 'colour = red!\n'],
      ['13 bytes', '200102-030405'],
      ['15 bytes', '200102-030405\n\n'],
      ['CRLF', '200102-030405\r\n'],
      ['CR', '200102-030405\r'],
      ['a line end alone', '\n'],
      ['a run ID with a client', '200102-030405-Ann-Carver\n'],
      ['two lines', `${LONG_AGO}${LONG_AGO}`],
      ['a space before', ' 20010-030405\n'],
      ['an impossible day', '200230-030405\n'],
      ['an impossible month', '201302-030405\n'],
      ['a leap second', '200102-235960\n'],
      ['NUL', '200102-03040\0\n'],
      ['14 NULs', '\0'.repeat(14)],
      ['bytes beyond ASCII', '\xb2\xb00102-03040\xb9\n'],
      ['a byte order mark', '\ufeff200102-03\n'],
      ['a megabyte', '0'.repeat(1_000_000)],
    ].map(([name, content]) => [
      `a file that holds ${name}`,
      (_workspace, file) => fs.writeFileSync(file, content, { encoding: 'latin1', mode: 0o600 }),
    ]),
  ),
};

/** All that could change at a path. */
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

test.describe('refused by configure and at the first generation, and left as it is', {
  concurrency: 4,
}, () => {
  for (const [name, make] of Object.entries(REFUSED)) {
    test(name, async (t) => {
      const workspace = new Workspace(t);
      const file = (await make(workspace, workspace.path('acme-host'), t)) ?? workspace.path('acme-host');
      const before = stateOf(file);
      assertRefusal(
        rejectionOf(() => configure({ sequenceFile: file })),
        file,
        name,
      );
      const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
      for (let attempt = 0; attempt < 3; attempt++) {
        const { error } = await peer.generate();
        assertRefusal(error ?? {}, file, name);
      }
      assert.equal(await peer.isRunId('251006-120000'), true);
      assert.deepEqual(stateOf(file), before);
    });
  }
});

test('a bad option changes nothing: neither a setting of its call nor how run IDs are generated', (t) => {
  const workspace = new Workspace(t);
  const file = leave(workspace, 'colour = red\n');
  const logged = [];
  configure({ logger: (event) => logged.push(event), service: 'accounts' });
  t.after(() => configure({ logger: null }));
  const settings = { service: 'billing', logger: null, debug: true, maxLeadSeconds: 0, now: () => NOON };
  const last = secondOf(generateTimestampRunId());
  const before = currentSecond();
  assertRefusal(
    rejectionOf(() => configure({ ...settings, sequenceFile: file })),
    file,
  );
  for (const step of [1, 2]) {
    const next = secondOf(generateTimestampRunId());
    assert.ok(next === last + step || (next >= before && next <= currentSecond()));
  }
  normalizeRunId(NOON_BASE);
  rejectionOf(() => normalizeRunId(''));
  assert.deepEqual(
    logged.map(({ code, service }) => [code, service]),
    [
      ['ERR_RUN_ID_SEQUENCE', 'accounts'],
      ['ERR_RUN_ID_FORMAT', 'accounts'],
    ],
  );
});

test('a path that is no path is a TypeError', () => {
  for (const sequenceFile of [
    null,
    '',
    'a\0b',
    42,
    true,
    Buffer.from('sequence'),
    ['sequence'],
    new URL('file:///x'),
  ]) {
    assert.ok(thrownBy(() => configure({ sequenceFile })) instanceof TypeError);
  }
});

test('a bad variable is no bar to loading, and generation begins once the file is put right', async (t) => {
  const workspace = new Workspace(t);
  const file = leave(workspace, 'colour = red\n');
  const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  assertRefusal((await peer.generate()).error, file);
  fs.writeFileSync(file, '');
  assert.equal(`${await peer.generate()}\n`, read(file));
});

test('a file that goes bad while in use is refused until it is put right, and nothing is used up', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace);
  await peer.configure({ sequenceFile: file });
  const last = await peer.generate();
  const spoil = {
    content: () => fs.writeFileSync(file, 'colour = red\n'),
    mode: () => fs.chmodSync(file, 0o666),
    link: () => {
      fs.renameSync(file, workspace.path('target'));
      fs.symlinkSync(workspace.path('target'), file);
    },
  };
  for (const [name, spoilIt] of Object.entries(spoil)) {
    spoilIt();
    const before = stateOf(file);
    for (let attempt = 0; attempt < 3; attempt++) assertRefusal((await peer.generate()).error, file, name);
    assert.deepEqual(stateOf(file), before, name);
    fs.rmSync(file);
    leave(workspace, `${last}\n`);
  }
  const before = currentSecond();
  const next = secondOf(await peer.generate());
  assert.ok(next === secondOf(last) + 1 || (next >= before && next <= currentSecond()));
});

test('a file that is deleted and made anew while in use is the one that counts from then on', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peers = [await Peer.start(workspace), await Peer.start(workspace)];
  for (const peer of peers) await peer.configure({ sequenceFile: file });
  let last = '';
  for (let round = 0; round < 5; round++) {
    for (const peer of [...peers, ...peers]) {
      const runId = await peer.generate();
      assert.ok(runId > last, `${last} then ${runId}`);
      assert.equal(read(file), `${runId}\n`);
      assert.equal(modeOf(file), 0o600);
      last = runId;
    }
    // The one that knows the last base makes the new file.
    fs.rmSync(file);
    peers.reverse();
  }
});

test('a file that is replaced while in use is followed', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace);
  await peer.configure({ sequenceFile: file });
  await peer.generate();
  const ahead = currentSecond() + 1000;
  leave(workspace, `${baseAt(ahead * 1000)}\n`, 'new');
  fs.renameSync(workspace.path('new'), file);
  assert.equal(await peer.generate(), baseAt((ahead + 1) * 1000));
  assert.equal(read(file), `${baseAt((ahead + 1) * 1000)}\n`);
});

test('a file that is deleted in the middle of a burst harms no process', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const settings = { sequenceFile: file, count: 1000 };
  const printers = await Promise.all([startPrinter(workspace, settings), startPrinter(workspace, settings)]);
  for (const { go } of printers) go();
  const printed = await Promise.all(
    printers.map(async ({ lines }) => {
      const all = [];
      for await (const line of lines) {
        all.push(line);
        if (all.length % 50 === 0) fs.rmSync(file, { force: true });
      }
      return all;
    }),
  );
  for (const lines of printed) {
    assert.equal(lines.length, 1000);
    assert.deepEqual(lines, [...new Set(lines)].sort());
  }
});

test('a file beyond the clock and the lead is CLOCK, says how to repair it, and is left as it is', async (t) => {
  const workspace = new Workspace(t);
  for (const line of [`${baseAt(Date.now() + 7_200_000)}\n`, '991231-235959\n']) {
    const file = leave(workspace, line);
    const before = stateOf(file);
    const variable = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
    for (const error of [
      rejectionOf(() => configure({ sequenceFile: file })),
      (await variable.generate()).error,
      (await variable.generate('Ann-Carver')).error,
    ]) {
      assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLOCK', 503]);
      assert.match(error.message, /^RUN ID ERROR: [ -~]{1,480}$/);
      assert.match(error.hint, /clock.*file/is);
      assert.ok(!error.message.includes(file));
    }
    assert.deepEqual(stateOf(file), before);
    fs.writeFileSync(file, '');
    assert.equal(`${await variable.generate()}\n`, read(file), 'emptied, it is new');
  }
});

test('maxLeadSeconds of the same call decides whether a file is too far ahead', async (t) => {
  const workspace = new Workspace(t);
  const ahead = currentSecond() + 7200;
  const file = leave(workspace, `${baseAt(ahead * 1000)}\n`);
  const peer = await Peer.start(workspace);
  assert.equal((await peer.configure({ sequenceFile: file })).error.code, 'ERR_RUN_ID_CLOCK');
  assert.equal(await peer.configure({ sequenceFile: file, maxLeadSeconds: 100_000 }), undefined);
  assert.equal(await peer.generate(), baseAt((ahead + 1) * 1000));
});

test('a burst over a file ends in EXHAUSTED and leaves the last issued base in it', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace, { maxLeadSeconds: 0 });
  await peer.configure({ sequenceFile: file });
  let last;
  let answer = await peer.generate();
  while (answer.error === undefined) {
    last = answer;
    answer = await peer.generate();
  }
  assert.equal(answer.error.code, 'ERR_RUN_ID_EXHAUSTED');
  assert.ok(answer.error.retryAfterMs > 0);
  assert.equal(read(file), `${last}\n`);
});

test('a second, different file is SEQUENCE, and the first stays in use', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const another = workspace.path('another');
  const option = await Peer.start(workspace);
  await option.configure({ sequenceFile: file });
  const variable = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  for (const peer of [option, variable]) {
    const { error } = await peer.configure({ sequenceFile: another, maxLeadSeconds: 0 });
    assertRefusal(error, another);
    assert.equal(fs.existsSync(another), false);
    for (const same of [file, 'acme-host', path.join(workspace.folder, 'x', '..', 'acme-host')]) {
      assert.equal(await peer.configure({ sequenceFile: same }), undefined);
    }
    for (let count = 0; count < 3; count++) assert.equal(`${await peer.generate()}\n`, read(file));
  }
});

test('a clock of its own never touches the file', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  await peer.stopClockAt(NOON);
  assert.equal(await peer.generate(), NOON_BASE);
  assert.equal(fs.existsSync(file), false);
  await peer.stopClockAt(null);
  const last = await peer.generate();
  const before = stateOf(file);
  await peer.stopClockAt(NOON);
  assert.equal(await peer.generate(), NOON_BASE);
  await peer.stopClockAt(Date.UTC(2099, 0, 1));
  assert.equal(await peer.generate('Ann-Carver'), '990101-000000-Ann-Carver');
  assert.deepEqual(stateOf(file), before);
  await peer.stopClockAt(null);
  const next = await peer.generate();
  assert.ok(next > last && next < '990101');
  assert.equal(read(file), `${next}\n`);
});

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
