#!/usr/bin/env node
'use strict';

// Writes what repeats other sources: pages of docs/ (declarations, help, classes, schemas), and lists of the addon's names
// in a schema and a declaration.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const USAGE = `Usage: node scripts/document.js [--check]

Writes the generated pages of docs/, and the generated parts of other files.

  --check  writes nothing, and fails if a page is out of date
  --help   this text`;

const ROOT = path.join(__dirname, '..');

/**
 * Each has the name of its file and `text(old)`, which gets the current content. Pages that repeat a schema or a
 * declaration come after it.
 */
const DOCUMENTS = [
  require('./documents/classes-of-schema.js'),
  require('./documents/error-codes.js'),
  require('./documents/api.js'),
  require('./documents/classes.js'),
  require('./documents/command-line.js'),
  require('./documents/events.js'),
  require('./documents/reference.js'),
];

/** The names of files that are out of date. */
function staleDocuments() {
  return DOCUMENTS.filter(({ file, text }) => {
    const old = read(file);
    return old !== text(old);
  }).map(({ file }) => file);
}

function read(file) {
  const name = path.join(ROOT, file);
  return fs.existsSync(name) ? fs.readFileSync(name, 'utf8') : '';
}

function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(USAGE);
  if (values.check) {
    const stale = staleDocuments();
    if (stale.length > 0) throw new Error(`out of date: ${stale.join(', ')}; run node scripts/document.js`);
    return;
  }
  for (const { file, text } of DOCUMENTS) fs.writeFileSync(path.join(ROOT, file), text(read(file)));
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

module.exports = { DOCUMENTS, staleDocuments };
