'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const POOLS = ['forks', 'threads', 'vmForks', 'vmThreads'];

/** What Vitest itself prints of tests that pass; a line beside these is a fault. */
const REPORT = /^( +RUN .*| [✓] .*| +[✓] .*| +(Test Files|Tests|Start at|Duration) .*|)$/;

async function passes(project, args, files) {
  const { code, output } = await project.command('vitest', ['run', ...args]);
  assert.equal(code, 0, output);
  const beside = output.split('\n').filter((line) => !REPORT.test(line));
  assert.deepEqual(beside, [], output);
  assert.match(output, new RegExp(`^ +Test Files +${files} passed \\(${files}\\)$`, 'm'));
}

async function check(t, project) {
  const files = fs.readdirSync(project.folder).filter((name) => name.endsWith('.spec.mjs')).length;
  for (const pool of POOLS) {
    const args = [`--pool=${pool}`, '--maxWorkers=2'];
    await t.test(`one short file, ${pool}`, () => passes(project, [...args, 'short.spec.mjs'], 1));
    await t.test(`all files, ${pool}`, () => passes(project, args, files));
  }
  for (const pool of ['forks', 'threads']) {
    const args = [`--pool=${pool}`, '--maxWorkers=1', '--no-isolate'];
    await t.test(`all files in one worker, ${pool}`, () => passes(project, args, files));
  }
}

module.exports = [{ name: 'vitest', check }];
