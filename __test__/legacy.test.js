'use strict';

// The legacy service loses runs in the ways that it is there for, and its labels can be counted on.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { startService } = require('./legacy/testing/processes.js');
const { DISEASES } = require('./support/legacy-diseases.js');
const { labelledLines, sourcesOf, TREE } = require('./support/legacy-labels.js');

const RULES = new Set([
  'no-deprecated-helper',
  'no-home-made-helper',
  'no-run-id-surgery',
  'no-run-id-pattern',
  'no-home-made-run-id',
  'no-run-id-fallback',
  'prefer-resolve-run-id',
  'no-run-id-cast',
  'no-fuzzy-run-id-lookup',
  'no-run-id-truthiness',
  'no-strip-then-add',
  'no-lost-client',
  'no-observe-left',
]);

describe('today the legacy service loses a run:', () => {
  let service;
  before(async () => (service = await startService()));
  after(() => service.stop());

  for (const { name, drive } of DISEASES) {
    test(name, async () => {
      const { lost, answer } = await drive(service);
      assert.ok(lost, JSON.stringify(answer));
    });
  }
});

test('the tree is as big as a measure needs', () => {
  const lines = labelledLines();
  assert.ok(sourcesOf(TREE).length >= 40);
  assert.ok(lines.filter(({ rules }) => rules.length > 0).length >= 300);
  assert.ok(lines.filter(({ rules }) => rules.length === 0).length >= 300);
});

test('each label names rules, once each', () => {
  for (const { file, line, rules } of labelledLines()) {
    assert.deepEqual(
      rules.filter((rule) => !RULES.has(rule)),
      [],
      `${file}:${line}`,
    );
    assert.equal(new Set(rules).size, rules.length, `${file}:${line}`);
  }
});

test('each rule has lines of its own', () => {
  const used = new Set(labelledLines().flatMap(({ rules }) => rules));
  assert.deepEqual([...used].sort(), [...RULES].sort());
});
