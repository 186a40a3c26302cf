'use strict';

// What a process is told when a logger of the application fails.

const { asciiJson } = require('./ascii-json.js');

/** Units of a text from outside that are shown. */
const MAX_SHOWN = 200;

/** Loggers that have been warned of. */
const warned = new WeakSet();

/** Warns once of each logger, and never throws. What is called here may be as broken as the logger. */
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
    // Nothing is left to report to.
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
