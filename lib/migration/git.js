'use strict';

const { execFile } = require('node:child_process');
const { promisify } = require('node:util');

const run = promisify(execFile);

/**
 * The files whose current state Git does not have: changed, staged, new or ignored.
 *
 * @returns null if the folder is in no repository, or there is no Git
 */
async function uncommitted(folder, files) {
  if (files.length === 0) return [];
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignored', '--', ...files];
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 1 << 26 });
    // A renamed file has a second name, without a status before it.
    const changed = stdout.split('\0').filter((entry) => /^.. /.test(entry));
    return changed.map((entry) => entry.slice(3));
  } catch {
    return null;
  }
}

module.exports = { uncommitted };
