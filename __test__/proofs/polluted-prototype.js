'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { runProgram } = require('../support/program.js');

test('a polluted Object.prototype changes no call', async () => {
  const differences = await runProgram('polluted-calls.js');
  const changed = {};
  for (const { call, polluted } of differences) {
    changed[polluted] ??= [];
    if (!changed[polluted].includes(call)) changed[polluted].push(call);
  }
  assert.deepEqual(changed, {});
});
