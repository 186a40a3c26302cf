'use strict';

// The complete result of `check`, for small logs.

const binding = require('../lib/binding.js');

const HOUR = 3_600_000;

const ALL = 1_000_000;

/** The verdict with all findings and groups, as `check --json` has it. */
async function verdictOf(files, { staleMs = HOUR, ...options } = {}, reviver = undefined) {
  const verdict = await binding.checkFiles(files, { staleMs, ...options }, new binding.Progress());
  const parse = (json) => JSON.parse(json, reviver);
  return {
    ...parse(verdict.summary()),
    findings: parse(verdict.findings(0, ALL)),
    groups: parse(verdict.groups(0, ALL)),
  };
}

module.exports = { verdictOf };
