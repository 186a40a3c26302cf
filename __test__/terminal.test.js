'use strict';

// What the commands print is written in pieces, so that a long answer takes no more memory than a short one.

const assert = require('node:assert/strict');
const { Writable } = require('node:stream');
const { test } = require('node:test');
const { Terminal } = require('../lib/cli/terminal.js');

test('lines are written in pieces of 64 KiB', async () => {
  const lengths = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      lengths.push(text.length);
      done();
    },
  });
  const line = 'x'.repeat(99);
  let made = 0;
  function* lines() {
    for (; made < 10_000; made++) yield line;
  }
  await new Terminal(stream).print(lines());
  assert.equal(made, 10_000);
  assert.equal(
    lengths.reduce((sum, length) => sum + length),
    1_000_000,
  );
  assert.ok(
    lengths.every((length) => length < 65_536 + 100),
    `${Math.max(...lengths)}`,
  );
});
