'use strict';

// scanRunIds against tokens split by a pattern, and the grammar's oracle.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const test = require('node:test');
const { types } = require('node:util');
const { Worker } = require('node:worker_threads');
const fc = require('fast-check');
const { configure, isRunId, parseRunId, scanRunIds } = require('../index.js');
const { isRunIdByOracle } = require('./support/grammar-oracle.js');
const { HOSTILE_VALUES } = require('./support/hostile-values.js');
const { randomOf } = require('../tools/log-writer.js');
const { thrownBy } = require('./support/thrown.js');

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;

configure({ logger: null });

/** What ends a token, or else a whole token: a control sequence, a byte in hexadecimal, an escape. */
// eslint-disable-next-line no-control-regex
const PIECE = /\x1b\[[0-?]*[ -/]*[@-~]|%[0-9A-Fa-f]{2}|\\[nrt]|[\w-]+/g;

function findsByOracle(bytes) {
  const text = bytes.toString('latin1');
  return [...text.matchAll(PIECE)]
    .map(({ 0: piece, index }) => ({
      runId: piece.replace(/[-_]+$/, ''),
      offset: index,
      line: text.slice(0, index).split('\n').length,
    }))
    .filter(({ runId }) => isRunIdByOracle(runId));
}

const found = (bytes) => scanRunIds(bytes).map(({ runId, offset, line }) => ({ runId, offset, line }));

test('each find has its parts, its offset in bytes and its line, and is frozen', () => {
  const bytes = Buffer.from(`\u00e9\u{1f600}\r\n"${RUN_ID}"\n\n${BASE}-_,`);
  assert.deepEqual(scanRunIds(bytes), [
    { ...parseRunId(RUN_ID), offset: 9, line: 2 },
    { ...parseRunId(BASE), offset: 36, line: 4 },
  ]);
  assert.ok(scanRunIds(bytes).every(Object.isFrozen));
  for (const { runId, offset } of scanRunIds(bytes)) {
    assert.equal(bytes.toString('latin1', offset, offset + runId.length), runId);
  }
});

test('whatever bytes are scanned, the tokens that are run IDs are found, and nothing else', () => {
  const piece = fc.oneof(
    fc.constantFrom(BASE, RUN_ID, '000229-000000-A', '991231-235959-Duran-Duran', '250230-143000'),
    fc.constantFrom('-', '_', '%', '\\', '\u001b', '\u001b[', '\u001b[1;31m', 'm', 'n', 'A', '2', '5', '\n'),
    fc.constantFrom('%20', '%2D', '%5Cn', '%25', '\\n', '\\\\t', '\\u', ' ', '\0', '"', '%%', '20251006'),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.uint8Array({ maxLength: 5 }), (pieces, tail) => {
      const bytes = Buffer.concat([Buffer.from(pieces.join('')), tail]);
      assert.deepEqual(found(bytes), findsByOracle(bytes));
    }),
    { numRuns: 5_000 },
  );
});

test('a control sequence may end with any byte from @ to ~', () => {
  for (const [sequence, isOne] of [
    ['\u001b[A', true],
    ['\u001b[3~', true],
    ['\u001b[2@', true],
    ['\u001b[?25h', true],
    ['\u001b[1 q', true],
    ['\u001b[1', false],
    ['\u001bA', false],
  ]) {
    assert.equal(
      scanRunIds(Buffer.from(`x${sequence}${BASE}`)).length,
      isOne ? 1 : 0,
      JSON.stringify(sequence),
    );
  }
});

test('of 10,000 lines each planted run ID is found, and each find is a run ID', () => {
  const random = randomOf(7);
  const pick = (choices) => choices[Math.floor(random() * choices.length)];
  const digits = (count) => Array.from({ length: count }, () => pick('0123456789')).join('');
  const before = ['', ' ', 'runId=', '"', '%2F', '\\t', '\u001b[1;31m', '\0', '\u00e9', '(', '/'];
  const after = ['', ' ', '-', '_-', '.', '"}', '%20', '\\n', '\u001b[0m', '\r', '\0', ').'];
  const lines = Array.from({ length: 10_000 }, (_, at) => {
    const day = new Date(Date.UTC(2000, 0, 1) + Math.floor(random() * 36_525) * 86_400_000);
    const base = `${day.toISOString().slice(2, 10).replaceAll('-', '')}-${pick(['000000', '143000', '235959'])}`;
    const planted = base + pick(['', '-Ann-Carver', '-7', '-A_b', `-${'x'.repeat(64)}`]);
    const decoys = [digits(6), '-', digits(7), ` ${digits(8)}-${digits(6)}-001 ${base}-${base} SR-${base}`];
    return { planted, text: `${at} ${decoys.join('')} ${pick(before)}${planted}${pick(after)}\n` };
  });
  const finds = scanRunIds(Buffer.from(lines.map(({ text }) => text).join('')));
  assert.deepEqual(
    finds.map(({ runId, line }) => [line, runId]),
    lines.map(({ planted }, at) => [at + 1, planted]),
  );
  assert.ok(finds.every(({ runId }) => isRunId(runId)));
});

test('any view of bytes is scanned, and only its own part', () => {
  const text = `x ${RUN_ID} ${BASE}`;
  const { buffer, byteOffset } = Buffer.concat([Buffer.from('9'), Buffer.from(text)]);
  const part = new Uint8Array(buffer, byteOffset + 3, RUN_ID.length);
  assert.deepEqual(found(part), [{ runId: RUN_ID, offset: 0, line: 1 }]);
  const shared = new Uint8Array(new SharedArrayBuffer(text.length));
  shared.set(Buffer.from(text));
  assert.deepEqual(found(shared), found(Buffer.from(text)));
  assert.deepEqual(scanRunIds(new Uint8Array()), []);
});

test('memory that another thread may change is copied before it is scanned', (t) => {
  const scan = t.mock.method(require('../lib/binding.js'), 'scanBuffer');
  const own = Uint8Array.from(Buffer.from(RUN_ID));
  const shared = new Uint8Array(new SharedArrayBuffer(RUN_ID.length));
  shared.set(own);
  assert.deepEqual(scanRunIds(shared), scanRunIds(own));
  const [first, second] = scan.mock.calls.map(({ arguments: [bytes] }) => bytes);
  assert.ok(first.buffer instanceof ArrayBuffer);
  assert.equal(second, own);
});

test('a buffer that was handed to another thread holds nothing', () => {
  const bytes = Uint8Array.from(Buffer.from(RUN_ID));
  const worker = new Worker('', { eval: true });
  worker.postMessage(null, [bytes.buffer]);
  assert.deepEqual(scanRunIds(bytes), []);
  return worker.terminate();
});

test('what is no Uint8Array is a TypeError that begins at the line of the caller', () => {
  const others = [RUN_ID, new ArrayBuffer(8), new Uint16Array(4), new DataView(new ArrayBuffer(8)), [50, 53]];
  const hostile = HOSTILE_VALUES.map(([, value]) => value);
  for (const value of [...others, ...hostile.filter((value) => !types.isUint8Array(value))]) {
    const error = thrownBy(() => scanRunIds(value));
    assert.equal(error.constructor, TypeError);
    assert.match(error.message, /^scanRunIds: buffer must be a Buffer or Uint8Array; .*Buffer\.from/);
    assert.match(error.stack.split('\n')[1], /scan\.test\.js/);
  }
});

test('a scan publishes nothing', () => {
  const events = [];
  const names = ['pass', 'reject', 'resolve', 'generate'].map((name) => `unified-run-id:${name}`);
  const listen = (event) => events.push(event);
  for (const name of names) subscribe(name, listen);
  scanRunIds(Buffer.from(`${RUN_ID} 251306-143000`));
  for (const name of names) unsubscribe(name, listen);
  assert.deepEqual(events, []);
});
