'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const test = require('node:test');
const { rules } = require('../../lib/eslint/plugin.js');
const { pages } = require('../support/rule-pages.js');

for (const { file, text } of pages()) {
  test(`${path.basename(file)} has the header that meta says`, () => {
    assert.equal(fs.readFileSync(file, 'utf8'), text, 'node scripts/document-rules.js writes it');
  });
}

test('each page shows what is reported and what to write', () => {
  for (const rule of Object.keys(rules)) {
    const text = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'rules', `${rule}.md`), 'utf8');
    assert.match(text, /```(?:js|ts)\n[^]*```/, rule);
  }
});

test('each rule links to its page', () => {
  for (const [rule, { meta }] of Object.entries(rules)) {
    assert.ok(fs.readFileSync(fileURLToPath(meta.docs.url), 'utf8').startsWith(`# ${rule}\n`));
  }
});

test('no page is left of a rule that is gone', () => {
  const files = fs.readdirSync(path.join(__dirname, '..', '..', 'docs', 'rules'));
  assert.deepEqual(
    files.sort(),
    Object.keys(rules)
      .map((rule) => `${rule}.md`)
      .sort(),
  );
});
