'use strict';

// What the methods' options may be. The database would refuse NUL, and would replace a lone surrogate with
// another character, so that two different texts could become equal.

const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { isRunId } = require('../core/run-id.js');
const { FATAL_BEATS } = require('./attempt-statements.js');
const { FINAL, STATUSES } = require('./status.js');

const MAX_NAME_LENGTH = 512;
const MAX_LIMIT = 1000;

/** PostgreSQL cuts longer names of a schema. */
const MAX_SCHEMA_BYTES = 63;

/** For both together: an index refuses more. */
const MAX_EXTERNAL_ID_BYTES = 2000;

/** For heartbeats, in milliseconds. */
const MIN_BEAT = 100;
const MAX_BEAT = 3_600_000;

const MAX_ATTEMPTS = 1_000_000;

const MAX_METRICS = 1000;
const MAX_METRICS_BYTES = 65_536;

const isText = (value) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
const isName = (value) => isText(value) && value !== '' && value.length <= MAX_NAME_LENGTH;
const isOneOf = (values) => ({
  accepts: (value) => values.includes(value),
  wants: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
});

const name = { accepts: isName, wants: `a string of 1 to ${MAX_NAME_LENGTH} characters without NUL` };
const text = {
  accepts: (value) => value === null || isText(value),
  wants: 'a string without NUL, or null for none',
};
const wholeNumber = (min, max, unit = '') => ({
  accepts: (value) => Number.isSafeInteger(value) && value >= min && value <= max,
  wants: `a whole number${unit} from ${min} to ${max}`,
});
const heartbeat = wholeNumber(MIN_BEAT, MAX_BEAT, ' of milliseconds');
const flag = { accepts: (value) => typeof value === 'boolean', wants: 'true or false' };
const callback = { accepts: (value) => typeof value === 'function', wants: 'a function' };
const list = {
  status: isOneOf(STATUSES),
  startedBefore: {
    accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
    wants: 'a valid Date',
  },
  limit: wholeNumber(1, MAX_LIMIT),
  order: isOneOf(['asc', 'desc']),
  after: { accepts: isRunId, wants: 'the last run ID of the previous page' },
  before: {
    accepts: isRunId,
    wants: 'the last run ID of the page after it, or of the page before it with desc',
  },
};
const { status, startedBefore } = list;

const COUNT_OF_ATTEMPTS = wholeNumber(1, MAX_ATTEMPTS);
const ATTEMPT = { number: COUNT_OF_ATTEMPTS, of: COUNT_OF_ATTEMPTS };

// Options without a rule are checked as the run ID or client ID that they are.
const RULES = {
  constructor: {
    db: {
      accepts: (value) => typeof value?.query === 'function',
      wants:
        'a pg Pool or Client, PGlite, or an object with a query method; ' +
        'for postgres.js, Kysely, Knex, Drizzle and Prisma see docs/databases.md',
    },
    schema: {
      accepts: (value) => isText(value) && value !== '' && Buffer.byteLength(value) <= MAX_SCHEMA_BYTES,
      wants: `a schema name of 1 to ${MAX_SCHEMA_BYTES} bytes without NUL`,
    },
  },
  createJob: { runId: null, jobType: name, notes: text, metrics: null },
  createClientRun: { clientId: null, notes: text, metrics: null },
  run: { runId: null, jobType: name, attempt: null, notes: text, metrics: null, heartbeat },
  runClient: { attempt: null, notes: text, metrics: null, heartbeat },
  failStale: { olderThan: wholeNumber(FATAL_BEATS * MIN_BEAT, Number.MAX_SAFE_INTEGER, ' of milliseconds') },
  deleteJobs: { startedBefore, status },
  deleteClientRuns: { clientId: null, startedBefore, status },
  find: { clientId: null },
  add: { clientId: null, once: name },
  update: { clientId: null, notes: text, error: text },
  completeJob: { clientId: null, status: isOneOf(FINAL), notes: text, error: text, force: flag },
  completeClientRun: { clientId: null, status: isOneOf(FINAL), notes: text, error: text },
  listJobs: { ...list, jobType: name },
  listClientRuns: { ...list, clientId: null },
  link: { runId: null, clientId: null, system: name, externalId: name },
  store: { create: callback, get: callback, existing: callback, greatest: callback },
};

/**
 * Reads options; the keys in `required` must be there.
 *
 * @template {string} Name
 * @param {unknown} given
 * @param {Record<Name, import('../core/options.js').Rule>} rules
 * @param {Function} caller
 * @param {NoInfer<Name>[]} [required] each has a rule
 */
function optionsOf(given, rules, caller, required = []) {
  if (!isPlainObject(given)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
  const options = readOptions(given, rules, caller);
  for (const key of required) {
    if (options[key] === undefined)
      throw typeError(`${caller.name}: ${key} must be ${rules[key]?.wants}`, caller);
  }
  return options;
}

/** The number of the attempt, and of how many; by default, it is the only one. */
function attemptOf(given, caller) {
  if (given === undefined) return { number: 1, of: 1 };
  const wants = 'attempt must be { number, of }';
  if (!isPlainObject(given)) throw typeError(`${caller.name}: ${wants}`, caller);
  const { number, of } = optionsOf(given, ATTEMPT, caller, ['number', 'of']);
  if (number > of) throw typeError(`${caller.name}: attempt.number must be at most attempt.of`, caller);
  return { number, of };
}

/** If the key was lost, the call must not become an addition without a key. */
function requireGiven(options, key, caller) {
  if (!Object.hasOwn(options, key) || options[key] !== undefined) return;
  throw typeError(`${caller.name}: ${key} must be ${name.wants}; leave it out if there is none`, caller);
}

/** Checks one argument that is not an option. */
function requireName(value, what, caller) {
  if (!isName(value)) throw typeError(`${caller.name}: ${what} must be ${name.wants}`, caller);
  return value;
}

/** Checks an external ID before it is stored. */
function requireExternalId({ system, externalId }, caller) {
  if (Buffer.byteLength(system) + Buffer.byteLength(externalId) <= MAX_EXTERNAL_ID_BYTES) return;
  const problem = `must have at most ${MAX_EXTERNAL_ID_BYTES} bytes together`;
  throw typeError(`${caller.name}: system and externalId ${problem}`, caller);
}

/** Metrics as JSON text: finite numbers by name, each read once. */
function metricsOf(given, caller) {
  if (!isPlainObject(given))
    throw typeError(`${caller.name}: metrics must be a plain object of numbers`, caller);
  const keys = Reflect.ownKeys(given);
  if (keys.length > MAX_METRICS)
    throw typeError(`${caller.name}: metrics must have at most ${MAX_METRICS} entries`, caller);
  const metrics = { __proto__: null };
  for (const key of keys) {
    const value = given[key];
    if (!isName(key) || typeof value !== 'number' || !Number.isFinite(value)) {
      throw typeError(`${caller.name}: metrics must map names to finite numbers`, caller);
    }
    metrics[key] = value;
  }
  const text = JSON.stringify(metrics);
  if (Buffer.byteLength(text) > MAX_METRICS_BYTES) {
    throw typeError(`${caller.name}: metrics must be at most ${MAX_METRICS_BYTES} bytes of JSON`, caller);
  }
  return text;
}

module.exports = { RULES, attemptOf, metricsOf, optionsOf, requireExternalId, requireGiven, requireName };
