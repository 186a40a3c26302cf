'use strict';

// The legacy service loses runs in the ways that it is there for, and its labels can be counted on.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { rules } = require('../lib/eslint/plugin.js');
const { startService } = require('./legacy/testing/processes.js');
const { DISEASES } = require('./support/legacy-diseases.js');
const { labelledLines, sourcesOf, TREE } = require('./support/legacy-labels.js');

/** What may be labelled: the rules that look at a line by itself, without types. */
const RULES = new Set(
  Object.keys(rules).filter((name) => !['count-run-id-places', 'no-external-run-id'].includes(name)),
);

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

test('the tree is of forty files at least', () => {
  assert.ok(sourcesOf(TREE).length >= 40);
});

test('each label names rules, once each', () => {
  for (const { file, line, rules: labels } of labelledLines()) {
    assert.deepEqual(
      labels.filter((rule) => !RULES.has(rule)),
      [],
      `${file}:${line}`,
    );
    assert.equal(new Set(labels).size, labels.length, `${file}:${line}`);
  }
});
