'use strict';

// The log files of a command line, read by the addon on other threads.

const { createReadStream } = require('node:fs');
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
  const spools = rereads ? await spoolsOf(files) : new Map();
  const spooled = () => [...spools.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const bar = progressBar(process.stderr, await sizeOf(files), () => spooled() + progress.read());
  try {
    await Promise.all([...spools].map(([file, spool]) => spool.fill(streamOf(file))));
    const paths = files.map((file) => spools.get(file)?.file ?? file);
    const answer = await read(paths, progress);
    const names = new Map([...spools].map(([name, { file }]) => [file, name]));
    return { answer, bytes: progress.read(), rename: (_key, value) => names.get(value) ?? value };
  } finally {
    bar?.end();
    for (const spool of spools.values()) spool.remove();
  }
}

/** A place for each file that gives its content only once: standard input, or a pipe such as `<(command)`. */
async function spoolsOf(files) {
  const isOnce = await Promise.all(files.map(async (file) => file === STDIN || (await isPipe(file))));
  const once = new Set(files.filter((_, at) => isOnce[at]));
  if (once.size === 0) return new Map();
  const { Spool } = require('./spool.js');
  return new Map([...once].map((file) => [file, new Spool()]));
}

/** Whether it is one that can be read. Of others the reader tells why they can't. */
async function isPipe(file) {
  try {
    const stats = await fs.stat(file);
    if (!stats.isFIFO() && !stats.isCharacterDevice()) return false;
    await fs.access(file, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function streamOf(file) {
  return file === STDIN ? process.stdin : createReadStream(file);
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

module.exports = { problemText, readLogs, tellProblems };
