'use strict';

// The log files of a command line, read by the addon on other threads.

const fs = require('node:fs');
const binding = require('../binding.js');
const { onFirstInterruption } = require('./interruption.js');
const { logFilesOf } = require('./log-files.js');
const { progressBar } = require('./progress-bar.js');
const { styled } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');

const STDIN = '-';

const NOT_READ = 'not read:';

/** @type {(told: any) => Promise<void>} */
const NOTHING = async () => {};

/**
 * What one of the addon's readers finds in the files of a command line: names, folders and patterns. A file that is given
 * twice is read once. If files are opened more than once, an extract is replaced by the files from which it was made.
 *
 * @param {string[]} named
 * @param read gets their paths and a Progress, their names on the command line, and how many of them were cut off
 *   earlier
 * @param {object} [options]
 * @param {boolean} [options.rereads] whether it opens a file more than once
 * @param {number} [options.passes] how often it counts the bytes of each file in the Progress
 * @param {boolean} [options.stops] whether an interruption only ends the reading, and what was read is still reported
 * @param {(told: any) => Promise<void>} [options.use] is called with the result while files can still be read again
 * @returns its result, and how many bytes were read; `rename` maps a spooled file to its name on the command line
 */
async function readLogs(named, read, { rereads = false, passes = 1, stops = false, use = NOTHING } = {}) {
  if (named.filter((file) => file === STDIN).length > 1) {
    throw new UsageError('standard input, -, can be read only once');
  }
  const { files, size, once } = lookAt(await logFilesOf(named));
  const progress = new binding.Progress();
  const spools = rereads ? spoolsOf(once) : new Map();
  const all = [...spools];
  const origins = rereads ? new (require('./origins.js').Origins)() : null;
  const spooled = () => all.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const stop = () => {
    // A spooled file is complete.
    if (all.length > 0 && !isSpooled) for (const [, spool] of all) spool.stop();
    else progress.stop();
  };
  let isSpooled = false;
  const release = stops ? onFirstInterruption(stop) : null;
  const total = size === null ? null : passes * size;
  const bar = progressBar(process.stderr, total, () => spooled() + progress.read());
  try {
    await Promise.all(all.map(([file, spool]) => spool.fill(streamOf(file))));
    isSpooled = true;
    const places = files.map((file) => spools.get(file)?.file ?? file);
    const cut = all.filter(([, { isCut }]) => isCut).length;
    const { paths, names } = (await origins?.inPlaceOf(places, files)) ?? { paths: places, names: files };
    const answer = await read(paths, progress, names, cut);
    const nameOfPath = new Map(paths.map((file, at) => [file, names[at]]));
    const told = { answer, bytes: progress.read(), rename: (_key, value) => nameOfPath.get(value) ?? value };
    bar?.end();
    await use(told);
    return told;
  } finally {
    release?.();
    bar?.end();
    for (const [, spool] of all) spool.remove();
    origins?.remove();
  }
}

/**
 * The files, each once; their bytes, if all of them have a size; and those that can be read only once, such as standard
 * input or a pipe.
 */
function lookAt(named) {
  const seen = new Set();
  const files = [];
  const once = [];
  let size = /** @type {number | null} */ (0);
  for (const file of named) {
    const stats = file === STDIN ? null : statsOf(file);
    if (stats?.isFile()) {
      const key = `${stats.dev}:${stats.ino}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (size !== null) size += Number(stats.size);
    } else if (file === STDIN || stats !== null) {
      size = null;
      if (file === STDIN || isPipe(file, stats)) once.push(file);
    }
    files.push(file);
  }
  return { files, size, once };
}

/** All at once: there may be 100,000 files. The reader reports what is wrong with one. */
function statsOf(file) {
  try {
    return fs.statSync(file, { bigint: true });
  } catch {
    return null;
  }
}

/** Whether it can be read. */
function isPipe(file, stats) {
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return false;
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A temporary file for each file that can be read only once. */
function spoolsOf(once) {
  if (once.length === 0) return new Map();
  const { Spool } = require('./spool.js');
  return new Map(once.map((file) => [file, new Spool()]));
}

function streamOf(file) {
  return file === STDIN ? process.stdin : fs.createReadStream(file);
}

/** Reports files that could not be read; returns true if there are any. */
async function tellProblems(problems, err) {
  await err.print(problems.map((problem) => [styled('red', NOT_READ), detailOf(problem)]));
  return problems.length > 0;
}

/** The same for one of them, in one line. */
function problemText(problem) {
  return NOT_READ + detailOf(problem);
}

function detailOf({ file, problem }) {
  return ` ${nameOf(file)}: ${problem}`;
}

function nameOf(file) {
  return file === STDIN ? 'standard input' : file;
}

module.exports = { STDIN, isPipe, problemText, readLogs, statsOf, tellProblems };
