'use strict';

const assert = require('node:assert');
const { detectRunIdFormat } = require('../services/unifiedRunIdService.js');

function assertGiven(runId, where) {
  assert(runId, `${where}: no run ID`); // @run-id no-run-id-truthiness
  assert.ok(detectRunIdFormat(runId), `${where}: ${runId} is no run ID`); // @run-id no-deprecated-helper
  return runId;
}

function assertSameRun(a, b) {
  assert.strictEqual(a.runId, b.runId, `${a.runId} and ${b.runId}`); // @run-id none
}

function assertClient(clientId) {
  assert(clientId, 'no client'); // @run-id none
}

function requireOptions(options) {
  if (!options.runId) throw new Error('runId is wanted'); // @run-id no-run-id-truthiness
  if (!options.clientId) throw new Error('clientId is wanted'); // @run-id none
  return options.runId; // @run-id none
}

function checkAll(runIds) {
  if (!runIds) return 0; // @run-id none
  const bad = runIds.filter((runId) => !runId); // @run-id no-run-id-truthiness
  if (bad.length) throw new Error(`${bad.length} of ${runIds.length} runs have no ID`); // @run-id none
  return runIds.length; // @run-id none
}

module.exports = { assertGiven, assertSameRun, assertClient, requireOptions, checkAll };
