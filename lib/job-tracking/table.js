'use strict';

// The two tables of records: how their columns are named here and there, and the statements about one row.

const { RUNNING } = require('./status.js');

const COURSE = {
  status: 'status',
  started_at: 'startedAt',
  ended_at: 'endedAt',
  notes: 'notes',
  error: 'error',
  metrics: 'metrics',
};

/** Adds up as decimal numbers; a sum that no number of JavaScript can hold is an error of the database. */
const SUMS = `(
    SELECT coalesce(jsonb_object_agg(added.key, added.sum), '{}')
    FROM (
      SELECT key, coalesce((metrics ->> key)::numeric, 0) + value::numeric AS sum
      FROM jsonb_each_text($2::text::jsonb)
    ) AS added
    WHERE added.sum::float8 IS NOT NULL
  )`;

class Table {
  /**
   * @param {string} name in events
   * @param {string} relation its name in the database
   * @param {object} own its columns beside those that both have, with their names as properties
   * @param {string} whether it may end while this holds; `true` when nothing stands against it
   */
  constructor(name, relation, own, mayEnd) {
    this.name = name;
    this.relation = relation;
    this.fields = Object.entries({ run_id: 'runId', ...own, ...COURSE });
    this.columns = this.columnsOf(relation);

    this.find = `SELECT ${this.columns} FROM ${relation} WHERE run_id = $1`;
    this.add = `UPDATE ${relation} SET metrics = metrics || ${SUMS} WHERE run_id = $1 RETURNING ${this.columns}`;
    // Decided on the row itself, which the statement holds by then: whoever comes second sees what the first
    // one did, and the status that comes back says what happened.
    const ends = `status = '${RUNNING}' AND ${mayEnd}`;
    this.complete = `UPDATE ${relation} SET
      status = CASE WHEN ${ends} THEN $2::text ELSE status END,
      ended_at = CASE WHEN ${ends} THEN now() ELSE ended_at END,
      notes = CASE WHEN $3::boolean AND ${ends} THEN $4::text ELSE notes END,
      error = CASE WHEN $5::boolean AND ${ends} THEN $6::text ELSE error END
      WHERE run_id = $1 RETURNING ${this.columns}`;
    this.update = `UPDATE ${relation} SET
      notes = CASE WHEN $2::boolean THEN $3::text ELSE notes END,
      error = CASE WHEN $4::boolean THEN $5::text ELSE error END
      WHERE run_id = $1 RETURNING ${this.columns}`;
  }

  columnsOf(alias) {
    return this.fields.map(([column]) => `${alias}.${column}`).join(', ');
  }

  /** A row as callers get it. */
  recordOf(row) {
    const record = {};
    for (const [column, property] of this.fields) record[property] = row[column];
    return record;
  }
}

const JOB = new Table(
  'job',
  'job_tracking',
  { job_type: 'jobType' },
  `($7::boolean OR NOT EXISTS (
        SELECT FROM client_run_results WHERE job_run_id = $1 AND client_run_results.status = '${RUNNING}'
      ))`,
);

const CLIENT = new Table(
  'client',
  'client_run_results',
  { job_run_id: 'jobRunId', client_id: 'clientId' },
  'true',
);

module.exports = { JOB, CLIENT };
