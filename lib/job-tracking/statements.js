'use strict';

// The statements that are about more than one row. Each is a whole method's work, so that any connection of a
// pool will do.

const { CLIENT, JOB } = require('./table.js');

const INSERT_JOB = `INSERT INTO job_tracking (run_id, job_type, notes, metrics)
    VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING RETURNING ${JOB.columns}`;

/** Makes a job; when the ID is taken, says which one up to `$5` is the greatest. */
const CLAIM_JOB = `WITH made AS (${INSERT_JOB})
  SELECT made.*, CASE WHEN made.run_id IS NULL THEN
    (SELECT run_id FROM job_tracking WHERE run_id <= $5 ORDER BY run_id DESC LIMIT 1)
  END AS greatest
  FROM (SELECT) AS once LEFT JOIN made ON true`;

/** A failed foreign key would abort the caller's transaction, so the job is looked for first. */
const INSERT_CLIENT = `WITH job AS (SELECT run_id FROM job_tracking WHERE run_id = $2),
  made AS (
    INSERT INTO client_run_results (run_id, job_run_id, client_id, notes, metrics)
    SELECT $1, run_id, $3, $4, $5::text::jsonb FROM job ON CONFLICT DO NOTHING RETURNING ${CLIENT.columns}
  )
  SELECT made.*, EXISTS (SELECT FROM job) AS has_job
  FROM (SELECT) AS once LEFT JOIN made ON true`;

const LIST_JOBS = `SELECT ${JOB.columns} FROM job_tracking
  WHERE ($1::text IS NULL OR status = $1)
    AND ($2::timestamptz IS NULL OR started_at < $2)
    AND ($3::text IS NULL OR run_id > $3)
  ORDER BY run_id LIMIT $4`;

/** One row without a run when the job has none that fits; no row when there is no such job. */
const LIST_CLIENTS = `SELECT client.* FROM (SELECT run_id FROM job_tracking WHERE run_id = $1) AS job
  LEFT JOIN LATERAL (
    SELECT ${CLIENT.columns} FROM client_run_results
    WHERE job_run_id = job.run_id
      AND ($2::text IS NULL OR status = $2)
      AND ($3::timestamptz IS NULL OR started_at < $3)
      AND ($4::text IS NULL OR run_id > $4)
      AND ($5::text IS NULL OR run_id = $5)
    ORDER BY run_id LIMIT $6
  ) AS client ON true
  ORDER BY client.run_id`;

/** Answers with the run that the external ID stands for afterwards; with none when there is no such run. */
const LINK = `INSERT INTO run_external_ids AS link (system, external_id, run_id)
  SELECT $1, $2, run.run_id FROM (
    SELECT run_id FROM job_tracking WHERE run_id = $3
    UNION ALL SELECT run_id FROM client_run_results WHERE run_id = $3
  ) AS run
  ON CONFLICT (system, external_id) DO UPDATE SET run_id = link.run_id
  RETURNING system, external_id, run_id, linked_at`;

const FIND_LINK = `SELECT system, external_id, run_id, linked_at FROM run_external_ids
  WHERE system = $1 AND external_id = $2`;

/** One look by key for each candidate: a join or an ANY may read the whole table instead. */
const existing = (
  relation,
  candidates,
) => `SELECT found.run_id FROM unnest(${candidates}::text[]) AS near (run_id)
    CROSS JOIN LATERAL (SELECT run_id FROM ${relation} WHERE run_id = near.run_id LIMIT 1) AS found`;

/** Every existing row that may be near: jobs of `$1`, client runs of `$2`, and those under the same base. */
const NEAR = `${existing('job_tracking', '$1')}
  UNION ALL ${existing('client_run_results', '$2')}
  UNION ALL (SELECT run_id FROM client_run_results WHERE lower(run_id) = lower($3::text COLLATE "C") LIMIT 8)
  UNION ALL (
    SELECT run_id FROM client_run_results
    WHERE run_id > $4::text || '-' AND run_id < $4::text || '.' ORDER BY run_id LIMIT 8
  )`;

module.exports = { CLAIM_JOB, FIND_LINK, INSERT_CLIENT, INSERT_JOB, LINK, LIST_CLIENTS, LIST_JOBS, NEAR };
