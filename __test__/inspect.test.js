'use strict';

// `inspect -`: a column of what may be run IDs.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { batchesOf } = require('../lib/cli/lines.js');
const { CommandLine } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;
const START = '2025-10-06T14:30:00.000Z';

function commandLine(t) {
  return new CommandLine(t, new Workspace(t).folder);
}

const inspect = (t, input, ...args) => commandLine(t).run(['inspect', '-', ...args], { input });

test('each line is a run ID or what is wrong with it, and the exit code says whether one is bad', async (t) => {
  const good = await inspect(t, `${RUN_ID}\n${BASE}\n`);
  assert.deepEqual(good, {
    code: 0,
    signal: null,
    stdout:
      `${RUN_ID}  base ${BASE}  client Ann-Carver  started ${START}\n` +
      `${BASE}  base ${BASE}  client none  started ${START}\n`,
    stderr: '2 lines.\n',
  });
  const bad = await inspect(t, `${RUN_ID}\nAnn-Carver\n\n${BASE}`);
  assert.equal(bad.code, 1);
  const [one, two, three, four] = bad.stdout.split('\n');
  assert.ok(one.startsWith(RUN_ID) && four.startsWith(BASE));
  assert.match(
    two,
    /^line 2: not a run ID: "Ann-Carver" {2}ERR_RUN_ID_FORMAT {2}It looks like a client ID alone/,
  );
  assert.match(three, /^line 3: not a run ID: "" {2}ERR_RUN_ID_FORMAT {2}It is an empty string/);
  assert.equal(bad.stderr, '4 lines, 2 without a valid run ID.\n');
});

test('--json is an object a line, the same as of one ID with the number of the line', async (t) => {
  const cli = commandLine(t);
  const ids = [RUN_ID, '251306-143000', BASE];
  const { code, stdout, stderr } = await cli.run(['inspect', '-', '--json'], { input: ids.join('\n') });
  assert.deepEqual([code, stderr], [1, '']);
  const alone = await Promise.all(ids.map((id) => cli.run(['inspect', id, '--json'])));
  const wanted = alone.map((one, at) => ({ line: at + 1, ...JSON.parse(one.stdout) }));
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    wanted,
  );
});

test('a column without a line is an error', async (t) => {
  const { code, stdout, stderr } = await inspect(t, '');
  assert.deepEqual([code, stdout, stderr], [2, '', '0 lines.\n']);
});

test('nothing in a column reaches the terminal as it is', async (t) => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\u202e\u200b\0\u009b31m';
  for (const args of [[], ['--json']]) {
    const { code, stdout } = await inspect(t, `${hostile}\n${BASE}${hostile}\n`, ...args);
    assert.equal(code, 1);
    assert.match(stdout, /^[\x20-\x7e\n]*$/);
  }
});

test('a column of a hundred thousand lines is judged line by line', async (t) => {
  const count = 100_000;
  const lines = Array.from({ length: count }, (_, at) => (at % 1000 === 999 ? `${at}` : BASE));
  const { code, stdout, stderr } = await inspect(t, `${lines.join('\r\n')}\r\n`);
  assert.equal(code, 1);
  const bad = stdout.split('\n').filter((line) => line.startsWith('line '));
  assert.deepEqual([bad.length, bad[1].split(': ')[0]], [count / 1000, 'line 2000']);
  assert.equal(stderr, `${count} lines, ${count / 1000} without a valid run ID.\n`);
});

async function linesOf(...chunks) {
  const lines = [];
  async function* stream() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  for await (const batch of batchesOf(stream())) lines.push(...batch);
  return lines;
}

test('lines are the same however they come', async () => {
  const text = `\ufeff${RUN_ID}\r\n\n\u{1f600} x\n${BASE}\n\r\nlast`;
  const wanted = [RUN_ID, '', '\u{1f600} x', BASE, '', 'last'];
  const bytes = Buffer.from(text);
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(await linesOf(bytes.subarray(0, at), bytes.subarray(at)), wanted, `${at}`);
  }
  assert.deepEqual(await linesOf(...[...bytes].map((byte) => [byte])), wanted);
  assert.deepEqual(await linesOf(`${text}\n`), wanted);
});

test('a line without an end takes no more memory than is looked at', async () => {
  const [whole, long] = ['x'.repeat(4096), 'x'.repeat(4097)];
  assert.deepEqual(await linesOf(whole, '\n', long, '\n', `${long}y`, '\n', BASE), [whole, long, long, BASE]);
  let most = 0;
  async function* endless() {
    for (let at = 0; at < 1000; at++) yield Buffer.alloc(1 << 16, 'x');
    yield Buffer.from('\nend');
  }
  const split = String.prototype.split;
  String.prototype.split = function counted(...args) {
    most = Math.max(most, this.length);
    return split.apply(this, args);
  };
  try {
    const lines = [];
    for await (const batch of batchesOf(endless())) lines.push(...batch);
    assert.deepEqual(lines, [long, 'end']);
  } finally {
    String.prototype.split = split;
  }
  assert.ok(most > 1 << 16 && most < 1 << 18, `${most}`);
});
