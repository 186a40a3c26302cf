'use strict';

// The tables, version by version. What the library refuses, the database refuses too.

const { BASE_LENGTH, PATTERN } = require('../binding.js');
const { quoted } = require('./sql.js');
const { FINAL, RUNNING } = require('./status.js');
const { CLIENT, JOB, LINK } = require('./table.js');

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

/** Which versions are there. */
const LEDGER = 'job_tracking_schema';

/**
 * What each version adds, the first one first, `at` being the prefix of its schema, and a relation
 * that exists if and only if the version does: to look for it needs no right. A released version never changes.
 */
const VERSIONS = [
  {
    makes: LINK.relation,
    statements: (at) => `
  CREATE TABLE ${at}job_tracking (
    run_id text COLLATE "C" PRIMARY KEY CHECK (${IS_RUN_ID} AND length(run_id) = ${BASE_LENGTH}),
    job_type text NOT NULL CHECK (job_type <> ''),${COURSE}
  );
  CREATE INDEX job_tracking_status ON ${at}job_tracking (status, run_id);

  CREATE TABLE ${at}client_run_results (
    run_id text COLLATE "C" PRIMARY KEY,
    job_run_id text COLLATE "C" NOT NULL REFERENCES ${at}job_tracking (run_id),
    client_id text COLLATE "C" NOT NULL,${COURSE},
    CHECK (${IS_RUN_ID} AND run_id = job_run_id || '-' || client_id)
  );
  CREATE INDEX client_run_results_job ON ${at}client_run_results (job_run_id, status, run_id);
  CREATE INDEX client_run_results_lower ON ${at}client_run_results (lower(run_id));

  CREATE TABLE ${at}run_external_ids (
    system text COLLATE "C" NOT NULL CHECK (system <> ''),
    external_id text COLLATE "C" NOT NULL CHECK (external_id <> ''),
    run_id text COLLATE "C" NOT NULL CHECK (${IS_RUN_ID}),
    job_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) = ${BASE_LENGTH} THEN run_id END) STORED REFERENCES ${at}job_tracking (run_id),
    client_run_id text COLLATE "C" GENERATED ALWAYS AS
      (CASE WHEN length(run_id) > ${BASE_LENGTH} THEN run_id END) STORED
      REFERENCES ${at}client_run_results (run_id),
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, external_id)
  );
  CREATE INDEX run_external_ids_job ON ${at}run_external_ids (job_run_id);
  CREATE INDEX run_external_ids_client ON ${at}run_external_ids (client_run_id);`,
  },
];

const RELATIONS = [JOB, CLIENT, LINK].map(({ relation }) => relation);

module.exports = { LEDGER, RELATIONS, VERSIONS };
