'use strict';

const assert = require('node:assert/strict');
const { RunIdError } = require('../../index.js');

/** What a call throws; a call that returns fails the test. */
function thrownBy(call) {
  let returned;
  try {
    returned = call();
  } catch (thrown) {
    return thrown;
  }
  assert.fail(`returned ${String(returned)} instead of throwing`);
}

/** The `RunIdError` a call throws; anything else fails the test. */
function rejectionOf(call) {
  const thrown = thrownBy(call);
  assert.ok(thrown instanceof RunIdError, `threw no RunIdError but ${String(thrown)}`);
  return thrown;
}

/** The code of the `RunIdError` a call throws, without its common beginning. */
function codeOf(call) {
  return rejectionOf(call).code.replace(/^ERR_RUN_ID_/, '');
}

module.exports = { codeOf, rejectionOf, thrownBy };
