'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

/** Runs one of the programs in this folder in an empty directory, and returns the JSON that it prints. */
async function runProgram(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unified-run-id-'));
  try {
    const program = path.join(__dirname, name);
    const options = { cwd: folder, maxBuffer: 2 ** 28 };
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program], options);
    return JSON.parse(stdout);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { runProgram };
