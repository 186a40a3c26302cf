'use strict';

// What is done to many rows at a time, in steps: failing what is dead, and deleting.

const { stateOf } = require('./connection.js');
const { STEP: ROWS_OF_FAILURE } = require('./attempt-statements.js');
const { STEP: ROWS_OF_DELETION } = require('./deletion-statements.js');
const { tell } = require('./records.js');
const { JOB } = require('./table.js');

/** The SQLSTATE of a row that others refer to. */
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
 * Deletes step by step, each of which goes on behind the last row of the one before.
 *
 * @param {'deleteJobs' | 'deleteClientRuns'} what
 * @param {unknown[]} values status and time
 * @param {unknown[]} more values behind the place
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
 * One step. What is linked to a row between the look of a statement and its lock, it neither sees nor deletes, and so
 * the database refuses all of the step. The next try sees it.
 */
async function deletedOnce(database, statement, values, call) {
  let refusal;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    try {
      const [step] = await database.rows(statement, values, call.caller);
      return step;
    } catch (error) {
      // In a transaction of the caller's, every other try is refused since the first one was.
      if (stateOf(error) !== REFERRED_TO) throw refusal ?? error;
      refusal = error;
    }
  }
  throw refusal;
}

module.exports = { deleted, failedStale };
