'use strict';

// The two tables of records: their columns, how those are selected, and their names in JavaScript.

/**
 * Times and metrics are selected as text and read here, so that neither an application's type parsers nor a role's
 * DateStyle change what callers get.
 */
/** @typedef {{ select(column: string): string, read(value: any): any }} ColumnType */

const TEXT = { select: (column) => column, read: (text) => text };
const TIME = {
  select: (column) => `extract(epoch FROM ${column})::text`,
  read: (seconds) => (seconds === null ? null : dateOf(Number(seconds))),
};
const COUNT = {
  select: (column) => `${column}::text`,
  read: (text) => (text === null ? null : Number(text)),
};
const NUMBERS = { select: (column) => `${column}::text`, read: JSON.parse };

/** Cut to the millisecond, like a Date. A number can hold microseconds until the year 2242. */
function dateOf(seconds) {
  const microseconds = Math.round(seconds * 1e6);
  return new Date(Math.floor(microseconds / 1000));
}

/** @type {[string, string, ColumnType][]} */
const COURSE = [
  ['status', 'status', TEXT],
  ['started_at', 'startedAt', TIME],
  ['ended_at', 'endedAt', TIME],
  ['notes', 'notes', TEXT],
  ['error', 'error', TEXT],
  ['metrics', 'metrics', NUMBERS],
  ['attempts', 'attempts', COUNT],
  ['heartbeat_at', 'heartbeatAt', TIME],
];

/** Columns that no newly created row has: computing them takes time. */
const OF_NEW = { ended_at: 'NULL', attempts: 'NULL', heartbeat_at: 'NULL' };

/** @template {string} Name */
class Table {
  #fields;

  /**
   * @param {Name} name in events, and in statements
   * @param {string} relation its name in the database
   * @param {[string, string, ColumnType][]} fields its columns, each with its property name and how it is read
   */
  constructor(name, relation, fields) {
    this.name = name;
    this.relation = relation;
    this.#fields = fields;
    this.columns = this.#columnsWith({});
    /** The same for a row that is being created. */
    this.columnsOfNew = this.#columnsWith(OF_NEW);
  }

  #columnsWith(values) {
    return this.#fields
      .map(([column, , { select }]) => `${values[column] ?? select(`${this.name}.${column}`)} AS ${column}`)
      .join(', ');
  }

  /** A row in the form that callers get. */
  recordOf(row) {
    /** @type {Record<string, any>} */
    const record = {};
    for (const [column, property, { read }] of this.#fields) record[property] = read(row[column]);
    return record;
  }
}

const JOB = new Table('job', 'job_tracking', [
  ['run_id', 'runId', TEXT],
  ['job_type', 'jobType', TEXT],
  ...COURSE,
]);

const CLIENT = new Table('client', 'client_run_results', [
  ['run_id', 'runId', TEXT],
  ['job_run_id', 'jobRunId', TEXT],
  ['client_id', 'clientId', TEXT],
  ...COURSE,
]);

/** The run to which an external ID is linked. */
const LINK = new Table('link', 'run_external_ids', [
  ['system', 'system', TEXT],
  ['external_id', 'externalId', TEXT],
  ['run_id', 'runId', TEXT],
  ['linked_at', 'linkedAt', TIME],
]);

module.exports = { CLIENT, JOB, LINK, Table };
