'use strict';

// What exists near a record that was not found, to find out what happened to its ID.

const binding = require('../binding.js');
const { baseOf, clientOf } = require('../core/run-id.js');

/**
 * Up to five `{ runId, reason }`, the most telling first. Empty when it can't be looked for: that must not hide
 * what it would explain.
 */
async function diagnose(database, runId, caller) {
  try {
    const { jobs, clientRuns, spellings } = binding.nearLookups(runId);
    const rows = await database.rows(
      database.statements.near,
      [jobs, clientRuns, spellings, runId, baseOf(runId)],
      caller,
    );
    const existing = rows.map((row) => row.run_id);
    return Object.freeze(
      binding
        .rankNear(runId, existing)
        .map((near) => Object.freeze({ runId: near.runId, reason: near.reason })),
    );
  } catch {
    return Object.freeze([]);
  }
}

/** The same for an error, which may reach a client: of another client's row only the reason is told. */
function shownTo(clientId, near) {
  if (clientId === undefined) return near;
  const isOthers = ({ runId }) => clientOf(runId) !== null && clientOf(runId) !== clientId;
  return Object.freeze(
    near.map((row) => (isOthers(row) ? Object.freeze({ runId: null, reason: row.reason }) : row)),
  );
}

module.exports = { diagnose, shownTo };
