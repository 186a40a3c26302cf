'use strict';

// The tables, version by version. The database refuses whatever the library refuses.

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

/** The versions that have been created. */
const LEDGER = 'job_tracking_schema';

/** The additions of metrics with a key that have been made. */
const KEYS = 'run_metric_keys';

/**
 * Who is working on a row. No default and no check of old rows, so that no table is rewritten or scanned under a lock. Old
 * processes leave these columns null.
 */
const addAttempt = (at, relation) => `
  ALTER TABLE ${at}${relation}
    ADD COLUMN attempts integer,
    ADD COLUMN holder text COLLATE "C",
    ADD COLUMN heartbeat_ms integer,
    ADD COLUMN heartbeat_at timestamptz,
    ADD CONSTRAINT ${relation}_attempt CHECK (attempts > 0 AND heartbeat_ms > 0) NOT VALID;`;

/** Rows that an attempt is working on. Heartbeats change none of its columns, so they need not touch the index. */
const IS_HELD = `holder IS NOT NULL AND status = ${quoted(RUNNING)}`;

/**
 * What each version adds, in order. `makes` is a relation that exists if and only if the version does, and looking for it
 * needs no privilege; `at` is the prefix of the schema; `changes` are the existing tables that it changes. Indexes are
 * created with new tables; otherwise afterwards, while others write. A released version never changes.
 *
 * @type {{ makes: string, statements: (at: string) => string, changes?: string[], indexes?: Record<string, [string, string]> }[]}
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
  {
    makes: KEYS,
    statements: (at) => `${addAttempt(at, JOB.relation)}${addAttempt(at, CLIENT.relation)}

  CREATE TABLE ${at}${KEYS} (
    run_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (key <> ''),
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, key)
  );
  ALTER TABLE ${at}${LEDGER} ADD COLUMN indexing_at timestamptz;`,
    changes: [JOB.relation, CLIENT.relation],
    indexes: {
      client_run_results_client: [CLIENT.relation, '(client_id, run_id)'],
      job_tracking_held: [JOB.relation, `(run_id) WHERE ${IS_HELD}`],
      client_run_results_held: [CLIENT.relation, `(job_run_id) WHERE ${IS_HELD}`],
    },
  },
];

/** Every index that is created separately: the table, and the rest of its definition. */
const INDEXES = Object.assign({}, ...VERSIONS.map(({ indexes }) => indexes));

const RELATIONS = [JOB, CLIENT, LINK].map(({ relation }) => relation);

module.exports = { INDEXES, KEYS, LEDGER, RELATIONS, VERSIONS };
