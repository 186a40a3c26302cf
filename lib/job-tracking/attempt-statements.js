'use strict';

// The SQL that deals with who is working on a row. `holder` is the token of that attempt, and a row is in one of these
// states:
//
// | status  | holder          | heartbeat_at | attempts |                                             |
// |---------|-----------------|--------------|----------|---------------------------------------------|
// | any     | null            | null         | null     | created without an attempt                  |
// | Running | of the attempt  | set          | set      | an attempt is working on it, or has died    |
// | Running | null            | null         | set      | between two attempts                        |
// | ended   | of the last one | null         | set      | ended by its attempt, or from elsewhere     |
// | ended   | of the attempt  | set          | set      | ended by 1.0, which knows no attempts       |
// | Failed  | null            | set          | set      | set to Failed by failStale()                |

const { RUNNING } = require('./status.js');

/** Missing one heartbeat is not death. */
const FATAL_BEATS = 3;

/** Whether the attempt with this token may no longer write. A caller without a token is in no attempt. */
const isLost = (name, token) =>
  `(${token}::text IS NOT NULL AND coalesce(${name}.holder <> ${token}::text, ${name}.heartbeat_at IS NOT NULL))`;

/** Sets the heartbeat of a row to which the attempt with this token writes. */
const beat = (name, token) => `heartbeat_at = CASE
        WHEN ${name}.holder = ${token}::text AND ${name}.status = '${RUNNING}' THEN clock_timestamp()
        ELSE ${name}.heartbeat_at END`;

/** How the attempt with this token lost the row; `own` if it did not. */
const standing = (name, token) => `CASE
      WHEN NOT ${isLost(name, token)} THEN 'own'
      WHEN ${isStaleEnd(name)} THEN 'stale'
      WHEN ${name}.status = '${RUNNING}' THEN 'taken'
      ELSE 'ended'
    END AS standing`;

const isStaleEnd = (name) =>
  `(${name}.status = 'Failed' AND ${name}.holder IS NULL AND ${name}.heartbeat_at IS NOT NULL)`;

const isHeld = (name) => `${name}.holder IS NOT NULL AND ${name}.status = '${RUNNING}'`;

/** Whether an attempt has been silent for that many of its own heartbeats, and for `atLeast` milliseconds. */
const isSilent = (name, atLeast = '0') => `${name}.heartbeat_at < statement_timestamp()
      - greatest(${atLeast}::text::float8, ${FATAL_BEATS} * ${name}.heartbeat_ms) * interval '1 ms'`;

/** The columns of an attempt, with the parameters that follow those of a new row. */
const attemptColumns = 'holder, heartbeat_ms, attempts, heartbeat_at';
const attemptValues = (first) =>
  `$${first}, $${first + 1}::text::integer, $${first + 2}::text::integer, clock_timestamp()`;

/**
 * For an existing row: an attempt continues with it unless another one is working on it and alive. `outcome` is the
 * result.
 */
function continuation({ name }, isSame, token) {
  const isFree = `(${name}.status = '${RUNNING}' AND ${isSame}
        AND (${name}.holder IS NULL OR ${isSilent(name)}))`;
  const ifFree = (column, value) =>
    `${column} = CASE WHEN ${isFree} THEN ${value} ELSE ${name}.${column} END`;
  return {
    update: `ON CONFLICT (run_id) DO UPDATE SET
      ${ifFree('holder', 'excluded.holder')},
      ${ifFree('heartbeat_ms', 'excluded.heartbeat_ms')},
      ${ifFree('heartbeat_at', 'excluded.heartbeat_at')},
      ${ifFree('attempts', `greatest(${name}.attempts + 1, excluded.attempts)`)},
      ${ifFree('error', 'NULL')}`,
    outcome: `CASE
      WHEN ${name}.holder IS DISTINCT FROM ${token} THEN CASE
        WHEN NOT (${isSame}) THEN 'other'
        WHEN ${isStaleEnd(name)} THEN 'stale'
        WHEN ${name}.status = '${RUNNING}' THEN 'running'
        ELSE 'ended' END
      WHEN ${name}.xmax = 0 THEN 'made'
      ELSE 'continued'
    END AS outcome`,
  };
}

/** The statements of an attempt about its own row: `$1` is the key, `$2` the token. */
function ofAttempt({ name, columns }, relation) {
  const own = `WHERE ${name}.run_id = $1 AND ${name}.holder = $2 AND ${name}.status = '${RUNNING}'`;
  return {
    beat: `UPDATE ${relation} AS ${name} SET heartbeat_at = clock_timestamp() ${own} RETURNING run_id`,

    /** Leaves it to the next attempt. */
    release: `UPDATE ${relation} AS ${name} SET holder = NULL, heartbeat_at = NULL, error = $3::text
      ${own} RETURNING ${columns}`,

    stand: `SELECT ${columns}, ${standing(name, '$2')} FROM ${relation} AS ${name} WHERE ${name}.run_id = $1`,
  };
}

/** How many rows one statement sets to Failed. */
const STEP = 500;

/**
 * Sets rows that have been silent for `$1` milliseconds to Failed, each once: rows that another process has locked are
 * left to it.
 *
 * @param isMute a further condition
 */
const failStale = ({ name }, relation, isMute = 'true') => `WITH stale AS (
    SELECT ${name}.run_id FROM ${relation} AS ${name}
    WHERE ${isHeld(name)} AND ${isSilent(name, '$1')} AND ${isMute}
    ORDER BY ${name}.run_id LIMIT ${STEP} FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE ${relation} AS ${name} SET status = 'Failed', ended_at = clock_timestamp(), holder = NULL,
    error = 'No heartbeat since '
      || to_char(${name}.heartbeat_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ': failed by failStale()'
  FROM stale WHERE ${name}.run_id = stale.run_id RETURNING ${name}.run_id`;

/** Whether no client run of a job is alive: a live client run shows that its job is alive. */
const isWithoutLiveClients = (job, clientRuns) => `NOT EXISTS (
      SELECT FROM ${clientRuns} AS client
      WHERE client.job_run_id = ${job}.run_id AND ${isHeld('client')} AND NOT ${isSilent('client', '$1')}
    )`;

module.exports = {
  FATAL_BEATS,
  STEP,
  attemptColumns,
  attemptValues,
  beat,
  continuation,
  failStale,
  isHeld,
  isLost,
  isWithoutLiveClients,
  ofAttempt,
  standing,
};
