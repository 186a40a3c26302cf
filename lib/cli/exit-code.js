'use strict';

/** The exit codes, and their meanings in the help. */
const EXIT_CODES = {
  CONSISTENT: { code: 0, means: 'consistent, or no finding that counts; for inspect: a run ID' },
  INCONSISTENT: {
    code: 1,
    means:
      'inconsistencies found; for inspect: not a run ID; for flow: also no events of the run; for migrate: files that could not be written',
  },
  ERROR: { code: 2, means: 'wrong usage, nothing to judge, or a file that could not be read or written' },
};

const CONSISTENT = EXIT_CODES.CONSISTENT.code;
const INCONSISTENT = EXIT_CODES.INCONSISTENT.code;
const ERROR = EXIT_CODES.ERROR.code;

module.exports = { EXIT_CODES, CONSISTENT, INCONSISTENT, ERROR };
