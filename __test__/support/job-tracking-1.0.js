'use strict';

// The SQL of 1.0, word for word, as a process of 1.0 sends it: recorded from its own lib/job-tracking (d6e5d98), so that
// it can be tested without 1.0. It never changes.

/** Creates its tables, or does nothing if they exist. */
const MIGRATION = `DO $migration$
DECLARE
  is_new boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(2510061430);
  CREATE TABLE IF NOT EXISTS job_tracking_schema (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
  BEGIN
    INSERT INTO job_tracking_schema (version) VALUES (1);
    is_new := true;
  EXCEPTION WHEN unique_violation THEN
    is_new := false;
  END;
  IF is_new THEN
  CREATE TABLE job_tracking (
    run_id text COLLATE "C" PRIMARY KEY CHECK (run_id ~ '^(?:[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))|(?:[02468][048]|[13579][26])0229)-(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?:-(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62}[A-Za-z0-9])?)?$' AND length(run_id) = 13),
    job_type text NOT NULL CHECK (job_type <> ''),
    status text NOT NULL DEFAULT 'Running'
      CHECK (status IN ('Running', 'Completed', 'Failed', 'Completed with Errors', 'No Leads To Score')),
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    notes text,
    error text,
    metrics jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metrics) = 'object'),
    CHECK ((status = 'Running') = (ended_at IS NULL))
  );
  CREATE INDEX job_tracking_status ON job_tracking (status, run_id);

  CREATE TABLE client_run_results (
    run_id text COLLATE "C" PRIMARY KEY,
    job_run_id text COLLATE "C" NOT NULL REFERENCES job_tracking (run_id),
    client_id text COLLATE "C" NOT NULL,
    status text NOT NULL DEFAULT 'Running'
      CHECK (status IN ('Running', 'Completed', 'Failed', 'Completed with Errors', 'No Leads To Score')),
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    notes text,
    error text,
    metrics jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metrics) = 'object'),
    CHECK ((status = 'Running') = (ended_at IS NULL)),
    CHECK (run_id ~ '^(?:[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))|(?:[02468][048]|[13579][26])0229)-(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?:-(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62}[A-Za-z0-9])?)?$' AND run_id = job_run_id || '-' || client_id)
  );
  CREATE INDEX client_run_results_job ON client_run_results (job_run_id, status, run_id);
  CREATE INDEX client_run_results_lower ON client_run_results (lower(run_id));

  CREATE TABLE run_external_ids (
    system text COLLATE "C" NOT NULL CHECK (system <> ''),
    external_id text COLLATE "C" NOT NULL CHECK (external_id <> ''),
    run_id text COLLATE "C" NOT NULL CHECK (run_id ~ '^(?:[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))|(?:[02468][048]|[13579][26])0229)-(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?:-(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62}[A-Za-z0-9])?)?$'),
    job_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) = 13 THEN run_id END) STORED REFERENCES job_tracking (run_id),
    client_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) > 13 THEN run_id END) STORED
      REFERENCES client_run_results (run_id),
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, external_id)
  );
  CREATE INDEX run_external_ids_job ON run_external_ids (job_run_id);
  CREATE INDEX run_external_ids_client ON run_external_ids (client_run_id);
  END IF;
END
$migration$`;

const STATEMENTS = {
  insertJob: `INSERT INTO job_tracking (run_id, job_type, notes, metrics)
    VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING RETURNING job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics`,
  insertClient: `WITH job AS (SELECT run_id FROM job_tracking WHERE run_id = $2),
  made AS (
    INSERT INTO client_run_results (run_id, job_run_id, client_id, notes, metrics)
    SELECT $1, run_id, $3, $4, $5::text::jsonb FROM job ON CONFLICT DO NOTHING RETURNING client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics
  )
  SELECT made.*, EXISTS (SELECT FROM job) AS has_job
  FROM (SELECT) AS once LEFT JOIN made ON true`,
  listJobs: `SELECT job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics FROM job_tracking
  WHERE ($1::text IS NULL OR status = $1)
    AND ($2::timestamptz IS NULL OR started_at < $2)
    AND ($3::text IS NULL OR run_id > $3)
  ORDER BY run_id LIMIT $4`,
  listClients: `SELECT client.* FROM (SELECT run_id FROM job_tracking WHERE run_id = $1) AS job
  LEFT JOIN LATERAL (
    SELECT client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics FROM client_run_results
    WHERE job_run_id = job.run_id
      AND ($2::text IS NULL OR status = $2)
      AND ($3::timestamptz IS NULL OR started_at < $3)
      AND ($4::text IS NULL OR run_id > $4)
      AND ($5::text IS NULL OR run_id = $5)
    ORDER BY run_id LIMIT $6
  ) AS client ON true
  ORDER BY client.run_id`,
  link: `INSERT INTO run_external_ids AS link (system, external_id, run_id)
  SELECT $1, $2, run.run_id FROM (
    SELECT run_id FROM job_tracking WHERE run_id = $3
    UNION ALL SELECT run_id FROM client_run_results WHERE run_id = $3
  ) AS run
  ON CONFLICT (system, external_id) DO UPDATE SET run_id = link.run_id
  RETURNING system, external_id, run_id, linked_at`,
  findLink: `SELECT system, external_id, run_id, linked_at FROM run_external_ids
  WHERE system = $1 AND external_id = $2`,
  findJob: `SELECT job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics FROM job_tracking WHERE run_id = $1`,
  addToJob: `UPDATE job_tracking SET metrics = metrics || (
    SELECT coalesce(jsonb_object_agg(added.key, added.sum), '{}')
    FROM (
      SELECT key, coalesce((metrics ->> key)::numeric, 0) + value::numeric AS sum
      FROM jsonb_each_text($2::text::jsonb)
    ) AS added
    WHERE added.sum::float8 IS NOT NULL
  ) WHERE run_id = $1 RETURNING job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics`,
  updateJob: `UPDATE job_tracking SET
      notes = CASE WHEN $2::boolean THEN $3::text ELSE notes END,
      error = CASE WHEN $4::boolean THEN $5::text ELSE error END
      WHERE run_id = $1 RETURNING job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics`,
  completeJob: `UPDATE job_tracking SET
      status = CASE WHEN status = 'Running' AND ($7::boolean OR NOT EXISTS (
        SELECT FROM client_run_results WHERE job_run_id = $1 AND client_run_results.status = 'Running'
      )) THEN $2::text ELSE status END,
      ended_at = CASE WHEN status = 'Running' AND ($7::boolean OR NOT EXISTS (
        SELECT FROM client_run_results WHERE job_run_id = $1 AND client_run_results.status = 'Running'
      )) THEN now() ELSE ended_at END,
      notes = CASE WHEN $3::boolean AND status = 'Running' AND ($7::boolean OR NOT EXISTS (
        SELECT FROM client_run_results WHERE job_run_id = $1 AND client_run_results.status = 'Running'
      )) THEN $4::text ELSE notes END,
      error = CASE WHEN $5::boolean AND status = 'Running' AND ($7::boolean OR NOT EXISTS (
        SELECT FROM client_run_results WHERE job_run_id = $1 AND client_run_results.status = 'Running'
      )) THEN $6::text ELSE error END
      WHERE run_id = $1 RETURNING job_tracking.run_id, job_tracking.job_type, job_tracking.status, job_tracking.started_at, job_tracking.ended_at, job_tracking.notes, job_tracking.error, job_tracking.metrics`,
  findClient: `SELECT client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics FROM client_run_results WHERE run_id = $1`,
  addToClient: `UPDATE client_run_results SET metrics = metrics || (
    SELECT coalesce(jsonb_object_agg(added.key, added.sum), '{}')
    FROM (
      SELECT key, coalesce((metrics ->> key)::numeric, 0) + value::numeric AS sum
      FROM jsonb_each_text($2::text::jsonb)
    ) AS added
    WHERE added.sum::float8 IS NOT NULL
  ) WHERE run_id = $1 RETURNING client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics`,
  updateClient: `UPDATE client_run_results SET
      notes = CASE WHEN $2::boolean THEN $3::text ELSE notes END,
      error = CASE WHEN $4::boolean THEN $5::text ELSE error END
      WHERE run_id = $1 RETURNING client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics`,
  completeClient: `UPDATE client_run_results SET
      status = CASE WHEN status = 'Running' AND true THEN $2::text ELSE status END,
      ended_at = CASE WHEN status = 'Running' AND true THEN now() ELSE ended_at END,
      notes = CASE WHEN $3::boolean AND status = 'Running' AND true THEN $4::text ELSE notes END,
      error = CASE WHEN $5::boolean AND status = 'Running' AND true THEN $6::text ELSE error END
      WHERE run_id = $1 RETURNING client_run_results.run_id, client_run_results.job_run_id, client_run_results.client_id, client_run_results.status, client_run_results.started_at, client_run_results.ended_at, client_run_results.notes, client_run_results.error, client_run_results.metrics`,
};

module.exports = { MIGRATION, STATEMENTS };
