'use strict';

// The public entries of the package. The names are those that each entry exports; types.test.js compares them with the
// declarations, the only place where they are listed for tests.

const path = require('node:path');
const manifest = require('../../package.json');

const ROOT = path.join(__dirname, '..', '..');

/** Each public entry: its name in imports, its module and its declarations as paths from the root. */
const ENTRIES = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([name, target]) => ({
    name: name.replace('.', manifest.name),
    file: target.default,
    types: target.types,
  }));

function load({ file }) {
  return require(path.join(ROOT, file));
}

/** The names of what an entry exports. */
function namesIn(entry) {
  return Object.keys(load(entry));
}

module.exports = { ENTRIES, load, namesIn };
