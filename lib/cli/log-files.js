'use strict';

// The log files that a command line refers to: those that it names, those in its folders, and those that match its
// patterns, if no shell has expanded them.

const fs = require('node:fs/promises');
const path = require('node:path');

const STDIN = '-';

/**
 * Names that logs may have: the extensions of logs and of compressed files, rotated ones such as `app.log.1` and
 * `app.log-20251006`, and names without an extension, such as `syslog`. Formats that can't be read are included, so that
 * they are reported.
 */
const LOG = /^[^.]+$|\.(log|out|err|txt|json|jsonl|ndjson|csv|gz|zst|xz|bz2|lz4|zip|[0-9_-]+)$|\.log[._-]/i;

/** Never searched: dependencies contain many files and no logs. */
const DEPENDENCIES = 'node_modules';

const WILD = /[*?]/;

/** On Windows, `*.LOG` matches `app.log`, and `logs/app.log` is `logs\\app.log`. */
const IS_WINDOWS = process.platform === 'win32';

/**
 * The files, in the order of the command line; those of a folder by name. A folder that cannot be read is included, so
 * that the reader reports why.
 *
 * @param {string[]} operands
 * @returns {Promise<string[]>}
 */
async function logFilesOf(operands) {
  const files = [];
  const seen = new Set();
  const add = (file) => {
    // Naming standard input twice is a separate error.
    // On other systems, `link/../app.log` is a different file from `app.log`.
    const name = IS_WINDOWS ? path.normalize(file) : file;
    if (seen.has(name) && file !== STDIN) return;
    seen.add(name);
    files.push(file);
  };
  for (const operand of operands) {
    for (const file of (await matchesOf(operand)) ?? [operand]) {
      if (!(await isFolder(file))) add(file);
      else for await (const log of logsIn(file)) add(log);
    }
  }
  return files;
}

async function isFolder(file) {
  if (file === STDIN) return false;
  try {
    return (await fs.stat(file)).isDirectory();
  } catch {
    return false;
  }
}

/** The logs below a folder, by name. Links to folders are not followed: they may form a cycle. */
async function* logsIn(folder) {
  let entries;
  try {
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch {
    yield folder;
    return;
  }
  for (const entry of entries.sort(byName)) {
    const { name } = entry;
    const file = path.join(folder, name);
    if (name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (name !== DEPENDENCIES) yield* logsIn(file);
    } else if (LOG.test(name) && (await isFile(entry, file))) {
      yield file;
    }
  }
}

function byName({ name: one }, { name: other }) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Whether it is a file or a link to one; reading a pipe in a folder would wait for its writer. */
async function isFile(entry, file) {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The files that match a pattern; null if it is not a pattern, is the name of a file, or matches nothing. */
async function matchesOf(operand) {
  if (operand === STDIN || !WILD.test(operand) || (await exists(operand))) return null;
  const segments = operand.split(path.sep === '\\' ? /[\\/]/ : '/');
  const first = segments.findIndex((segment) => WILD.test(segment));
  const root = segments.slice(0, first).join(path.sep);
  const matches = [];
  // `/*.log` begins at the root of the file system.
  const start = first > 0 && root === '' ? path.sep : root;
  for await (const match of matching(start, segments.slice(first))) matches.push(match);
  return matches.length === 0 ? null : [...new Set(matches)];
}

async function exists(file) {
  try {
    await fs.lstat(file);
    return true;
  } catch {
    return false;
  }
}

/**
 * The paths below a folder that the segments of a pattern match, by name.
 *
 * @param {string} folder
 * @param {string[]} segments
 */
async function* matching(folder, segments) {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    yield folder;
    return;
  }
  const at = (name) => (folder === '' ? name : path.join(folder, name));
  if (!WILD.test(segment)) {
    if (await exists(at(segment))) yield* matching(at(segment), rest);
    return;
  }
  if (segment === '**') yield* matching(folder, rest.length === 0 ? ['*'] : rest);
  for (const entry of await entriesOf(folder === '' ? '.' : folder)) {
    const { name } = entry;
    if (segment === '**') {
      if (entry.isDirectory() && !name.startsWith('.')) yield* matching(at(name), [segment, ...rest]);
    } else if (isMatch(name, segment) && (rest.length === 0 || !entry.isFile())) {
      yield* matching(at(name), rest);
    }
  }
}

async function entriesOf(folder) {
  try {
    return (await fs.readdir(folder, { withFileTypes: true })).sort(byName);
  } catch {
    return [];
  }
}

/** Whether a name matches `*` and `?`, as in a shell: a leading dot matches only if the pattern has one. */
function isMatch(name, pattern, isCaseless = IS_WINDOWS) {
  if (isCaseless) return isMatch(name.toLowerCase(), pattern.toLowerCase(), false);
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  // After a mismatch, the last `*` takes one character more; earlier ones need not be tried again.
  let [at, to, star, taken] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[to] === '*') {
      star = to;
      taken = at;
      to += 1;
    } else if (to < pattern.length && (pattern[to] === '?' || pattern[to] === name[at])) {
      at += 1;
      to += 1;
    } else if (star !== -1) {
      taken += 1;
      at = taken;
      to = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[to] === '*') to += 1;
  return to === pattern.length;
}

module.exports = { isMatch, logFilesOf };
