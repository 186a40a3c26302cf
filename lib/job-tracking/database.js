'use strict';

// The caller's database: what is sent to it, and the shape that its results must have.

const binding = require('../binding.js');
const { reject } = require('../events/events.js');
const { stateOf } = require('./connection.js');
const { errorOfCreation, withCause } = require('./outcome.js');
const { statementsIn } = require('./statements.js');

/** Sent as a parameter; has to come back unchanged, in a column of this name. */
const ECHO = 'unified-run-id';
const PROBE = 'SELECT $1::text AS run_id';

/** SQLSTATEs of a statement whose parameters did not arrive. */
const UNBOUND = ['42P02', '08P01'];

/** SQLSTATEs of a missing table or column. */
const OUTDATED = ['42P01', '42703'];

const IN_CURRENT_SCHEMA = statementsIn();

/** Databases that have returned the right shape. */
const sound = new WeakSet();

class Database {
  #db;

  /** @param [schema] the schema of the tables; by default, the connection's current schema */
  constructor(db, schema) {
    this.#db = db;
    this.schema = schema;
    this.statements = schema === undefined ? IN_CURRENT_SCHEMA : statementsIn(schema);
  }

  /** Checks once whether the caller's client returns what it has to. */
  async prove(caller) {
    if (!sound.has(this.#db)) await this.ask(PROBE, [], caller);
  }

  /** The rows that a statement returns. */
  async rows(statement, values, caller) {
    await this.prove(caller);
    try {
      return rowsOf(await this.#db.query(statement, values), caller);
    } catch (error) {
      throw refusalOf(error, caller);
    }
  }

  /**
   * The rows of a statement that creates a record. If it isn't known whether it was created, the error has the run ID,
   * so that the caller can look it up; a second try could create it twice.
   */
  async insert(statement, values, runId, caller) {
    await this.prove(caller);
    // An error thrown before there is a promise was thrown before anything was sent.
    const begun = performance.now();
    const answer = this.#db.query(statement, values);
    let given;
    try {
      given = await answer;
    } catch (cause) {
      throw refusalOf(errorOfCreation(cause, runId, caller, begun), caller);
    }
    try {
      return rowsOf(given, caller);
    } catch (error) {
      error.runId = runId;
      throw error;
    }
  }

  /**
   * The row of a statement that only reads and returns its `$1` as `run_id`. It is sent before anything is written,
   * in case the client returns a different shape.
   */
  async ask(statement, values, caller) {
    const [row] = rowsOf(await this.#read(statement, [ECHO, ...values], caller), caller);
    checkEcho(row, caller);
    sound.add(this.#db);
    return row;
  }

  /** Sends a statement without parameters whose result is not needed. */
  async run(statement) {
    await this.#db.query(statement);
  }

  async #read(statement, values, caller) {
    try {
      return await this.#db.query(statement, values);
    } catch (error) {
      if (!UNBOUND.includes(stateOf(error))) throw error;
      throw refuseDatabase('db.query does not pass on its second argument, the values', caller, error);
    }
  }
}

/** Errors of the database pass through unchanged, except if this library's own tables are missing. */
function refusalOf(error, caller) {
  if (!OUTDATED.includes(stateOf(error))) return error;
  const problem = 'its tables are missing or from an earlier version: call migrate() first';
  return refuseDatabase(problem, caller, error);
}

/** `{ rows }`, the rows alone, or the rows with a count, as TypeORM returns for an UPDATE. */
function rowsOf(answer, caller) {
  const isPair = Array.isArray(answer) && answer.length === 2 && Array.isArray(answer[0]);
  const rows =
    isPair && typeof answer[1] === 'number' ? answer[0] : Array.isArray(answer) ? answer : answer?.rows;
  if (!Array.isArray(rows)) throw refuseAnswer(kindOf(answer), caller);
  const odd = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (odd !== -1) throw refuseAnswer(`rows that include ${kindOf(rows[odd])}`, caller);
  return rows;
}

function checkEcho(row, caller) {
  if (row?.run_id === ECHO) return;
  if (row === undefined) throw refuseAnswer('no row for a SELECT of one row', caller);
  const names = Object.keys(row);
  if (names.includes('run_id')) throw refuseAnswer('a different value from the one that was sent', caller);
  const shown = names.slice(0, 3).map((name) => `"${binding.show(name)}"`);
  const problem =
    `db.query returned the columns ${shown.join(', ')} instead of "run_id": ` +
    'use a client without the plugin or option that renames columns';
  throw refuseDatabase(problem, caller);
}

function refuseAnswer(what, caller) {
  return refuseDatabase(`db.query returned ${what}; expected { rows } or an array of row objects`, caller);
}

function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object without rows' : `a ${typeof value}`;
}

function refuseDatabase(problem, caller, cause) {
  const error = reject(binding.refuse('database', undefined, problem), caller);
  return cause === undefined ? error : withCause(error, cause);
}

module.exports = { Database, refuseDatabase };
