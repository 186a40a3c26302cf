#!/usr/bin/env node
'use strict';

// Prints the section of CHANGELOG.md for the version in package.json: the text of its release.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { sectionsOf } = require('../tools/changelog.js');

const USAGE = `Usage: node scripts/release-notes.js

Prints the section of CHANGELOG.md for the version in package.json, with its lines unwrapped.`;

const ROOT = path.join(__dirname, '..');

function main() {
  const { values: options } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (options.help) return console.log(USAGE);
  const { version } = JSON.parse(read('package.json'));
  const section = sectionsOf(read('CHANGELOG.md')).find((each) => each.version === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${version}`);
  console.log(unwrapped(section.text));
}

function read(name) {
  return fs.readFileSync(path.join(ROOT, name), 'utf8');
}

/** A release page shows each line break. */
function unwrapped(text) {
  return text.replace(/\n(?: {2,}(?! *-)|(?=[^\s#-]))/g, (gap, at) => (text[at - 1] === '\n' ? gap : ' '));
}

main();
