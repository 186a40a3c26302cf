'use strict';

// What exists near a record that was not found, for whoever has to find out what happened to its ID.

const binding = require('../binding.js');
const { baseOf, clientOf } = require('../run-id.js');
const { NEAR } = require('./statements.js');

/**
 * Up to five `{ runId, reason }`, the most telling first. Of another client's row only the reason is told when
 * `clientId` is given. Empty when it can't be looked for: that must not hide what it would explain.
 */
async function diagnose(db, runId, clientId) {
  try {
    const candidates = binding.nearCandidates(runId);
    const isJob = (candidate) => clientOf(candidate) === null;
    const { rows } = await db.query(NEAR, [
      candidates.filter(isJob),
      candidates.filter((candidate) => !isJob(candidate)),
      runId,
      baseOf(runId),
    ]);
    const existing = rows.map((row) => row.run_id);
    return Object.freeze(
      binding
        .rankNear(runId, existing)
        .map((near) => Object.freeze({ runId: shown(near.runId, clientId), reason: near.reason })),
    );
  } catch {
    return Object.freeze([]);
  }
}

function shown(runId, clientId) {
  const owner = clientOf(runId);
  return clientId === undefined || owner === null || owner === clientId ? runId : null;
}

module.exports = { diagnose };
