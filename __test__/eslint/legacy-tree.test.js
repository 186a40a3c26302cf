'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { rules } = require('../../lib/eslint/plugin.js');
const { reportsIn, sites } = require('../support/legacy-reports.js');
const { labelledLines } = require('../support/legacy-labels.js');

const LEAST = 0.95;

/** These have nothing to find in it: one needs types, one counts. */
const ELSEWHERE = ['no-external-run-id', 'count-run-id-places'];

const listed = (lines) => `\n${[...lines].sort().join('\n')}`;

describe('the labelled legacy tree', () => {
  const wanted = sites();
  const reported = reportsIn();
  const missed = [...wanted].filter((site) => !reported.has(site));
  const wrong = [...reported].filter((report) => !wanted.has(report));
  const found = wanted.size - missed.length;

  test('is large enough to measure with', () => {
    const silent = labelledLines().filter((line) => line.rules.length === 0);
    assert.ok(wanted.size >= 300, `${wanted.size} sites`);
    assert.ok(silent.length >= 300, `${silent.length} lines that may not be reported`);
  });

  test('has its sites found', () => {
    const recall = found / wanted.size;
    assert.ok(recall >= LEAST, `${found} of ${wanted.size}${listed(missed)}`);
  });

  test('has nothing else reported', () => {
    const precision = found / reported.size;
    assert.ok(precision >= LEAST, `${found} of ${reported.size}${listed(wrong)}`);
  });

  for (const rule of Object.keys(rules).filter((name) => !ELSEWHERE.includes(name))) {
    test(`has most sites of ${rule} found`, () => {
      const isOfRule = (line) => line.endsWith(` ${rule}`);
      const all = [...wanted].filter(isOfRule);
      const lost = missed.filter(isOfRule);
      assert.ok(all.length > 0 && lost.length <= all.length / 5, listed(lost));
    });
  }
});
