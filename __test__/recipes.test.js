'use strict';

// What docs/ shows of bundlers and frameworks is part of a project that `npm run test:hosts` runs; the commands in it are
// run there as they are.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { snippetsOf } = require('./support/snippets.js');

const ROOT = path.join(__dirname, '..');
const PROJECTS = '__test__/hosts/projects/';

/** Lines without their indentation, which a part of a file loses in a document. */
const linesOf = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

const isPartOf = (part, whole) =>
  `\n${linesOf(whole).join('\n')}\n`.includes(`\n${linesOf(part).join('\n')}\n`);

for (const document of ['docs/bundlers.md', 'docs/frameworks.md']) {
  describe(document, () => {
    const snippets = snippetsOf(document);

    test('says of each snippet where it is run', () => {
      assert.ok(snippets.length > 4);
      for (const { source, code } of snippets) assert.ok(source !== undefined, code);
    });

    for (const { source, code } of snippets.filter((snippet) => snippet.source?.startsWith(PROJECTS))) {
      test(`${source} holds ${linesOf(code)[0]}`, () => {
        assert.ok(isPartOf(code, fs.readFileSync(path.join(ROOT, source), 'utf8')), code);
      });
    }
  });
}
