'use strict';

// How scripts run the JavaScript tests.

const os = require('node:os');

/** One file more at once than there are cores: files wait for databases, browsers and processes, too. */
const SUITE_ARGUMENTS = ['--test', `--test-concurrency=${os.availableParallelism() + 1}`];

/**
 * The environment of the tests. A test runner marks its children, and a marked child reports to it instead of printing.
 * Additional certificates, which no test needs, take Node.js 20 longer at each start than everything else.
 */
function suiteEnvironment() {
  const { NODE_TEST_CONTEXT: _context, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  return env;
}

module.exports = { SUITE_ARGUMENTS, suiteEnvironment };
