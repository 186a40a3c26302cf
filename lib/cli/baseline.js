'use strict';

// Known findings, in a file that is kept with the sources. Lines of code move with each release, so a finding is
// identified by its class, service, change, file, route and code.

const fs = require('node:fs/promises');
const path = require('node:path');
const { asciiJson } = require('../events/ascii-json.js');
const { Replacement } = require('./replacement.js');
const { UsageError, quoted } = require('./usage-error.js');

/** The version of the file's format. */
const VERSION = 1;

/** Tells people and this command what the file is. */
const TITLE = 'findings that unified-run-id check takes for known';

const FIELDS = ['class', 'service', 'change', 'file', 'route', 'code'];

class Baseline {
  #keys;

  constructor(entries = []) {
    this.#keys = new Set(entries.map(keyOf));
  }

  has(group) {
    return this.#keys.has(keyOf(entryOf(group)));
  }

  /** @param {string} file */
  static async read(file) {
    let text;
    try {
      text = await fs.readFile(file, 'utf8');
    } catch (error) {
      throw new UsageError(`--baseline: ${quoted(file)} cannot be read: ${error.message}`);
    }
    return new Baseline(entriesOf(text, `--baseline: ${quoted(file)}`));
  }
}

/**
 * Writes the findings that count as known from now on.
 *
 * @param {string} file does not exist, or is an earlier baseline, which is replaced
 * @param groups
 * @returns {Promise<number>} how many entries it has
 */
async function writeBaseline(file, groups) {
  const entries = new Map();
  for (const group of groups) {
    const entry = entryOf(group);
    entries.set(keyOf(entry), entry);
  }
  const known = [...entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
  const target = await fs.realpath(file).catch(() => file);
  const text = `${asciiJson({ title: TITLE, version: VERSION, known }, 2)}\n`;
  await (await Replacement.of(target, text)).put();
  return known.length;
}

/** Checks, before logs are read, whether a baseline may be written there. */
async function requireBaselinePlace(file) {
  const option = `--write-baseline: ${quoted(file)}`;
  let text;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    const folder = path.dirname(file);
    const isNew = error.code === 'ENOENT' && (await isFolder(folder));
    if (isNew) return;
    if (error.code === 'ENOENT') throw new UsageError(`${option} is in a folder that does not exist`);
    throw new UsageError(`${option} cannot be written: ${error.message}`);
  }
  if (text !== '') entriesOf(text, option);
}

async function isFolder(folder) {
  const stats = await fs.stat(folder).catch(() => null);
  return stats?.isDirectory() ?? false;
}

function entriesOf(text, option) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${option} is not a baseline: it is not valid JSON`);
  }
  if (value?.title !== TITLE || !Array.isArray(value.known)) {
    throw new UsageError(`${option} is not a baseline: create one with --write-baseline`);
  }
  if (value.version !== VERSION) {
    throw new UsageError(
      `${option} has version ${JSON.stringify(value.version)}, but this command reads version ${VERSION}`,
    );
  }
  const at = value.known.findIndex((entry) => !isEntry(entry));
  if (at !== -1) throw new UsageError(`${option}: entry ${at + 1} of "known" is not a valid entry`);
  return value.known;
}

function isEntry(entry) {
  if (typeof entry !== 'object' || entry === null || typeof entry.class !== 'string') return false;
  return Object.entries(entry).every(
    ([name, value]) => FIELDS.includes(name) && (value === null || typeof value === 'string'),
  );
}

function entryOf({ class: name, service, changeKind, at, route, code }) {
  return { class: name, service, change: changeKind, file: fileOf(at), route, code };
}

function keyOf(entry) {
  return JSON.stringify(FIELDS.map((name) => entry[name] ?? null));
}

/** The file of a call site, written the same way on all systems. */
function fileOf(at) {
  return at === null ? null : at.replace(/(:[0-9]+){1,2}$/, '').replaceAll('\\', '/');
}

module.exports = { Baseline, requireBaselinePlace, writeBaseline };
