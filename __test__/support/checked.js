'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { limited } = require('../../tools/time-limit.js');

const BIN = path.join(__dirname, '..', '..', 'bin', 'unified-run-id.js');

/** What `check --json` says of these files. */
async function checked(files) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = limited(spawn(process.execPath, [BIN, 'check', '--json', ...files], { stdio }));
  return JSON.parse(await text(child.stdout));
}

module.exports = { checked };
