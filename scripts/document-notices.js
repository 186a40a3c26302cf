#!/usr/bin/env node
'use strict';

// Writes NOTICES.txt: the licences of the crates that are linked into the addons, which must be passed on with them.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { targets } = require('../tools/platforms.js');

const USAGE = `Usage: node scripts/document-notices.js [--check]

Writes NOTICES.txt from Cargo.lock and the sources of the crates in it.

  --check  writes nothing, and fails if the file is out of date
  --help   this text`;

const ROOT = path.join(__dirname, '..');
const FILE = path.join(ROOT, 'NOTICES.txt');

/** Which licence is chosen if a crate offers several: the first of these. */
const TAKEN = ['MIT', 'ISC', 'Zlib', '0BSD'];

/** The terms of a licence, by their first and last words, because its file may contain more. */
const TERMS = { MIT: /Permission is hereby granted, free of charge[^]*?DEALINGS IN\s+THE\s+SOFTWARE/i };

/** The standard library, which the compiler links into every addon, and which is in no lock file. */
const STANDARD_LIBRARY = {
  name: 'The Rust standard library',
  licence: 'MIT',
  copyright: ['Copyright (c) The Rust Project Contributors'],
  terms: null,
};

const HEAD = `Notices

The addons in prebuilds/ have the following software linked into them. Of a crate that may be had under several licences,
one has been taken. Written by scripts/document-notices.js.
`;

function main() {
  const { values: options } = parseArgs({
    options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);
  const notices = noticesOf([STANDARD_LIBRARY, ...linkedCrates().map(describe)]);
  if (!options.check) return fs.writeFileSync(FILE, notices);
  if (!fs.existsSync(FILE) || fs.readFileSync(FILE, 'utf8') !== notices) {
    console.error('NOTICES.txt is out of date: run node scripts/document-notices.js');
    process.exitCode = 1;
  }
}

/** The third-party crates in the addon of any platform, by name and version. */
function linkedCrates() {
  const crates = new Map();
  for (const target of targets()) {
    for (const crate of linkedOn(target)) crates.set(crate.id, crate);
  }
  const shown = ({ name, version }) => `${name} ${version}`;
  return [...crates.values()].sort((a, b) => (shown(a) < shown(b) ? -1 : 1));
}

function linkedOn(target) {
  const { packages, resolve } = metadata(target);
  const crates = new Map(packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id) || isMacro(crates.get(id))) return;
    seen.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (kinds.some(({ kind }) => kind === null)) visit(pkg);
    }
  };
  visit(resolve.root);
  return [...seen].map((id) => crates.get(id)).filter(({ source }) => source !== null);
}

/** Macros run in the compiler; neither they nor what they depend on is linked. */
function isMacro({ targets }) {
  return targets.some(({ kind }) => kind.includes('proc-macro'));
}

function metadata(target) {
  const args = ['metadata', '--format-version=1', '--locked', `--filter-platform=${target}`];
  const { status, stdout, error } = spawnSync('cargo', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error || status !== 0) throw new Error('cargo metadata failed', { cause: error });
  return JSON.parse(stdout);
}

/** @returns {{ name: string, licence: string, copyright: string[], terms: string | null }} */
function describe({ name, version, license, authors, manifest_path: manifest }) {
  const licence = TAKEN.find((each) => license.split(' OR ').includes(each));
  const shown = `${name} ${version}`;
  if (licence === undefined)
    throw new Error(`${shown} has the licence ${license}, which is not one of ${TAKEN.join(', ')}`);
  const file = licenceFile(path.dirname(manifest), licence, license);
  if (file === null) {
    const holders = authors.map((author) => author.replace(/ <.*>$/, ''));
    const told = holders.length > 0 ? `Its authors are ${holders.join(', ')}.` : 'It names no authors.';
    return { name: shown, licence, copyright: [`The crate has no licence file. ${told}`], terms: null };
  }
  return { name: shown, licence, ...partsOf(fs.readFileSync(file, 'utf8'), licence) };
}

/** The file of a licence: the one with its name, or that of a crate with no other licence. */
function licenceFile(folder, licence, offered) {
  const files = fs.readdirSync(folder).filter((name) => /^licen[cs]e([.-]|$)/i.test(name));
  const named = files.find((name) => name.toUpperCase().split(/[.-]/).includes(licence.toUpperCase()));
  // If a crate offers several licences, a plain LICENSE may be any of them, so its text has to say which.
  const plain = files.find(
    (name) =>
      /^licen[cs]e(\.(md|txt))?$/i.test(name) &&
      (offered === licence || isOf(licence, path.join(folder, name))),
  );
  const found = named ?? plain;
  return found === undefined ? null : path.join(folder, found);
}

function isOf(licence, file) {
  return TERMS[licence]?.test(fs.readFileSync(file, 'utf8')) ?? false;
}

/** Who holds the copyright, and the terms without line breaks and title, by which equal ones are found. */
function partsOf(text, licence) {
  // A file may contain another licence after this one.
  const { 0: found, index } = TERMS[licence]?.exec(text) ?? { 0: text, index: 0 };
  const before = linesOf(text.slice(0, index));
  const terms = linesOf(found);
  const isTitle = (line) => /^(#+ )?(the )?(isc|zlib)( license)?:?$/i.test(line);
  return {
    copyright: [...before, ...terms].filter(isHolder),
    terms: terms
      .filter((line) => !isHolder(line) && !isTitle(line))
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
  };
}

function linesOf(text) {
  return text.split(/\r?\n/).map((line) => line.trim());
}

function isHolder(line) {
  return /^(copyright|\(c\)) .*(\d{4}|corporation|\(c\))/i.test(line);
}

function noticesOf(notices) {
  const groups = new Map();
  for (const notice of notices) {
    const terms = notice.terms ?? ownTerms();
    const key = `${notice.licence}\n${terms}`;
    if (!groups.has(key)) groups.set(key, { licence: notice.licence, terms, members: [] });
    groups.get(key).members.push(notice);
  }
  const shown = [...groups.values()].map(
    ({ licence, terms, members }) =>
      `${'-'.repeat(80)}\n${members.map(shownMember).join('\n')}\n\n${licence}\n\n${wrapped(terms)}\n`,
  );
  return [HEAD, ...shown].join('\n');
}

/** The MIT licence's terms, from this package's own file. */
function ownTerms() {
  return partsOf(fs.readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'), 'MIT').terms;
}

function shownMember({ name, copyright }) {
  return [name, ...copyright.map((line) => `  ${line}`)].join('\n');
}

function wrapped(text) {
  return text.replace(/(.{1,80})(?: |$)/g, '$1\n').trimEnd();
}

main();
