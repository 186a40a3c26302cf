'use strict';

// What the methods have in common: querying one row, ending it, reporting the outcome, and refusing.

const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { attemptAt, tokenAt } = require('./attempt.js');
const { diagnose, shownTo } = require('./diagnosis.js');
const { sinceMs } = require('./duration.js');
const { clientOf } = require('./run-key.js');
const { FINAL, RUNNING } = require('./status.js');
const { JOB } = require('./table.js');

/** A call of a method; its event says how long it took. */
function begin(caller) {
  return { caller, begun: performance.now() };
}

/**
 * @param {{ name: string } | null} table null if no row was asked for
 * @param {string | null} runId null if there are several, or none
 * @param {object} [more] fields of this action
 */
function tell(action, table, runId, { caller, begun }, more) {
  emit('record', caller, {
    method: caller.name,
    action,
    table: table?.name,
    runId,
    clientId: runId === null ? null : clientOf(runId),
    durationMs: sinceMs(begun),
    ...more,
  });
}

/** Emits the event about a row, and returns it as a record. */
function told(action, table, row, call) {
  const isEnd = action === 'completed' || action === 'unchanged';
  tell(action, table, row.run_id, call, isEnd ? { status: row.status } : undefined);
  return table.recordOf(row);
}

/**
 * The one row that a statement returns; the first parameter is its key. If the caller is in an attempt at it, the row
 * must still be that attempt's; otherwise the call is refused.
 *
 * @param {{ clientId?: any }} options
 */
async function rowOf(database, table, what, values, options, call) {
  const rows = await database.rows(database.statements[table.name][what], values, call.caller);
  if (rows.length === 0) throw await missing(database, table, values[0], options.clientId, call);
  if ((rows[0].standing ?? 'own') !== 'own') throw refuseLost(table, rows[0], options.clientId, call);
  return rows[0];
}

async function completed(database, table, key, options, call) {
  const { status = FINAL[0], notes, error, force = false } = options;
  const attempt = attemptAt(key);
  const values = [key, status, ...changeOf(notes), ...changeOf(error), tokenAt(key)];
  if (table === JOB) values.push(force);
  const end = () => rowOf(database, table, 'complete', values, options, call);
  let row = await end();
  let isNew = row.ended === 'now';
  if (row.status === RUNNING && row.open_clients === 'none') {
    await database.run(database.statements[table.name].completeAlone(values));
    row = await end();
    // The block does not say what it did; usually it was this one that ended the row.
    isNew = true;
  }
  if (row.status !== status) {
    const fault = row.status === RUNNING ? 'job-open-clients' : 'job-finished';
    tell('refused', table, key, call);
    throw reject(binding.refuse(fault, key), call.caller, options.clientId);
  }
  if (attempt !== undefined) attempt.hasEnded = true;
  return told(isNew ? 'completed' : 'unchanged', table, row, call);
}

async function missing(database, table, runId, clientId, call) {
  const near = await diagnose(database, runId, call.caller);
  tell('missing', table, runId, call, { near });
  const rejection = binding.refuse('job-not-found', runId);
  return notFound(rejection, shownTo(clientId, near), clientId, call, { table: table.name, near });
}

function notFound(rejection, diagnosis, clientId, call, record) {
  const error = reject(rejection, call.caller, clientId, record);
  return Object.defineProperty(error, 'diagnosis', { __proto__: null, value: diagnosis });
}

function refuseExisting(table, runId, call) {
  tell('exists', table, runId, call);
  return reject(binding.refuse('job-exists', runId), call.caller);
}

/** The fault for each state of a row, or outcome of an attempt at it. */
const LOSSES = {
  running: 'attempt-running',
  taken: 'attempt-taken-over',
  stale: 'attempt-stale',
};

/** The error of a row that belongs to another attempt, or has ended, with its last sign of life. */
function refuseLost(table, row, clientId, call) {
  tell('refused', table, row.run_id, call);
  const { heartbeatAt, endedAt } = table.recordOf(row);
  const fault = LOSSES[row.standing ?? row.outcome] ?? 'job-finished';
  const beat = shown(heartbeatAt);
  const heard = endedAt === null ? beat : `${shown(endedAt)} (last heartbeat ${beat})`;
  const error = reject(binding.refuse(fault, row.run_id, heard), call.caller, clientId);
  return Object.assign(error, heartbeatAt && { heartbeatAt }, endedAt && { endedAt });
}

const shown = (date) => date?.toISOString() ?? 'an unknown time';

/** Whether a text changes, and to what. */
function changeOf(value) {
  return [value !== undefined, value ?? null];
}

module.exports = {
  begin,
  changeOf,
  completed,
  missing,
  notFound,
  refuseExisting,
  refuseLost,
  rowOf,
  tell,
  told,
};
