'use strict';

// Finds records close to one that was not found, to learn what happened to its ID.

const binding = require('../binding.js');
const { typeError } = require('../core/options.js');
const { baseOf, check, clientOf, isRunId } = require('../core/run-id.js');

/**
 * Up to five `{ runId, reason }`, the most likely first. Empty if the search fails: its error must not hide the one
 * that it would explain.
 */
async function diagnose(database, runId, caller) {
  try {
    const { jobs, clientRuns, spellings } = binding.nearLookups(runId);
    const rows = await database.rows(
      database.statements.near,
      [jobs, clientRuns, spellings, runId, baseOf(runId)],
      caller,
    );
    return ranked(
      runId,
      rows.map((row) => row.run_id),
    );
  } catch {
    return Object.freeze([]);
  }
}

function ranked(runId, existing) {
  const near = binding.rankNear(runId, existing);
  return Object.freeze(near.map((row) => Object.freeze({ runId: row.runId, reason: row.reason })));
}

function nearRunIds(runId) {
  check(runId, nearRunIds);
  const { jobs, clientRuns, spellings } = binding.nearLookups(runId);
  const others = new Set([...jobs, ...clientRuns, ...spellings]);
  others.delete(runId);
  return Object.freeze({ runIds: Object.freeze([...others]), base: baseOf(runId) });
}

function rankNear(runId, existing) {
  check(runId, rankNear);
  // Checked here too, so that no text of megabytes is copied.
  return ranked(runId, textsOf(existing).filter(isRunId));
}

/** A store's other keys are close to no run ID; a value that is not a text was read from the wrong place. */
function textsOf(existing) {
  if (!Array.isArray(existing)) throw typeError('rankNear: existing must be an array of strings', rankNear);
  const texts = [];
  for (let at = 0; at < existing.length; at++) {
    const text = existing[at];
    if (typeof text !== 'string') {
      throw typeError(`rankNear: existing[${at}] must be a string, not ${binding.show(text)}`, rankNear);
    }
    texts.push(text);
  }
  return texts;
}

/** A diagnosis for an error, which may reach a client: of another client's row, only the reason is given. */
function shownTo(clientId, near) {
  if (clientId === undefined) return near;
  const isOthers = ({ runId }) => clientOf(runId) !== null && clientOf(runId) !== clientId;
  return Object.freeze(
    near.map((row) => (isOthers(row) ? Object.freeze({ runId: null, reason: row.reason }) : row)),
  );
}

module.exports = { diagnose, nearRunIds, rankNear, shownTo };
