'use strict';

const binding = require('../binding.js');
const { reject } = require('../events.js');
const { isRefusal } = require('./connection.js');

/**
 * Sends a statement that makes a record. When it isn't known whether it was made, the error carries the run
 * ID, so that the caller can look; a second try could make it twice.
 */
async function insert(db, statement, values, runId, from) {
  try {
    const { rows } = await db.query(statement, values);
    return rows;
  } catch (cause) {
    if (isRefusal(cause)) throw cause;
    const error = reject(binding.refuseJob('ERR_JOB_UNKNOWN_OUTCOME', runId), from);
    error.runId = runId;
    throw Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
  }
}

module.exports = { insert };
