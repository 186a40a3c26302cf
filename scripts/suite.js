#!/usr/bin/env node
'use strict';

// Runs the JavaScript tests. Arguments are those of `node --test`.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { SUITE_ARGUMENTS, suiteEnvironment } = require('../tools/suite.js');

const { status, error } = spawnSync(process.execPath, [...SUITE_ARGUMENTS, ...process.argv.slice(2)], {
  cwd: path.join(__dirname, '..'),
  env: suiteEnvironment(),
  stdio: 'inherit',
});
if (error) throw error;
// A run that was killed has no status.
process.exitCode = status ?? 1;
