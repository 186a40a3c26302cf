'use strict';

// What is done to many rows at a time, in steps: failing what is dead, and deleting.

const { STEP: ROWS_OF_FAILURE } = require('./attempt-statements.js');
const { STEP: ROWS_OF_DELETION } = require('./deletion-statements.js');
const { tell } = require('./records.js');
const { JOB } = require('./table.js');

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
    const [step] = await database.rows(database.statements[what], [...values, last, ...more], call.caller);
    counts.jobs += Number(step.jobs);
    counts.clientRuns += Number(step.client_runs);
    counts.externalIds += Number(step.external_ids);
    last = step.last;
    looked = Number(step.looked);
  } while (looked === ROWS_OF_DELETION);
  return counts;
}

module.exports = { deleted, failedStale };
