'use strict';

// The process warning about an application's logger that fails.

const { asciiJson } = require('./ascii-json.js');

/** Characters of a text from outside that are shown. */
const MAX_SHOWN = 200;

/** Loggers that a warning has named. */
const warned = new WeakSet();

/** Warns once about each logger, and never throws. The functions called here may be as broken as the logger. */
function warnOfLogger(logger, error) {
  try {
    if (warned.has(logger)) return;
    warned.add(logger);
    process.emitWarning(`The logger ${shown(nameOf(logger))} failed: ${shown(sayingOf(error))}`, {
      type: 'RunIdWarning',
      code: 'RUN_ID_LOGGER',
      detail:
        'It was given to configure of unified-run-id. Events are lost while it fails; this is said once of each logger.',
    });
  } catch {
    // There is nowhere left to report to.
  }
}

function nameOf(logger) {
  try {
    return String(logger.name || 'without a name');
  } catch {
    return 'without a name';
  }
}

function sayingOf(error) {
  try {
    return typeof error === 'object' && error !== null ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that cannot be shown';
  }
}

/** Printable ASCII on one line. */
function shown(text) {
  return asciiJson(text.slice(0, MAX_SHOWN));
}

module.exports = { warnOfLogger };
