'use strict';

// The course of an attempt: it begins, a function runs within its run, and it ends the row according to the result.

const binding = require('../binding.js');
const { reject } = require('../events/events.js');
const { RunIdError } = require('../run-id-error.js');
const { Attempt, tokenAt } = require('./attempt.js');
const { claimJob } = require('./claim.js');
const { completed, missing, refuseExisting, refuseLost, rowOf, tell, told } = require('./records.js');
const { clientOf } = require('./run-key.js');
const { CLIENT, JOB } = require('./table.js');
const { wordsOf } = require('./words.js');

/** @param {{ runId?: string, jobType: string, notes: any, metrics: any, turn: any, heartbeat?: number }} job */
async function runJob(database, job, fn, call) {
  const { jobType, notes, metrics } = job;
  const attempt = new Attempt(database, JOB, job.turn, job.heartbeat, call.caller);
  const values = [jobType, notes, metrics, ...attempt.values];
  const { beginJob, claimBegunJob, tryJob } = database.statements;
  if (job.runId === undefined) {
    const row = await claimJob(database, [beginJob, claimBegunJob], values, call.caller);
    return await live(database, attempt, told('created', JOB, row, call), undefined, fn, call);
  }
  const [row] = await database.insert(tryJob, [job.runId, ...values], job.runId, call.caller);
  return await live(database, attempt, begun(JOB, row, undefined, call), undefined, fn, call);
}

async function runClientRun(database, key, jobRunId, run, fn, call) {
  const attempt = new Attempt(database, CLIENT, run.turn, run.heartbeat, call.caller);
  const clientId = clientOf(key);
  const values = [key, jobRunId, clientId, run.notes, run.metrics, tokenAt(jobRunId), ...attempt.values];
  const [row] = await database.insert(database.statements.tryClient, values, key, call.caller);
  if (row.job_state !== 'running')
    throw await refuseUnder(database, row.job_state, key, jobRunId, clientId, call);
  return await live(database, attempt, begun(CLIENT, row, clientId, call), clientId, fn, call);
}

/** The error of a client run that can't be created under its job. */
async function refuseUnder(database, jobState, key, jobRunId, clientId, call) {
  if (jobState === 'missing') return await missing(database, JOB, jobRunId, clientId, call);
  const token = tokenAt(jobRunId);
  if (token !== null) await rowOf(database, JOB, 'stand', [jobRunId, token], { clientId }, call);
  tell('refused', CLIENT, key, call);
  return reject(binding.refuse('job-finished', jobRunId), call.caller, clientId);
}

/** The record of a row on which an attempt may begin. */
function begun(table, row, clientId, call) {
  if (row.outcome === 'made') return told('created', table, row, call);
  if (row.outcome === 'continued') return told('updated', table, row, call);
  if (row.outcome === 'other') throw refuseExisting(table, row.run_id, call);
  throw refuseLost(table, row, clientId, call);
}

async function live(database, attempt, record, clientId, fn, call) {
  const { table } = attempt;
  const { runId } = record;
  const lossOf = async (row) =>
    row === undefined
      ? await missing(database, table, runId, clientId, call)
      : refuseLost(table, row, clientId, call);
  return await attempt.live(
    runId,
    async () => {
      let result;
      try {
        result = await fn(record, { signal: attempt.signal });
      } catch (error) {
        await failed(database, attempt, error, call);
        throw error;
      }
      if (!attempt.hasEnded) await finished(database, attempt, clientId, call);
      return result;
    },
    lossOf,
  );
}

/** Ends the row. If that is refused, it is left to a later attempt, or to be ended by hand: its work is done. */
async function finished(database, attempt, clientId, call) {
  try {
    await completed(database, attempt.table, attempt.runId, { clientId }, call);
  } catch (error) {
    await released(database, attempt, error).catch(() => {});
    throw error;
  }
}

/** Records why it failed, if possible. The caller's error is thrown in any case. */
async function failed(database, attempt, error, call) {
  if (attempt.hasEnded) return;
  const { table, runId } = attempt;
  try {
    if (!attempt.isLast) {
      const row = await released(database, attempt, error);
      if (row !== undefined) told('updated', table, row, call);
      return;
    }
    const end = { status: 'Failed', error: wordsOf(error), force: true };
    await completed(database, table, runId, end, call);
  } catch (problem) {
    // The loss of a row has already been reported.
    if (!(problem instanceof RunIdError)) tell('unknown', table, runId, call);
  }
}

/** Leaves the row Running, with the reason why this attempt did not end it. */
async function released(database, { table, runId, token, caller }, error) {
  const { release } = database.statements[table.name];
  const [row] = await database.rows(release, [runId, token, wordsOf(error)], caller);
  return row;
}

module.exports = { refuseUnder, runClientRun, runJob };
