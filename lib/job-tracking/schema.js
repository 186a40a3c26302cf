'use strict';

// The tables, and how a database gets them. What the library refuses, the database refuses too.

const { BASE_LENGTH, PATTERN } = require('../binding.js');
const { FINAL, RUNNING } = require('./status.js');

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

const IS_RUN_ID = `run_id ~ ${quoted(PATTERN)}`;

const COURSE = `
    status text NOT NULL DEFAULT ${quoted(RUNNING)}
      CHECK (status IN (${[RUNNING, ...FINAL].map(quoted).join(', ')})),
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    notes text,
    error text,
    metrics jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metrics) = 'object'),
    CHECK ((status = ${quoted(RUNNING)}) = (ended_at IS NULL))`;

/** What each version adds, the first one first. A version that was released never changes. */
const VERSIONS = [
  `
  CREATE TABLE job_tracking (
    run_id text COLLATE "C" PRIMARY KEY CHECK (${IS_RUN_ID} AND length(run_id) = ${BASE_LENGTH}),
    job_type text NOT NULL CHECK (job_type <> ''),${COURSE}
  );
  CREATE INDEX job_tracking_status ON job_tracking (status, run_id);

  CREATE TABLE client_run_results (
    run_id text COLLATE "C" PRIMARY KEY,
    job_run_id text COLLATE "C" NOT NULL REFERENCES job_tracking (run_id),
    client_id text COLLATE "C" NOT NULL,${COURSE},
    CHECK (${IS_RUN_ID} AND run_id = job_run_id || '-' || client_id)
  );
  CREATE INDEX client_run_results_job ON client_run_results (job_run_id, status, run_id);
  CREATE INDEX client_run_results_lower ON client_run_results (lower(run_id));

  CREATE TABLE run_external_ids (
    system text COLLATE "C" NOT NULL CHECK (system <> ''),
    external_id text COLLATE "C" NOT NULL CHECK (external_id <> ''),
    run_id text COLLATE "C" NOT NULL CHECK (${IS_RUN_ID}),
    job_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) = ${BASE_LENGTH} THEN run_id END) STORED REFERENCES job_tracking (run_id),
    client_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) > ${BASE_LENGTH} THEN run_id END) STORED
      REFERENCES client_run_results (run_id),
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, external_id)
  );
  CREATE INDEX run_external_ids_job ON run_external_ids (job_run_id);
  CREATE INDEX run_external_ids_client ON run_external_ids (client_run_id);`,
];

/** Any number, as long as every process takes the same: whoever migrates waits for the others under it. */
const LOCK = 2_510_061_430;

/** Under a stricter isolation than usual a version that somebody else has just added can't be seen, only met. */
const steps = VERSIONS.map(
  (statements, at) => `
  BEGIN
    INSERT INTO job_tracking_schema (version) VALUES (${at + 1});
    is_new := true;
  EXCEPTION WHEN unique_violation THEN
    is_new := false;
  END;
  IF is_new THEN${statements}
  END IF;`,
);

/**
 * One statement, and so one transaction on one connection, whatever pool it goes through: half a migration
 * is not possible. Everything is made in the schema that is the connection's current one.
 */
const MIGRATION = `DO $migration$
DECLARE
  is_new boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK});
  CREATE TABLE IF NOT EXISTS job_tracking_schema (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  );${steps.join('')}
END
$migration$`;

module.exports = { MIGRATION };
