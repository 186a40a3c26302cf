'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');

/** A comment that says where the snippet is run, then the block. */
const SNIPPET = /^(?:<!-- ([^\n]+?) -->\n)?```\w+\n(.*?)^```$/gms;

/** The snippets of a document: `{ source, code }`, in their order. */
function snippetsOf(document) {
  const text = fs.readFileSync(path.join(ROOT, document), 'utf8');
  return [...text.matchAll(SNIPPET)].map(([, source, code]) => ({ source, code }));
}

module.exports = { snippetsOf };
