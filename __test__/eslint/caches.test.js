'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { Linter } = require('eslint');
const { describesRunIds } = require('../../lib/eslint/pattern.js');
const plugin = require('../../lib/eslint/plugin.js');
const { wordsOf } = require('../../lib/eslint/words.js');
const { collectGarbage } = require('../support/garbage.js');

/** The used heap. V8 keeps compiled patterns, with their texts, until it has collected several times. */
function usedHeap() {
  for (let times = 0; times < 6; times++) collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** How many regular expressions are created during a call. */
function countPatterns(call) {
  const Original = RegExp;
  let count = 0;
  globalThis.RegExp = function Counted(...args) {
    count += 1;
    return new Original(...args);
  };
  try {
    call();
  } finally {
    globalThis.RegExp = Original;
  }
  return count;
}

describe('what is kept between files', () => {
  test('is the words of 50,000 names', () => {
    const kept = wordsOf('currentRunId');
    for (let at = 0; at < 40_000; at++) wordsOf(`name${at}`);
    assert.equal(wordsOf('currentRunId'), kept);
    for (let at = 40_000; at < 50_000; at++) wordsOf(`name${at}`);
    assert.notEqual(wordsOf('currentRunId'), kept);
    assert.deepEqual(wordsOf('currentRunId'), kept);
  });

  test('is not a name of more than 100 characters, which has no words', () => {
    assert.deepEqual(wordsOf(`run-${'x'.repeat(96)}`), ['run', 'x'.repeat(96)]);
    assert.deepEqual(wordsOf(`run-${'x'.repeat(97)}`), []);
  });

  test('is the answers for 10,000 patterns of at most 300 characters', () => {
    const patternAt = (at) => `\\d{6}-\\d{${at}}`;
    const tryAll = (from, to) => {
      for (let at = from; at < to; at++) describesRunIds(patternAt(at));
    };
    assert.equal(describesRunIds(patternAt(6)), true);
    assert.equal(
      countPatterns(() => tryAll(10, 9_000)),
      8_990,
    );
    assert.equal(
      countPatterns(() => describesRunIds(patternAt(6))),
      0,
    );
    tryAll(9_000, 10_010);
    assert.equal(
      countPatterns(() => describesRunIds(patternAt(6))),
      1,
    );
    assert.equal(describesRunIds(`(?:${'x'.repeat(284)}|)\\d{6}-\\d{6}`), true);
    assert.equal(describesRunIds(`(?:${'x'.repeat(285)}|)\\d{6}-\\d{6}`), false);
  });

  for (const [what, codeAt] of [
    ['its names', (at) => `const clientRunIdNumber${at} = find(runId);`],
    ['its patterns', (at) => `const runId = text.match(/[0-9]{6}-[0-9]{6}-${at}/);`],
  ]) {
    test(`is not the text of a file, only ${what}`, () => {
      const rules = Object.keys(plugin.rules).filter((name) => name !== 'no-external-run-id');
      const config = {
        plugins: { 'run-id': plugin },
        rules: Object.fromEntries(rules.map((name) => [`run-id/${name}`, 'error'])),
      };
      const linter = new Linter();
      const lint = (from, to) => {
        for (let at = from; at < to; at++) {
          linter.verify(`${codeAt(at)}\n${`// ${'x'.repeat(1_000)}\n`.repeat(1_000)}`, config);
        }
        // A linter keeps the last file.
        linter.verify('', config);
        return usedHeap();
      };
      const before = lint(0, 5);
      const growth = lint(5, 25) - before;
      assert.ok(growth < 5_000_000, `${growth} bytes for 20 files of a million characters`);
    });
  }
});
