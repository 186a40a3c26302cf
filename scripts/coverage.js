#!/usr/bin/env node
'use strict';

// How much of the code the tests run, as a table in Markdown: lib/ by the JavaScript tests, the crates by those in Rust.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { SUITE_ARGUMENTS, suiteEnvironment } = require('../tools/suite.js');

const USAGE = `Usage: node scripts/coverage.js [options]

Runs the tests and prints which share of lines, branches and functions they reach. Needs Node.js 22 or later and,
for Rust, cargo-llvm-cov with the component llvm-tools.

  --only NAME  javascript or rust
  --help       this text`;

const ROOT = path.join(__dirname, '..');

const PARTS = { javascript, rust };

function main() {
  const { values: options } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  if (options.help) return console.log(USAGE);
  if (options.only !== undefined && !Object.hasOwn(PARTS, options.only)) throw new Error(USAGE);
  console.log('| code | lines | branches | functions |\n|---|---:|---:|---:|');
  for (const part of options.only === undefined ? Object.values(PARTS) : [PARTS[options.only]]) {
    const { name, ...figures } = part();
    const shown = ['lines', 'branches', 'functions'].map((key) => `${figures[key].toFixed(1)} %`);
    console.log(`| ${name} | ${shown.join(' | ')} |`);
  }
}

/** Coverage of the entries and lib/ by the suite, including processes that tests start. */
function javascript() {
  const args = [...SUITE_ARGUMENTS, '--test-reporter=spec', '--experimental-test-coverage'];
  const files = ['index.js', 'bin/*.js', 'lib/**/*.js'].map((glob) => `--test-coverage-include=${glob}`);
  const output = run(process.execPath, [...args, ...files, '--test-coverage-exclude=lib/page/**']);
  const total = /all files\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)/.exec(output);
  if (total === null) throw new Error('node --test reported no coverage');
  const [lines, branches, functions] = total.slice(1).map(Number);
  return { name: 'lib', lines, branches, functions };
}

/** Coverage of the crates except the border, which only runs in a JavaScript process. LLVM's regions serve as branches. */
function rust() {
  const packages = ['run-id-core', 'run-id-reader', 'run-id-logs'].map((name) => `--package=${name}`);
  const output = run('cargo', ['llvm-cov', '--locked', ...packages, '--json', '--summary-only']);
  const { lines, regions, functions } = JSON.parse(output.slice(output.indexOf('{"data"'))).data[0].totals;
  return {
    name: 'crates/core, crates/reader, crates/logs',
    lines: lines.percent,
    branches: regions.percent,
    functions: functions.percent,
  };
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    env: suiteEnvironment(),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
