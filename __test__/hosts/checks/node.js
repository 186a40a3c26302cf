'use strict';

const assert = require('node:assert/strict');

const FILES = ['short.spec.mjs', 'timers.spec.js'];

async function check(t, project) {
  for (const files of [[FILES[0]], FILES]) {
    await t.test(files.join(' and '), async () => {
      const { code, output } = await project.node(['--test', '--test-reporter=tap', ...files]);
      assert.equal(code, 0, output);
      assert.match(output, new RegExp(`^# pass ${files.length}\n# fail 0$`, 'm'));
      // What a test file prints is a comment in this format.
      assert.doesNotMatch(output, /\[run-id\]|RunId/);
    });
  }
}

module.exports = [{ name: 'node-test', check }];
