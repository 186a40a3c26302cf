'use strict';

// The words for what became of a run ID: the same in the addon, its types, its documents, and zones as ICU knows them.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const binding = require('../lib/binding.js');
const { baseAt } = require('./support/base-time.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const X = baseAt(NOON);

/** Of each word a run ID that was changed so, and the right one. */
const CHANGED = [
  [`${X}-ann-carver`, `${X}-Ann-Carver`, 'case-changed'],
  [`${X}-Ann_Carver`, `${X}-Ann-Carver`, 'separator-changed'],
  [`${X}-undefined`, `${X}-Ann-Carver`, 'placeholder-client'],
  [`${X}-Ann-Ann`, `${X}-Ann`, 'suffix-twice'],
  [`${X}-Bob-Ann`, `${X}-Ann`, 'suffix-added'],
  [`${X}-Ann`, `${X}-Ann-Carver`, 'suffix-cut'],
  [X, '251006-140000', 'time-zone-shift'],
  [X, '250106-120000', 'digits-exchanged'],
  [X, '251007-120000', 'date-changed'],
  [`${X}-Ann`, `${X}-Bob`, 'suffix-of-another-client'],
  [`${X}-Ann`, X, 'suffix-missing'],
];

const read = (...names) => fs.readFileSync(path.join(__dirname, '..', ...names), 'utf8');

test('each word is told', () => {
  for (const [wrong, right, reason] of CHANGED) {
    assert.deepEqual(binding.rankNear(wrong, [right]), [{ runId: right, reason }]);
  }
});

test('the types and docs/changes.md have the words in their order', () => {
  const words = CHANGED.map(([, , word]) => word);
  const [, type] = /type NearReason =\n([^;]+);/.exec(read('lib', 'job-tracking', 'index.d.ts'));
  assert.deepEqual(type.match(/[a-z-]+/g), words);
  const rows = read('docs', 'changes.md').matchAll(
    /^\| `([a-z-]+)` +\|[^|]*…|^\| `([a-z-]+)` +\|[^|]*251006/gm,
  );
  assert.deepEqual(
    [...rows].map(([, one, other]) => one ?? other),
    words,
  );
});

test('`check` has a class for each word', () => {
  const classes = binding.findingClasses().map(({ name }) => name);
  for (const [, , word] of CHANGED) assert.ok(classes.includes(word), word);
});

test('a time-zone shift is as far as a zone is from UTC, anywhere in these years', () => {
  const distances = new Set();
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    for (const month of [0, 6]) {
      const text = format.format(Date.UTC(2025, month, 1));
      const [, hours = 0, minutes = 0] = /GMT(?:[+-](\d\d):(\d\d))?/.exec(text);
      distances.add(Number(hours) * 60 + Number(minutes));
    }
  }
  distances.delete(0);
  const isShift = (minutes) => {
    const [near] = binding.rankNear(X, [baseAt(NOON + minutes * 60_000)]);
    return near?.reason === 'time-zone-shift';
  };
  const told = Array.from({ length: 26 * 60 }, (_, at) => at + 1).filter(isShift);
  assert.deepEqual(
    told,
    [...distances].sort((a, b) => a - b),
  );
  assert.deepEqual(
    told,
    told.filter((minutes) => isShift(-minutes)),
  );
});
