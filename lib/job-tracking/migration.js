'use strict';

// How a database gets the tables. It looks first, and sends nothing more where there is nothing to do.

const binding = require('../binding.js');
const { stateOf } = require('./connection.js');
const { refuseDatabase } = require('./database.js');
const { LEDGER, RELATIONS, VERSIONS } = require('./schema.js');
const { blockOf, literal, prefixOf, quoted } = require('./sql.js');

/** How long a migration waits for another one of the same schema. */
const PATIENCE = '10s';

/** Any number, as long as every process takes the same one. */
const LOCK = 251_006_143;

const NAMES = [LEDGER, ...RELATIONS, ...VERSIONS.map(({ makes }) => makes)].map(quoted).join(', ');

/**
 * What the schema `$2`, or the current one, holds. Every role may read the catalogs, also in a read-only session.
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
  if (isDone(state)) return;
  const obstacle = obstacleOf(state);
  if (obstacle !== null) throw refuseDatabase(obstacle, caller);
  await run(database, state.schema, caller);
}

function isDone({ there }) {
  return there.includes(VERSIONS[VERSIONS.length - 1].makes);
}

/** Why the tables are not, or would not be, those that the statements find. */
function problemOf({ schema, role, exists, elsewhere, there }) {
  if (schema === null) {
    return (
      'the connection has no current schema: of its search_path none is there, ' +
      `or the role ${shown(role)} has no USAGE on it`
    );
  }
  if (!exists) return `there is no schema ${shown(schema)}: create it, or pass another { schema }`;
  if (elsewhere !== null) {
    return (
      `the current schema is ${shown(schema)}, but the search_path finds tables of job tracking in ` +
      `${shown(elsewhere)}, which new ones would hide: pass { schema }`
    );
  }
  const [foreign] = there.includes(LEDGER) || isDone({ there }) ? [] : there;
  if (foreign === undefined) return null;
  return `the schema ${shown(schema)} has a ${foreign} that migrate() did not make: pass another { schema }`;
}

/** Why this session can't make the tables. */
function obstacleOf({ schema, role, mayUse, mayCreate, isReadOnly }) {
  const what = `the tables of schema ${shown(schema)} are not there or not up to date, and `;
  const missing = Object.entries({ USAGE: mayUse, CREATE: mayCreate }).filter(([, isGranted]) => !isGranted);
  if (missing.length > 0) {
    const rights = missing.map(([right]) => right).join(' and ');
    return `${what}the role ${shown(role)} has no right to make them: ${rights} on the schema is missing`;
  }
  return isReadOnly ? `${what}the session is read-only: let one that may write call migrate()` : null;
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
    `another migration of schema ${schema} still holds its lock after ${PATIENCE} (or the lock_timeout)`,
  42501: (schema) =>
    `the role may not change what there is in schema ${schema}: let the owner call migrate()`,
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
  patience text := current_setting('lock_timeout');
BEGIN
  IF patience = '0' OR patience::interval > '${PATIENCE}' THEN
    PERFORM set_config('lock_timeout', '${PATIENCE}', true);
  END IF;
  PERFORM pg_advisory_xact_lock(${LOCK}, hashtext(${literal(schema)}));
  CREATE TABLE IF NOT EXISTS ${at}${LEDGER} (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  );${VERSIONS.map((version, index) => stepOf(version, index + 1, at)).join('')}
  PERFORM set_config('lock_timeout', patience, true);
END
`);
}

/** Under a stricter isolation than usual a version that another process has just added
 * is not visible, but its key is in the way. */
const stepOf = ({ statements }, number, at) => `
  BEGIN
    INSERT INTO ${at}${LEDGER} (version) VALUES (${number});
    is_new := true;
  EXCEPTION WHEN unique_violation THEN
    is_new := false;
  END;
  IF is_new THEN${statements(at)}
  END IF;`;

module.exports = { migrate };
