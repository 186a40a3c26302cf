#!/usr/bin/env node
'use strict';

// Checks that all files name the same version and, with a tag, whether that version may be published.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { sectionsOf } = require('../tools/changelog.js');

const USAGE = `Usage: node scripts/check-versions.js [options]

Compares the version in package.json with the lock files, Cargo.toml and CHANGELOG.md.

  --tag NAME  also requires that the tag is v<version>, that CHANGELOG.md has a date for it and no unreleased
              changes, and that package.json names the repository
  --help      this text`;

const ROOT = path.join(__dirname, '..');

/** The placeholder for the account, until the owner has set it. */
const PLACEHOLDER = 'github.com/OWNER/';

function main() {
  const { values: options } = parseArgs({
    options: { tag: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);

  const manifest = JSON.parse(read('package.json'));
  const changelog = sectionsOf(read('CHANGELOG.md'));
  const problems = [
    ...Object.entries(versions(changelog))
      .filter(([, version]) => version !== manifest.version)
      .map(([place, version]) => `${place} says ${version}, package.json ${manifest.version}`),
    ...(options.tag === undefined ? [] : unpublishable(manifest, changelog, options.tag)),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${manifest.version} everywhere`);
}

/** What each place says. */
function versions(changelog) {
  const lock = JSON.parse(read('package-lock.json'));
  return {
    'package-lock.json': lock.version,
    'package-lock.json, packages': lock.packages[''].version,
    'Cargo.toml': /^\[workspace\.package\]\nversion = "(.*)"$/m.exec(read('Cargo.toml'))?.[1],
    ...crateVersions('Cargo.lock', [
      'unified-run-id',
      'run-id-core',
      'run-id-fast',
      'run-id-logs',
      'run-id-reader',
    ]),
    ...crateVersions('fuzz/Cargo.lock', ['run-id-core', 'run-id-logs', 'run-id-reader']),
    'CHANGELOG.md': changelog.find(({ version }) => version !== 'Unreleased')?.version,
  };
}

function crateVersions(file, names) {
  const lock = read(file);
  return Object.fromEntries(
    names.map((name) => [
      `${file}, ${name}`,
      new RegExp(`^name = "${name}"\nversion = "(.*)"$`, 'm').exec(lock)?.[1],
    ]),
  );
}

function unpublishable({ version, repository }, changelog, tag) {
  const problems = [];
  if (tag !== `v${version}`)
    problems.push(`the tag is ${tag}, but the version in package.json is ${version}`);
  const unreleased = changelog.find((section) => section.version === 'Unreleased');
  if (unreleased !== undefined && unreleased.text !== '') {
    problems.push('CHANGELOG.md has changes under Unreleased');
  }
  const section = changelog.find((each) => each.version === version);
  if (section !== undefined && section.date === null)
    problems.push(`CHANGELOG.md has no date for ${version}`);
  if (repository.url.includes(PLACEHOLDER)) {
    problems.push(`package.json still has ${PLACEHOLDER} as its repository: CONTRIBUTING.md, "Releases"`);
  }
  return problems;
}

function read(name) {
  return fs.readFileSync(path.join(ROOT, name), 'utf8');
}

main();
