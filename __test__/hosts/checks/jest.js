'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const COPIES = 15;

/** What Jest itself prints of tests that pass; a line beside these is a fault. */
const REPORT =
  /^(PASS \S+( \([0-9.]+ s\))?| +✓ .*|(Test Suites|Tests|Snapshots|Time): .*|Ran all test suites.*|)$/;

/** What Jest says of a worker that takes more than half a second to end, as each does on a busy machine. */
const SLOW_END = 'A worker process has failed to exit gracefully and has been force exited.';

async function passes(project, args, files) {
  const { code, output } = await project.command('jest', args);
  assert.equal(code, 0, output);
  const beside = output.split('\n').filter((line) => !REPORT.test(line) && !line.startsWith(SLOW_END));
  assert.deepEqual(beside, [], output);
  assert.match(output, new RegExp(`^Test Suites: ${files} passed, ${files} total$`, 'm'));
}

async function check(t, project) {
  const specs = fs.readdirSync(project.folder).filter((name) => name.endsWith('.spec.js'));

  await t.test('one short file', () => passes(project, ['short.spec.js'], 1));
  for (const file of specs.filter((name) => !['short.spec.js', 'wait.spec.js'].includes(name))) {
    await t.test(`${file} alone`, () => passes(project, [file], 1));
  }

  const short = fs.readFileSync(project.path('short.spec.js'), 'utf8');
  for (let copy = 1; copy <= COPIES; copy++) project.write(`short-${copy}.spec.js`, short);
  const files = specs.length + COPIES;
  await t.test('many files in two workers', () => passes(project, ['--maxWorkers=2'], files));
  await t.test('many files in one process', () => passes(project, ['--runInBand'], files));
  await t.test('many files in worker threads', () =>
    passes(project, ['--maxWorkers=2', '--workerThreads'], files),
  );
  await t.test('nothing is left open', () => passes(project, ['--runInBand', '--detectOpenHandles'], files));
}

module.exports = ['jest29', 'jest30'].map((name) => ({ name, folders: ['jest', name], check }));
