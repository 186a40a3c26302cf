'use strict';

const { UsageError, quoted } = require('./usage-error.js');

/** An arbitrary base: anything that can be joined to it is a client ID. */
const BASE = '000101-000000';

/** A client ID, checked. */
function readClient(text, option) {
  const { RunIdError, createClientRunId } = require('./run-ids.js');
  try {
    createClientRunId(BASE, text);
    return text;
  } catch (error) {
    if (!(error instanceof RunIdError)) throw error;
    throw new UsageError(`${option} needs a client ID, not ${quoted(text)}. ${error.hint ?? ''}`.trimEnd());
  }
}

module.exports = { readClient };
