'use strict';

// How scripts run the JavaScript tests.

const os = require('node:os');

/** One more file at a time than there are cores, because files also wait for databases, browsers and processes. */
const CONCURRENCY = os.availableParallelism() + 1;

/** Longer than any file takes on a busy machine: one that hangs fails, instead of stopping the suite. */
const TIMEOUT_MS = 30 * 60_000;

const SUITE_ARGUMENTS = ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TIMEOUT_MS}`];

/**
 * The environment of the tests. A test runner marks its children, and a marked child reports to it instead of printing.
 * Reading additional certificates, which no test needs, takes Node.js 20 longer than the rest of its start.
 */
function suiteEnvironment() {
  const { NODE_TEST_CONTEXT: _context, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  return env;
}

module.exports = { SUITE_ARGUMENTS, suiteEnvironment };
