'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');

const run = promisify(execFile);

/**
 * The files whose current state Git does not have: changed, staged, new or ignored. Each is looked up where it really is:
 * a submodule is a repository of its own, and a link may lead out of this one.
 *
 * @returns null if one of them is outside a repository, or Git is missing
 */
async function uncommitted(files) {
  const byRoot = new Map();
  for (const file of files) {
    const real = await fs.realpath(file);
    const root = await rootOf(path.dirname(real));
    if (root === null) return null;
    byRoot.set(root, (byRoot.get(root) ?? new Set()).add(real));
  }
  const changed = [];
  for (const [root, real] of byRoot) {
    const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignored', '--', ...real];
    const output = await git(root, args);
    // A renamed file has a second name, without a status before it.
    for (const entry of output.split('\0'))
      if (/^.. /.test(entry)) changed.push(path.join(root, entry.slice(3)));
  }
  return changed;
}

async function rootOf(folder) {
  try {
    return (await git(folder, ['rev-parse', '--show-toplevel'])).replace(/\r?\n$/, '');
  } catch (error) {
    if (error.code === 'ENOENT' || /not a git repository/.test(error.stderr)) return null;
    throw error;
  }
}

async function git(folder, args) {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await run('git', ['-C', folder, ...args], { env, maxBuffer: 1 << 26 });
  return stdout;
}

module.exports = { uncommitted };
