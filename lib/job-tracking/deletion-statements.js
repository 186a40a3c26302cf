'use strict';

// Deletes records, with everything that belongs to them, a bounded number at a time. A row that an attempt is working
// on is never deleted: its process would continue with a row that is gone.

const { isHeld } = require('./attempt-statements.js');
const { RUNNING } = require('./status.js');

/** How many rows one statement looks at. */
const STEP = 500;

/** Ended rows, or those with the requested status. */
const isWanted = (name, status) =>
  `(${name}.status = ${status}::text OR (${status}::text IS NULL AND ${name}.status <> '${RUNNING}'))
    AND NOT (${isHeld(name)})`;

/** Equal to one of the rows of another part. An array, because a join may read the whole table. */
const isOf = (column, part) => `${column} = ANY (ARRAY(SELECT run_id FROM ${part}))`;

/** `relations` are the names of the tables with their schema, `startedBefore` the condition of a column and a value. */
function deletionsOf({ jobs, clientRuns, links, keys }, startedBefore) {
  return {
    /** The jobs after `$3` that started before `$2`; `$1` is a status or null. No index has that order. */
    deleteJobs: `WITH looked AS (
    SELECT job.run_id FROM ${jobs} AS job
    WHERE ($1::text IS NULL OR job.status = $1) AND ($3::text IS NULL OR job.run_id > $3)
    ORDER BY job.run_id LIMIT ${STEP}
  ), doomed AS (
    SELECT job.run_id FROM ${jobs} AS job
    WHERE ${isOf('job.run_id', 'looked')}
      AND ${isWanted('job', '$1')} AND ${startedBefore('job.started_at', '$2')}
      AND NOT EXISTS (SELECT FROM ${clientRuns} AS client WHERE client.job_run_id = job.run_id AND ${isHeld('client')})
    FOR UPDATE SKIP LOCKED
  ), doomed_client AS (
    SELECT client.run_id FROM ${clientRuns} AS client WHERE ${isOf('client.job_run_id', 'doomed')}
  ), key AS (
    DELETE FROM ${keys} AS key WHERE ${isOf('key.run_id', 'doomed')}
  ), client_key AS (
    DELETE FROM ${keys} AS key WHERE ${isOf('key.run_id', 'doomed_client')}
  ), job_link AS (
    DELETE FROM ${links} AS link WHERE ${isOf('link.job_run_id', 'doomed')} RETURNING 1
  ), client_link AS (
    DELETE FROM ${links} AS link WHERE ${isOf('link.client_run_id', 'doomed_client')} RETURNING 1
  ), client AS (
    DELETE FROM ${clientRuns} AS client WHERE ${isOf('client.job_run_id', 'doomed')} RETURNING 1
  ), job AS (
    DELETE FROM ${jobs} AS job WHERE ${isOf('job.run_id', 'doomed')} RETURNING 1
  )
  SELECT (SELECT max(run_id) FROM looked) AS last, (SELECT count(*) FROM looked)::text AS looked,
    (SELECT count(*) FROM job)::text AS jobs,
    (SELECT count(*) FROM client)::text AS client_runs,
    ((SELECT count(*) FROM job_link) + (SELECT count(*) FROM client_link))::text AS external_ids`,

    /** The same for the runs of the client `$4`. */
    deleteClientRuns: `WITH doomed AS (
    SELECT client.run_id FROM ${clientRuns} AS client
    WHERE client.client_id = $4 AND ${isWanted('client', '$1')} AND ${startedBefore('client.started_at', '$2')}
      AND ($3::text IS NULL OR client.run_id > $3)
    ORDER BY client.run_id LIMIT ${STEP} FOR UPDATE SKIP LOCKED
  ), key AS (
    DELETE FROM ${keys} AS key WHERE ${isOf('key.run_id', 'doomed')}
  ), link AS (
    DELETE FROM ${links} AS link WHERE ${isOf('link.client_run_id', 'doomed')} RETURNING 1
  ), client AS (
    DELETE FROM ${clientRuns} AS client WHERE ${isOf('client.run_id', 'doomed')} RETURNING 1
  )
  SELECT (SELECT max(run_id) FROM doomed) AS last, (SELECT count(*) FROM doomed)::text AS looked,
    '0' AS jobs, (SELECT count(*) FROM client)::text AS client_runs,
    (SELECT count(*) FROM link)::text AS external_ids`,

    countOfClient: `SELECT count(*)::text AS count FROM ${clientRuns} AS client WHERE client.client_id = $1`,
  };
}

/** The same deletion, which waits for rows that are locked instead of leaving them. */
const waitingForLocks = (statement) => statement.replace(' SKIP LOCKED', '');

module.exports = { STEP, deletionsOf, waitingForLocks };
