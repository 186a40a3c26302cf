'use strict';

const assert = require('node:assert/strict');

/** The tests of each file, with those within them. */
const TESTS = { 'short.spec.mjs': 1, 'testing.spec.mjs': 4, 'timers.spec.js': 1 };

const FILES = Object.keys(TESTS);

async function check(t, project) {
  for (const files of [[FILES[0]], FILES]) {
    await t.test(files.join(' and '), async () => {
      const { code, output } = await project.node(['--test', '--test-reporter=tap', ...files]);
      assert.equal(code, 0, output);
      const count = files.reduce((sum, file) => sum + TESTS[file], 0);
      assert.match(output, new RegExp(`^# pass ${count}\n# fail 0$`, 'm'));
      // What a test file prints is a comment in this format.
      assert.doesNotMatch(output, /\[run-id\]|RunId/);
    });
  }
}

module.exports = [{ name: 'node-test', check }];
