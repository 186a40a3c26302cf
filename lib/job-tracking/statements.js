'use strict';

// Every statement about rows. Each does all the work of a method, so that any connection of a pool will do.

const {
  attemptColumns,
  attemptValues,
  beat,
  continuation,
  failStale,
  isLost,
  isWithoutLiveClients,
  ofAttempt,
  standing,
} = require('./attempt-statements.js');
const { deletionsOf } = require('./deletion-statements.js');
const { KEYS } = require('./schema.js');
const { blockOf, literal, prefixOf } = require('./sql.js');
const { RUNNING } = require('./status.js');
const { CLIENT, JOB, LINK } = require('./table.js');

/**
 * Adds as decimal numbers; a sum that no JavaScript number can hold is a database error. A join, because
 * `metrics ->> key` would unpack the whole value for each key.
 */
const SUMS = `(
    SELECT coalesce(jsonb_object_agg(added.key, added.sum), '{}')
    FROM (
      SELECT given.key, coalesce(stored.value::numeric, 0) + given.value::numeric AS sum
      FROM jsonb_each_text($2::text::jsonb) AS given
      LEFT JOIN jsonb_each_text(metrics) AS stored ON stored.key = given.key
    ) AS added
    WHERE added.sum::float8 IS NOT NULL
  )`;

/** In milliseconds, and as text: drivers write a Date in many ways. */
const startedBefore = (column, value) =>
  `(${value}::text IS NULL OR ${column} < to_timestamp(${value}::text::float8 / 1000))`;

/** The rows of a page: after one run ID, before another. */
const isBetween = (name, after, before) =>
  `(${after}::text IS NULL OR ${name}.run_id > ${after}) AND (${before}::text IS NULL OR ${name}.run_id < ${before})`;

const inBothOrders = (statement) => ({ asc: statement('ASC'), desc: statement('DESC') });

/** @param [schema] the schema of the tables; by default, they are found through the connection's search_path */
function statementsIn(schema) {
  const prefix = prefixOf(schema);
  const jobs = prefix + JOB.relation;
  const clientRuns = prefix + CLIENT.relation;
  const links = prefix + LINK.relation;
  const keys = prefix + KEYS;

  const insertJob = `INSERT INTO ${jobs} AS job (run_id, job_type, notes, metrics)
    VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING RETURNING ${JOB.columnsOfNew}`;
  const insertTriedJob = `INSERT INTO ${jobs} AS job (run_id, job_type, notes, metrics, ${attemptColumns})
    VALUES ($1, $2, $3, $4::text::jsonb, ${attemptValues(5)})`;
  const beginJob = `${insertTriedJob} ON CONFLICT DO NOTHING RETURNING ${JOB.columns}`;
  const nextOfJob = continuation(JOB, 'job.job_type = $2', '$5');
  const nextOfClient = continuation(CLIENT, 'true', '$7');

  /** Creates a job; if the ID is in use, returns the greatest one up to `greatest`. */
  const claiming = (insert, greatest) => `WITH made AS (${insert})
  SELECT made.*, CASE WHEN made.run_id IS NULL THEN
    (SELECT run_id FROM ${jobs} WHERE run_id <= ${greatest} ORDER BY run_id DESC LIMIT 1)
  END AS greatest
  FROM (SELECT) AS once LEFT JOIN made ON true`;

  /**
   * A failed foreign key would abort the caller's transaction, so the job is looked up first. The job's row is
   * rewritten unchanged: a concurrent completion has to wait for this statement, or this one for the completion,
   * and the second of the two sees from the row that the first one has run. `$6` is the token of the attempt at the
   * job, and `made` inserts the client run from `job`.
   */
  const underJob = (made) => `WITH job AS (
    UPDATE ${jobs} AS job SET status = job.status, ${beat('job', '$6')}
    WHERE job.run_id = $2 AND job.status = '${RUNNING}' AND NOT ${isLost('job', '$6')}
    RETURNING job.run_id
  ), made AS (${made})
  SELECT made.*, CASE
    WHEN EXISTS (SELECT FROM job) THEN 'running'
    WHEN EXISTS (SELECT FROM ${jobs} WHERE run_id = $2) THEN 'finished'
    ELSE 'missing'
  END AS job_state
  FROM (SELECT) AS once LEFT JOIN made ON true`;

  const listJobs = (direction) => `SELECT ${JOB.columns} FROM ${jobs} AS job
  WHERE ($1::text IS NULL OR job.status = $1)
    AND ${startedBefore('job.started_at', '$2')}
    AND ${isBetween('job', '$3', '$4')}
    AND ($5::text IS NULL OR job.job_type = $5)
  ORDER BY job.run_id ${direction} LIMIT $6`;

  /** One row without a run if the job has no matching run; no row if there is no such job. */
  const listClients = (
    direction,
  ) => `SELECT client.* FROM (SELECT run_id FROM ${jobs} WHERE run_id = $1) AS job
  LEFT JOIN LATERAL (
    SELECT ${CLIENT.columns} FROM ${clientRuns} AS client
    WHERE client.job_run_id = job.run_id
      AND ($2::text IS NULL OR client.status = $2)
      AND ${startedBefore('client.started_at', '$3')}
      AND ${isBetween('client', '$4', '$5')}
      AND ($6::text IS NULL OR client.run_id = $6)
    ORDER BY client.run_id ${direction} LIMIT $7
  ) AS client ON true
  ORDER BY client.run_id ${direction}`;

  /** The runs of one client, across all jobs. */
  const listOfClient = (direction) => `SELECT ${CLIENT.columns} FROM ${clientRuns} AS client
  WHERE client.client_id = $1
    AND ($2::text IS NULL OR client.status = $2)
    AND ${startedBefore('client.started_at', '$3')}
    AND ${isBetween('client', '$4', '$5')}
  ORDER BY client.run_id ${direction} LIMIT $6`;

  return {
    insertJob,
    claimJob: claiming(insertJob, '$5'),

    /** The same for a job whose first attempt begins. */
    beginJob,
    claimBegunJob: claiming(beginJob, '$8'),

    /** Begins an attempt at a job, which may already exist. */
    tryJob: `${insertTriedJob} ${nextOfJob.update} RETURNING ${JOB.columns}, ${nextOfJob.outcome}`,

    insertClient: underJob(`
    INSERT INTO ${clientRuns} AS client (run_id, job_run_id, client_id, notes, metrics)
    SELECT $1, job.run_id, $3, $4, $5::text::jsonb FROM job ON CONFLICT DO NOTHING RETURNING ${CLIENT.columnsOfNew}
  `),

    /** Begins an attempt at a client run, which may already exist. */
    tryClient: underJob(`
    INSERT INTO ${clientRuns} AS client (run_id, job_run_id, client_id, notes, metrics, ${attemptColumns})
    SELECT $1, job.run_id, $3, $4, $5::text::jsonb, ${attemptValues(7)} FROM job ${nextOfClient.update}
    RETURNING ${CLIENT.columns}, ${nextOfClient.outcome}
  `),

    failStale: [
      [CLIENT, failStale(CLIENT, clientRuns)],
      [JOB, failStale(JOB, jobs, isWithoutLiveClients('job', clientRuns))],
    ],

    ...deletionsOf({ jobs, clientRuns, links, keys }, startedBefore),

    listJobs: inBothOrders(listJobs),
    listClients: inBothOrders(listClients),
    listOfClient: inBothOrders(listOfClient),

    /**
     * Returns the run to which the external ID is linked afterwards, or none if there is no such run. The run is locked;
     * otherwise a concurrent deletion would make the foreign key fail.
     */
    link: `WITH job AS (
    SELECT run_id FROM ${jobs} WHERE run_id = $3 FOR KEY SHARE
  ), client AS (
    SELECT run_id FROM ${clientRuns} WHERE run_id = $3 FOR KEY SHARE
  )
  INSERT INTO ${links} AS link (system, external_id, run_id)
  SELECT $1, $2, run.run_id FROM (SELECT run_id FROM job UNION ALL SELECT run_id FROM client) AS run
  ON CONFLICT (system, external_id) DO UPDATE SET run_id = link.run_id
  RETURNING ${LINK.columns}`,

    findLink: `SELECT ${LINK.columns} FROM ${links} AS link WHERE link.system = $1 AND link.external_id = $2`,

    /**
     * Every existing row that may be close: jobs of `$1`, client runs of `$2`, those spelled like one of `$3` in any case,
     * those whose IDs begin with `$4`, and those under the base `$5`.
     */
    near: `${existing(jobs, '$1')}
  UNION ALL ${existing(clientRuns, '$2')}
  UNION ALL SELECT found.run_id FROM unnest($3::text[]) AS near (run_id)
    CROSS JOIN LATERAL (
      SELECT run_id FROM ${clientRuns} WHERE lower(run_id) = lower(near.run_id COLLATE "C") LIMIT ${ROWS_OF_LOOK}
    ) AS found
  UNION ALL ${between(clientRuns, '$4::text', "$4::text || '~'")}
  UNION ALL ${between(clientRuns, "$5::text || '-'", "$5::text || '.'")}`,

    [JOB.name]: ofJob(jobs, clientRuns, keys),
    [CLIENT.name]: {
      ...ofOneRow(CLIENT, clientRuns, keys),
      complete: `${completion(CLIENT, clientRuns, 'true', bound)} RETURNING ${CLIENT.columns}, ${WHEN_ENDED},
      ${standing('client', '$7')}`,
    },
  };
}

/** The maximum number of rows that one search for close ones reads. */
const ROWS_OF_LOOK = 8;

/** A value as a parameter. */
const bound = (number) => `$${number}`;

/** A job may end if none of its client runs is Running, so more than its own row must be read. */
function ofJob(jobs, clientRuns, keys) {
  const openClients = (runId) => `EXISTS (
        SELECT FROM ${clientRuns} AS client WHERE client.job_run_id = ${runId} AND client.status = '${RUNNING}'
      )`;
  const complete = (value) => {
    const runId = value(1);
    // A client run created after this statement began is not visible to it. But then the job's row has been
    // rewritten, and is another version than the visible one.
    const isAsSeen = `job.ctid = (SELECT seen.ctid FROM ${jobs} AS seen WHERE seen.run_id = ${runId})`;
    return completion(
      JOB,
      jobs,
      `(${value(8)}::boolean OR (NOT ${openClients(runId)} AND ${isAsSeen}))`,
      value,
    );
  };
  return {
    ...ofOneRow(JOB, jobs, keys),

    /** If `open_clients` is `none` and the job is still Running, the row was rewritten meanwhile: undecided. */
    complete: `${complete(bound)} RETURNING ${JOB.columns}, ${WHEN_ENDED}, ${standing('job', '$7')},
      CASE WHEN ${openClients(bound(1))} THEN 'some' ELSE 'none' END AS open_clients`,

    /** The same under the lock of the row, so that it decides. A block takes no parameters and returns no rows. */
    completeAlone: (values) => {
      const value = (number) => literal(values[number - 1]);
      return blockOf(`
BEGIN
  PERFORM FROM ${jobs} AS job WHERE job.run_id = ${value(1)} FOR NO KEY UPDATE;
  ${complete(value)};
END
`);
    },
  };
}

/** One lookup by key for each candidate: a join or an ANY may read the whole table instead. */
const existing = (
  relation,
  candidates,
) => `SELECT found.run_id FROM unnest(${candidates}::text[]) AS near (run_id)
    CROSS JOIN LATERAL (SELECT run_id FROM ${relation} WHERE run_id = near.run_id LIMIT 1) AS found`;

/** The first rows in order of their keys. `~` comes after all characters of run IDs. */
const between = (relation, above, below) => `(
    SELECT run_id FROM ${relation} WHERE run_id > ${above} AND run_id < ${below}
    ORDER BY run_id LIMIT ${ROWS_OF_LOOK}
  )`;

/** The statements about one row, whose key is `$1`. The last parameter is the token of the caller's attempt. */
function ofOneRow(table, relation, keys) {
  const { name, columns } = table;
  const row = `WHERE ${name}.run_id = $1`;
  const addition = (isWanted, token) => `UPDATE ${relation} AS ${name} SET
      metrics = CASE WHEN ${isWanted} AND NOT ${isLost(name, token)} THEN metrics || ${SUMS} ELSE metrics END,
      ${beat(name, token)}
      ${row} RETURNING ${columns}, ${standing(name, token)}`;
  const unlessLost = (column, isGiven, value) =>
    `${column} = CASE WHEN ${isGiven}::boolean AND NOT ${isLost(name, '$6')} THEN ${value}::text ELSE ${column} END`;
  return {
    find: `SELECT ${columns} FROM ${relation} AS ${name} ${row}`,
    add: addition('true', '$3'),

    /**
     * Adds once for each key, `$4`. The row is locked first: a statement that waits for it finds the key of the one before
     * it, and no key is stored for an addition that is refused.
     */
    addOnce: `WITH held AS (
    SELECT ${name}.run_id FROM ${relation} AS ${name} ${row} AND NOT ${isLost(name, '$3')} FOR NO KEY UPDATE
  ), counted AS (
    INSERT INTO ${keys} (run_id, key) SELECT held.run_id, $4 FROM held ON CONFLICT DO NOTHING RETURNING key
  )
  ${addition('EXISTS (SELECT FROM counted)', '$3')},
      CASE WHEN EXISTS (SELECT FROM counted) THEN 'now' ELSE 'before' END AS counted`,

    update: `UPDATE ${relation} AS ${name} SET
      ${unlessLost('notes', '$2', '$3')},
      ${unlessLost('error', '$4', '$5')},
      ${beat(name, '$6')}
      ${row} RETURNING ${columns}, ${standing(name, '$6')}`,

    ...ofAttempt(table, relation),
  };
}

/**
 * Decided on the row itself, which the statement has locked by then: the second of two sees what the first one
 * did, and the returned status says what happened. `held` is the row as it was before.
 *
 * @param {{ name: string }} table
 * @param {string} relation
 * @param {string} mayEnd the condition under which it may end; `true` if there is none
 * @param {(number: number) => string} value the SQL for each parameter
 */
function completion({ name }, relation, mayEnd, value) {
  const ends = `${name}.status = '${RUNNING}' AND NOT ${isLost(name, value(7))} AND ${mayEnd}`;
  return `UPDATE ${relation} AS ${name} SET
      status = CASE WHEN ${ends} THEN ${value(2)}::text ELSE ${name}.status END,
      ended_at = CASE WHEN ${ends} THEN statement_timestamp() ELSE ended_at END,
      heartbeat_at = CASE WHEN ${ends} THEN NULL ELSE heartbeat_at END,
      notes = CASE WHEN ${value(3)}::boolean AND ${ends} THEN ${value(4)}::text ELSE notes END,
      error = CASE WHEN ${value(5)}::boolean AND ${ends} THEN ${value(6)}::text ELSE error END
      FROM (
        SELECT before.run_id, before.status FROM ${relation} AS before WHERE before.run_id = ${value(1)} FOR NO KEY UPDATE
      ) AS held
      WHERE ${name}.run_id = held.run_id`;
}

/** Whether this statement ended the row. Times can't show that: two statements may have the same one. */
const WHEN_ENDED = `CASE WHEN held.status = '${RUNNING}' THEN 'now' ELSE 'before' END AS ended`;

module.exports = { statementsIn };
