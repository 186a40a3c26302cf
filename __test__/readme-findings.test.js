'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { findingClasses } = require('../lib/binding.js');

test('README.md has the finding classes in their order, with their severities and in their own words', () => {
  const readme = fs.readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');
  const [, table] = /^\| finding \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(readme);
  const rows = table.trim().split('\n');
  assert.deepEqual(
    rows,
    findingClasses().map(({ name, severity, sentence }) => `| \`${name}\` | ${severity} | ${sentence} |`),
  );
});
