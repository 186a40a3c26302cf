'use strict';

// Creates the tables. It looks first, and sends nothing more if there is nothing to do.

const binding = require('../binding.js');
const { stateOf } = require('./connection.js');
const { refuseDatabase } = require('./database.js');
const { INDEXES, LEDGER, RELATIONS, VERSIONS } = require('./schema.js');
const { blockOf, literal, prefixOf, quoted } = require('./sql.js');
const { CLIENT, JOB } = require('./table.js');

/** How long a migration waits for another one of the same schema, and for transactions that use its tables. */
const PATIENCE = '10s';

/** How long it waits for a table at a time: meanwhile, everyone who wants to use the table waits behind it. */
const TURN = '200ms';

/** How long it waits while it holds no other table: an autovacuum gives way after a second. */
const NUDGE = '1500ms';

/** Every so many turns. */
const NUDGE_EVERY = 4;

/** By then, the process that has claimed an index is creating it. */
const GRACE = '5s';

/** Any number, as long as every process uses the same one. */
const LOCK = 251_006_143;

const NAMES = [LEDGER, ...RELATIONS, ...VERSIONS.map(({ makes }) => makes)].map(quoted).join(', ');

const INDEX_NAMES = Object.keys(INDEXES).map(quoted).join(', ');

/** Only the owner of a table may create its indexes, whatever else a role may do in the schema. */
const INDEXED_NAMES = [...new Set(Object.values(INDEXES).map(([relation]) => relation))]
  .map(quoted)
  .join(', ');

/**
 * The contents of the schema `$2`, or of the current one. Every role may read the catalogs, even in a read-only session.
 */
const LOOK = `SELECT $1::text AS run_id, json_build_object(
    'schema', place.name,
    'exists', space.oid IS NOT NULL,
    'mayUse', has_schema_privilege(space.oid, 'USAGE'),
    'mayCreate', has_schema_privilege(space.oid, 'CREATE'),
    'role', current_user,
    'isReadOnly', current_setting('transaction_read_only') = 'on',
    'there', (
      SELECT coalesce(json_agg(relname), '[]') FROM pg_catalog.pg_class
      WHERE relnamespace = space.oid AND relname IN (${NAMES})
    ),
    'isOwner', (
      SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_catalog.pg_class
      WHERE relnamespace = space.oid AND relname IN (${INDEXED_NAMES})
    ),
    'indexes', (
      SELECT coalesce(json_object_agg(made.relname, made_index.indisvalid), '{}') FROM pg_catalog.pg_class AS made
      JOIN pg_catalog.pg_index AS made_index ON made_index.indexrelid = made.oid
      WHERE made.relnamespace = space.oid AND made.relname IN (${INDEX_NAMES})
    ),
    'begun', now()::text,
    'elsewhere', (
      SELECT min(other.nspname::text) FROM pg_catalog.pg_class AS relation
      JOIN pg_catalog.pg_namespace AS other ON other.oid = relation.relnamespace
      WHERE $2::text IS NULL AND relation.relname IN (${NAMES})
        AND other.nspname <> place.name AND pg_table_is_visible(relation.oid)
    )
  )::text AS state
  FROM (SELECT coalesce($2::text, current_schema()::text) AS name) AS place
  LEFT JOIN pg_catalog.pg_namespace AS space ON space.nspname = place.name`;

async function migrate(database, caller) {
  const row = await database.ask(LOOK, [database.schema ?? null], caller);
  const state = JSON.parse(row.state);
  const problem = problemOf(state);
  if (problem !== null) throw refuseDatabase(problem, caller);
  const obstacle = obstacleOf(state);
  if (!isUsable(state)) {
    if (obstacle !== null) throw refuseDatabase(obstacle, caller);
    await run(database, state.schema, caller);
    // New tables had no rows, and were created with their indexes.
    if (!state.there.includes(VERSIONS[0].makes)) return;
  }
  // Everything works without the indexes: a service that may not, or need not, create them does not wait for them.
  const missing = Object.keys(INDEXES).filter((name) => state.indexes[name] !== true);
  if (missing.length > 0 && obstacle === null && state.isOwner !== false)
    await makeIndexes(database, state, missing, caller);
}

function isUsable({ there }) {
  return there.includes(VERSIONS[VERSIONS.length - 1].makes);
}

/** Why the tables are not, or would not be, the ones that the statements use. */
function problemOf({ schema, role, exists, elsewhere, there }) {
  if (schema === null) {
    return (
      'the connection has no current schema: no schema of its search_path exists, ' +
      `or the role ${shown(role)} has no USAGE on it`
    );
  }
  if (!exists) return `schema ${shown(schema)} does not exist: create it, or pass another { schema }`;
  if (elsewhere !== null) {
    return (
      `the current schema is ${shown(schema)}, but the search_path finds job tracking tables in ` +
      `${shown(elsewhere)}, which new tables would hide: pass { schema }`
    );
  }
  const [foreign] = there.includes(LEDGER) || isUsable({ there }) ? [] : there;
  if (foreign === undefined) return null;
  return `the schema ${shown(schema)} has a ${foreign} that migrate() did not create: pass another { schema }`;
}

/** Why this session can't create the tables. */
function obstacleOf({ schema, role, mayUse, mayCreate, isReadOnly }) {
  const what = `the tables of schema ${shown(schema)} are missing or out of date, and `;
  const missing = Object.entries({ USAGE: mayUse, CREATE: mayCreate }).filter(([, isGranted]) => !isGranted);
  if (missing.length > 0) {
    const rights = missing.map(([right]) => right).join(' and ');
    return `${what}the role ${shown(role)} may not create them: it lacks ${rights} on the schema`;
  }
  return isReadOnly ? `${what}the session is read-only: call migrate() from one that may write` : null;
}

async function run(database, schema, caller) {
  try {
    await database.run(migrationOf(schema));
  } catch (error) {
    const problem = refusals[stateOf(error)];
    if (problem === undefined) throw error;
    throw refuseDatabase(problem(shown(schema)), caller, error);
  }
}

const refusals = {
  '55P03': (schema) =>
    `another migration of schema ${schema}, or a transaction that uses its tables, still holds its lock after ` +
    `${PATIENCE} (or the lock_timeout)`,
  42501: (schema) => `the role may not change the tables in schema ${schema}: let their owner call migrate()`,
};

const shown = (name) => `"${binding.show(name)}"`;

/**
 * One statement, and so one transaction on one connection, whatever pool it goes through: half a migration is
 * not possible.
 */
function migrationOf(schema) {
  const at = prefixOf(schema);
  return blockOf(`
DECLARE
  is_new boolean;
  has_rows boolean := false;
  turns integer := 0;
  patience text := current_setting('lock_timeout');
  deadline timestamptz;
BEGIN
  IF patience = '0' OR patience::interval > '${PATIENCE}' THEN
    PERFORM set_config('lock_timeout', '${PATIENCE}', true);
  END IF;
  deadline := clock_timestamp() + current_setting('lock_timeout')::interval;
  PERFORM pg_advisory_xact_lock(${LOCK}, hashtext(${literal(schema)}));
  CREATE TABLE IF NOT EXISTS ${at}${LEDGER} (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  );${VERSIONS.map((version, index) => stepOf(version, index + 1, at)).join('')}
  PERFORM set_config('lock_timeout', patience, true);
END
`);
}

/**
 * Under a stricter isolation level, a version that another process has just added is not visible, but its key conflicts.
 * The tables that a version changes are locked for one turn at a time; otherwise everyone would wait for one long lock.
 *
 * @param {typeof VERSIONS[number]} version
 * @param {number} number
 * @param {string} at
 */
const stepOf = ({ statements, changes = [], indexes = {} }, number, at) => `
  BEGIN
    INSERT INTO ${at}${LEDGER} (version) VALUES (${number});
    is_new := true;
  EXCEPTION WHEN unique_violation THEN
    is_new := false;
    has_rows := true;
  END;
  WHILE is_new LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '${TURN}', true);${statements(at)}
      is_new := false;
    EXCEPTION WHEN lock_not_available THEN
      IF clock_timestamp() > deadline THEN
        RAISE;
      END IF;
      turns := turns + 1;
      IF turns % ${NUDGE_EVERY} = 0 THEN${changes.map((relation) => nudgeOf(at + relation)).join('')}
      END IF;
      PERFORM pg_sleep(random() * 0.2);
    END;
  END LOOP;
  IF NOT has_rows THEN${Object.keys(indexes)
    .map(
      (name) => `
    ${creationOf(name, at)};`,
    )
    .join('')}
  END IF;`;

/** Waits for a table without keeping it. A session that holds none can't deadlock, however long it waits. */
const nudgeOf = (relation) => `
        BEGIN
          PERFORM set_config('lock_timeout', '${NUDGE}', true);
          LOCK TABLE ${relation} IN ACCESS EXCLUSIVE MODE;
          RAISE lock_not_available;
        EXCEPTION WHEN lock_not_available THEN
        END;`;

function creationOf(name, at, how = '') {
  const [relation, definition] = INDEXES[name];
  return `CREATE INDEX ${how}${name} ON ${at}${relation} ${definition}`;
}

/**
 * Creates indexes of tables that have rows, while others write. Such a statement can't be in a transaction; if there is
 * one, it is the caller's, and the index is created in it in the ordinary way.
 */
async function makeIndexes(database, state, names, caller) {
  const at = prefixOf(database.schema);
  const begun = await takeOn(database, at, caller);
  if (begun === null) return;
  const how = begun === state.begun ? '' : 'CONCURRENTLY ';
  try {
    for (const name of names) {
      // An invalid index left by an interruption is in the way, and useless.
      if (state.indexes[name] === false) await database.run(`DROP INDEX ${how}IF EXISTS ${at}${name}`);
      await database.run(creationOf(name, at, how));
    }
  } catch (error) {
    if (ANOTHER_IS_AT_IT.includes(stateOf(error))) return;
    if (how !== '') await database.run(releaseOf(at)).catch(() => {});
    throw error;
  }
}

/** SQLSTATEs of an index that another process is creating, and of a deadlock with it. */
const ANOTHER_IS_AT_IT = ['42P07', '23505', '40P01'];

/**
 * One process creates the indexes; two at once would wait for each other. If that process was killed before it began,
 * others wait only for its grace period; while it is working, the database shows it.
 *
 * @returns when the statement's transaction began; null if another process is to create them
 */
async function takeOn(database, at, caller) {
  try {
    const [row] = await database.rows(takingOf(at), [], caller);
    return row?.begun ?? null;
  } catch (error) {
    if (stateOf(error) === '42501') return null;
    throw error;
  }
}

const takingOf = (at) => `UPDATE ${at}${LEDGER} SET indexing_at = clock_timestamp()
  WHERE version = ${VERSIONS.length}
    AND coalesce(indexing_at < clock_timestamp() - interval '${GRACE}', true)
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_stat_progress_create_index AS making
      WHERE making.datname = current_database() AND (making.relid IS NULL OR making.relid IN (
        ${[JOB, CLIENT].map(({ relation }) => `${quoted(at + relation)}::regclass`).join(', ')}
      ))
    )
  RETURNING now()::text AS begun`;

const releaseOf = (at) => `UPDATE ${at}${LEDGER} SET indexing_at = NULL WHERE version = ${VERSIONS.length}`;

module.exports = { migrate };
