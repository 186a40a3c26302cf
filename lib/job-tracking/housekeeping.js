'use strict';

// Operations on many rows, in steps: setting dead ones to Failed, and deleting.

const { stateOf } = require('./connection.js');
const { STEP: ROWS_OF_FAILURE } = require('./attempt-statements.js');
const { STEP: ROWS_OF_DELETION, waitingForLocks } = require('./deletion-statements.js');
const { tell } = require('./records.js');
const { JOB } = require('./table.js');

/** The SQLSTATE of deleting a row that others refer to. */
const REFERRED_TO = '23503';

/** How often a step of a deletion is tried. */
const MAX_TRIES = 5;

/** Client runs first: a job whose client run is alive is alive. */
async function failedStale(database, olderThan, call) {
  const failed = { jobs: [], clientRuns: [] };
  for (const [table, statement] of database.statements.failStale) {
    const list = table === JOB ? failed.jobs : failed.clientRuns;
    let rows;
    do {
      rows = await database.rows(statement, [String(olderThan)], call.caller);
      for (const { run_id: runId } of rows) {
        tell('completed', table, runId, call, { status: 'Failed', isStale: true });
        list.push(runId);
      }
    } while (rows.length === ROWS_OF_FAILURE);
  }
  return failed;
}

/**
 * Deletes in steps, each of which continues after the last row of the previous one.
 *
 * @param {'deleteJobs' | 'deleteClientRuns'} what
 * @param {unknown[]} values status and time
 * @param {unknown[]} more parameters after the position
 */
async function deleted(database, what, values, call, more = []) {
  const counts = { jobs: 0, clientRuns: 0, externalIds: 0 };
  let last = null;
  let looked;
  do {
    const step = await deletedOnce(database, database.statements[what], [...values, last, ...more], call);
    counts.jobs += Number(step.jobs);
    counts.clientRuns += Number(step.client_runs);
    counts.externalIds += Number(step.external_ids);
    last = step.last;
    looked = Number(step.looked);
  } while (looked === ROWS_OF_DELETION);
  return counts;
}

/**
 * One step. A statement neither sees nor deletes what is linked to a row between its snapshot and its lock, so the
 * database refuses the whole step. The next try sees it, and waits for locks: PostgreSQL reports the refusal shortly before it
 * releases the rows of the refused step, which the next try would skip as locked by another process.
 */
async function deletedOnce(database, statement, values, call) {
  let refusal;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const text = tries === 1 ? statement : waitingForLocks(statement);
    try {
      const [step] = await database.rows(text, values, call.caller);
      return step;
    } catch (error) {
      // In the caller's transaction, every further try is refused because the first one was.
      if (stateOf(error) !== REFERRED_TO) throw refusal ?? error;
      refusal = error;
    }
  }
  throw refusal;
}

module.exports = { deleted, failedStale };
