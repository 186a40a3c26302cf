#!/usr/bin/env node
'use strict';

// Checks whether the addons in prebuilds/ may be published: small, without local paths and, for Linux, loadable on old
// distributions.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { MAX_PACKED, packedSize } = require('../tools/packed-size.js');
const { placeOf, targets } = require('../tools/platforms.js');

const USAGE = `Usage: node scripts/check-release.js [options]

Checks every addon in prebuilds/ before it is published. Needs objdump for those of Linux.

  --all   requires an addon for each published platform, and no other
  --help  this text`;

const NEWEST_GLIBC = [2, 28];

const ROOT = path.join(__dirname, '..');
const PREBUILDS = path.join(ROOT, 'prebuilds');

function main() {
  const { values: options } = parseArgs({
    options: { all: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);
  const folders = fs.existsSync(PREBUILDS) ? fs.readdirSync(PREBUILDS).sort() : [];
  if (folders.length === 0) throw new Error('prebuilds/ is empty: run npm run build:release');
  if (options.all) compareWithPublished(folders);
  for (const folder of folders) {
    const problems = problemsOf(folder, path.join(PREBUILDS, folder, 'unified-run-id.node'));
    for (const problem of problems) fail(`${folder}: ${problem}`);
  }
}

function compareWithPublished(folders) {
  const published = targets().map((target) => placeOf(target).folder);
  for (const folder of published.filter((each) => !folders.includes(each))) fail(`${folder}: is missing`);
  for (const folder of folders.filter((each) => !published.includes(each)))
    fail(`${folder}: is not published`);
}

function fail(problem) {
  console.error(problem);
  process.exitCode = 1;
}

function problemsOf(folder, file) {
  const problems = [];
  const binary = fs.readFileSync(file);
  const packed = packedSize(binary);
  console.log(`${folder}: ${packed} bytes packed`);
  if (packed > MAX_PACKED) problems.push(`${packed} bytes packed, more than the limit of ${MAX_PACKED}`);
  for (const local of [ROOT, os.homedir()]) {
    if (binary.includes(`${local}/`)) problems.push('holds a path of the machine that built it');
  }
  if (/registry[\\/]src/.test(binary.toString('latin1'))) problems.push('names the registry of a dependency');
  if (folder.endsWith('-gnu')) {
    const glibc = newestGlibc(file);
    console.log(`${folder}: needs glibc ${glibc.join('.')}`);
    if (compare(glibc, NEWEST_GLIBC) > 0) problems.push(`needs more than glibc ${NEWEST_GLIBC.join('.')}`);
  }
  return problems;
}

function newestGlibc(file) {
  const symbols = execFileSync('objdump', ['-T', file], { encoding: 'utf8' });
  const versions = [...symbols.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [+major, +minor]);
  return versions.sort(compare).at(-1) ?? [0, 0];
}

function compare([majorA, minorA], [majorB, minorB]) {
  return majorA - majorB || minorA - minorB;
}

main();
