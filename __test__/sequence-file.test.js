'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { configure } = require('../index.js');
const { baseAt, currentSecond, secondOf } = require('./support/base-time.js');
const { NOON, NOON_BASE } = require('./support/issued.js');
const { Peer } = require('./support/peer.js');
const {
  LINE,
  UNBOUND,
  assertRefusal,
  leave,
  read,
  rest,
  startPrinter,
  stateOf,
} = require('./support/sequence-file.js');
const { rejectionOf } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

// Windows has no modes to speak of, and does not let go of a file that is open.
const POSIX = process.platform !== 'win32';
const PRIVATE = POSIX ? 0o600 : 0o666;

configure({ logger: null });

const modeOf = (file) => fs.lstatSync(file).mode & 0o777;

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
  assert.equal(modeOf(file), PRIVATE);
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
  assert.equal(modeOf(file), PRIVATE);
  const { ino } = fs.statSync(file);
  for (let count = 0; count < 3; count++) assert.equal(`${await peer.generate()}\n`, read(file));
  assert.deepEqual([fs.statSync(file).ino, fs.statSync(file).size, modeOf(file)], [ino, 14, PRIVATE]);
  assert.deepEqual(
    fs.readdirSync(workspace.folder).filter((name) => name.startsWith('acme')),
    ['acme-host'],
  );
});

test('an empty file is new, and a file that others may only read is not refused', async (t) => {
  const workspace = new Workspace(t);
  for (const given of [0o600, 0o644]) {
    const file = workspace.write(`acme-${given}`, '');
    fs.chmodSync(file, given);
    const mode = modeOf(file);
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
      assert.equal(modeOf(file), PRIVATE);
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

if (POSIX) {
  test('a file that is deleted in the middle of a burst harms no process', async (t) => {
    const workspace = new Workspace(t);
    const file = workspace.path('acme-host');
    const settings = { sequenceFile: file, count: 1000 };
    const printers = await Promise.all([
      startPrinter(workspace, settings),
      startPrinter(workspace, settings),
    ]);
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
}

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
