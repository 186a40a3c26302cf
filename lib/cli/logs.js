'use strict';

// The log files of a command line, read by the addon on other threads.

const fs = require('node:fs/promises');
const binding = require('../binding.js');
const { progressBar } = require('./progress-bar.js');
const { styled } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');

const STDIN = '-';

const NOT_READ = 'not read:';

/**
 * What a reader of the addon finds in the files.
 *
 * @param read takes their paths and a Progress
 * @param rereads whether it opens a file more than once
 * @returns its answer, and how many bytes were read; `rename` gives a spooled file its name on the command line
 */
async function readLogs(files, read, { rereads = false } = {}) {
  if (files.filter((file) => file === STDIN).length > 1) {
    throw new UsageError('standard input, -, can be read only once');
  }
  const progress = new binding.Progress();
  const spool = rereads && files.includes(STDIN) ? makeSpool() : null;
  const bar = progressBar(process.stderr, await sizeOf(files), () => (spool?.bytes ?? 0) + progress.read());
  try {
    await spool?.fill(process.stdin);
    const paths = files.map((file) => (spool !== null && file === STDIN ? spool.file : file));
    const answer = await read(paths, progress);
    return { answer, bytes: progress.read(), rename: spool === null ? undefined : named(spool.file) };
  } finally {
    bar?.end();
    spool?.remove();
  }
}

function makeSpool() {
  const { Spool } = require('./spool.js');
  return new Spool();
}

/** The spooled file is standard input to whoever reads the result. */
function named(file) {
  return (_key, value) => (value === file ? STDIN : value);
}

/** Bytes of all files; null when that is not known. */
async function sizeOf(files) {
  if (files.includes(STDIN)) return null;
  const sizes = await Promise.all(files.map((file) => fs.stat(file).catch(() => null)));
  if (sizes.some((stats) => stats !== null && !stats.isFile())) return null;
  return sizes.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/** Tells of files that could not be read; true when there are any. */
async function tellProblems(problems, err) {
  await err.print(problems.map((problem) => [styled('red', NOT_READ), detailOf(problem)]));
  return problems.length > 0;
}

/** The same for one of them, in a line. */
function problemText(problem) {
  return NOT_READ + detailOf(problem);
}

function detailOf({ file, problem }) {
  return ` ${nameOf(file)}: ${problem}`;
}

function nameOf(file) {
  return file === STDIN ? 'standard input' : file;
}

/** A number with its noun. */
function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

module.exports = { count, problemText, readLogs, tellProblems };
