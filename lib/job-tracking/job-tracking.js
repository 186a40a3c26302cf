'use strict';

const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { retired } = require('../core/retired.js');
const { createClientRunId } = require('../core/run-id.js');
const { claimJob } = require('./claim.js');
const { Database } = require('./database.js');
const { diagnose, shownTo } = require('./diagnosis.js');
const { migrate } = require('./migration.js');
const { RULES, metricsOf, optionsOf, requireExternalId, requireName } = require('./option-rules.js');
const { anyKey, baseOf, checkClient, checkKind, clientKey, clientOf, jobKey } = require('./run-key.js');
const { FINAL, RUNNING } = require('./status.js');
const { CLIENT, JOB, LINK } = require('./table.js');

const DEFAULT_LIMIT = 100;

const NO_METRICS = '{}';

/** Rows that are found by the ID that made them. */
class JobTracking {
  #database;

  static generateRunId = retired('generateRunId');

  constructor(options) {
    const { db, schema } = optionsOf(options, RULES.constructor, JobTracking, ['db']);
    this.#database = new Database(db, schema);
  }

  async migrate() {
    await migrate(this.#database, own.migrate);
  }

  async createJob(options) {
    const from = own.createJob;
    const job = creationOf(options, RULES.createJob, from, ['jobType']);
    if (!Object.hasOwn(job, 'runId')) {
      return told('created', JOB, await claimJob(this.#database, job, from), from);
    }
    const { runId, jobType, notes, metrics } = job;
    checkKind(runId, 'Base', from);
    const { insertJob } = this.#database.statements;
    const rows = await this.#database.insert(insertJob, [runId, jobType, notes, metrics], runId, from);
    if (rows.length === 0) throw refuseExisting(JOB, runId, from);
    return told('created', JOB, rows[0], from);
  }

  async getJob(runId, options = {}) {
    const from = own.getJob;
    return await this.#get(JOB, runId, options, from);
  }

  async updateJob(runId, options) {
    const from = own.updateJob;
    return await this.#update(JOB, runId, options, from);
  }

  async completeJob(runId, options = {}) {
    const from = own.completeJob;
    return await this.#complete(JOB, runId, options, RULES.completeJob, from);
  }

  async addJobMetrics(runId, metrics, options = {}) {
    const from = own.addJobMetrics;
    return await this.#add(JOB, runId, metrics, options, from);
  }

  async listJobs(options = {}) {
    const from = own.listJobs;
    const { status, startedBefore, limit, after } = optionsOf(options, RULES.listJobs, from);
    const values = [status ?? null, timeOf(startedBefore), after ?? null, limit ?? DEFAULT_LIMIT];
    const rows = await this.#database.rows(this.#database.statements.listJobs, values, from);
    emit('record', from, { method: from.name, action: 'found', table: JOB.name });
    return rows.map((row) => JOB.recordOf(row));
  }

  async createClientRun(runId, options = {}) {
    const from = own.createClientRun;
    const run = creationOf(options, RULES.createClientRun, from);
    const key = clientKey(runId, run, from);
    const jobRunId = baseOf(key);
    const values = [key, jobRunId, clientOf(key), run.notes, run.metrics];
    const [row] = await this.#database.insert(this.#database.statements.insertClient, values, key, from);
    if (row.job_state === 'missing') throw await this.#missing(JOB, jobRunId, run.clientId, from);
    if (row.job_state === 'finished') {
      tell('refused', CLIENT, key, from);
      throw reject(binding.refuse('job-finished', jobRunId), from, run.clientId);
    }
    if (row.run_id === null) throw refuseExisting(CLIENT, key, from);
    return told('created', CLIENT, row, from);
  }

  async getClientRun(runId, options = {}) {
    const from = own.getClientRun;
    return await this.#get(CLIENT, runId, options, from);
  }

  async updateClientRun(runId, options) {
    const from = own.updateClientRun;
    return await this.#update(CLIENT, runId, options, from);
  }

  async completeClientRun(runId, options = {}) {
    const from = own.completeClientRun;
    return await this.#complete(CLIENT, runId, options, RULES.completeClientRun, from);
  }

  async addClientMetrics(runId, metrics, options = {}) {
    const from = own.addClientMetrics;
    return await this.#add(CLIENT, runId, metrics, options, from);
  }

  async listClientRuns(runId, options = {}) {
    const from = own.listClientRuns;
    const wanted = optionsOf(options, RULES.listClientRuns, from);
    const { status, startedBefore, limit, after } = wanted;
    const clientId = checkClient(wanted, from);
    checkKind(runId, 'Base', from, clientId);
    const ofClient = clientId === undefined ? null : createClientRunId(runId, clientId);
    const values = [
      runId,
      status ?? null,
      timeOf(startedBefore),
      after ?? null,
      ofClient,
      limit ?? DEFAULT_LIMIT,
    ];
    const rows = await this.#database.rows(this.#database.statements.listClients, values, from);
    if (rows.length === 0) throw await this.#missing(JOB, runId, clientId, from);
    emit('record', from, { method: from.name, action: 'found', table: CLIENT.name, runId, clientId });
    return rows.filter((row) => row.run_id !== null).map((row) => CLIENT.recordOf(row));
  }

  async linkExternalId(options) {
    const from = own.linkExternalId;
    const link = optionsOf(options, RULES.link, from, ['system', 'externalId']);
    requireExternalId(link, from);
    const runId = anyKey(link.runId, link, from);
    const values = [link.system, link.externalId, runId];
    const rows = await this.#database.rows(this.#database.statements.link, values, from);
    const table = tableOf(runId);
    if (rows.length === 0) throw await this.#missing(table, runId, link.clientId, from);
    if (rows[0].run_id !== runId) {
      tell('exists', table, runId, from);
      throw reject(binding.refuse('linked-to-another', link.externalId), from, link.clientId);
    }
    tell('updated', table, runId, from);
    return linkOf(rows[0]);
  }

  async findByExternalId(system, externalId, options = {}) {
    const from = own.findByExternalId;
    const clientId = checkClient(optionsOf(options, RULES.find, from), from);
    requireName(system, 'system', from);
    requireName(externalId, 'externalId', from);
    const rows = await this.#database.rows(this.#database.statements.findLink, [system, externalId], from);
    if (rows.length === 0) {
      /** @type {any} */
      const near = Object.freeze([]);
      emit('record', from, { method: from.name, action: 'missing', clientId, near });
      throw notFound(binding.refuse('not-linked', externalId), near, clientId, from, { near });
    }
    const link = linkOf(rows[0]);
    if (clientId !== undefined && link.clientId !== clientId) {
      // The ID that was given, since the one that was found is not this client's to know.
      throw reject(binding.refuse('other-client', externalId, null, 'clientId'), from, clientId);
    }
    tell('found', tableOf(link.runId), link.runId, from);
    return link;
  }

  async #get(table, runId, given, from) {
    const options = optionsOf(given, RULES.find, from);
    const key = keyIn(table, runId, options, from);
    return told('found', table, await this.#row(table, 'find', [key], options, from), from);
  }

  async #update(table, runId, given, from) {
    const options = optionsOf(given, RULES.update, from);
    const key = keyIn(table, runId, options, from);
    const values = [key, ...changeOf(options.notes), ...changeOf(options.error)];
    return told('updated', table, await this.#row(table, 'update', values, options, from), from);
  }

  async #add(table, runId, metrics, given, from) {
    const options = optionsOf(given, RULES.find, from);
    const key = keyIn(table, runId, options, from);
    const values = [key, metricsOf(metrics, from)];
    return told('updated', table, await this.#row(table, 'add', values, options, from), from);
  }

  async #complete(table, runId, given, rules, from) {
    const options = optionsOf(given, rules, from);
    const key = keyIn(table, runId, options, from);
    const { status = FINAL[0], notes, error, force = false } = options;
    const values = [key, status, ...changeOf(notes), ...changeOf(error)];
    if (table === JOB) values.push(force);
    const end = () => this.#row(table, 'complete', values, options, from);
    let row = await end();
    if (row.status === RUNNING && row.open_clients === 'none') {
      await this.#database.run(this.#database.statements[table.name].completeAlone(values));
      row = await end();
    }
    if (row.status !== status) {
      const fault = row.status === RUNNING ? 'job-open-clients' : 'job-finished';
      tell('refused', table, key, from);
      throw reject(binding.refuse(fault, key), from, options.clientId);
    }
    return told('completed', table, row, from);
  }

  /**
   * The one row that a statement answers with, its key being the first of the values.
   *
   * @param {{ clientId?: any }} options
   */
  async #row(table, what, values, options, from) {
    const rows = await this.#database.rows(this.#database.statements[table.name][what], values, from);
    if (rows.length === 0) throw await this.#missing(table, values[0], options.clientId, from);
    return rows[0];
  }

  async #missing(table, runId, clientId, from) {
    const near = await diagnose(this.#database, runId, from);
    tell('missing', table, runId, from, { near });
    const rejection = binding.refuse('job-not-found', runId);
    return notFound(rejection, shownTo(clientId, near), clientId, from, { table: table.name, near });
  }
}

function keyIn(table, runId, options, from) {
  return table === JOB ? jobKey(runId, options, from) : clientKey(runId, options, from);
}

function tableOf(runId) {
  return clientOf(runId) === null ? JOB : CLIENT;
}

/**
 * The options of a new record, with what the database wants in place of what is absent.
 *
 * @template {string} Name
 * @param {unknown} given
 * @param {Record<Name | 'notes' | 'metrics', import('../core/options.js').Rule>} rules
 * @param {Function} from
 * @param {NoInfer<Name>[]} [required]
 */
function creationOf(given, rules, from, required) {
  const options = optionsOf(given, rules, from, required);
  options.notes ??= null;
  options.metrics = options.metrics === undefined ? NO_METRICS : metricsOf(options.metrics, from);
  return options;
}

/** Whether a text changes, and to what. */
function changeOf(value) {
  return [value !== undefined, value ?? null];
}

/** A time as the statements want it. */
function timeOf(date) {
  return date === undefined ? null : String(date.getTime());
}

/** @returns {Record<string, any>} */
function linkOf(row) {
  const { linkedAt, ...link } = LINK.recordOf(row);
  return { ...link, clientId: clientOf(link.runId), linkedAt };
}

function notFound(rejection, diagnosis, clientId, from, record) {
  const error = reject(rejection, from, clientId, record);
  return Object.defineProperty(error, 'diagnosis', { value: diagnosis });
}

function refuseExisting(table, runId, from) {
  tell('exists', table, runId, from);
  return reject(binding.refuse('job-exists', runId), from);
}

/** @param {object} [more] fields of this action */
function tell(action, table, runId, from, more) {
  const method = from.name;
  emit('record', from, { method, action, table: table.name, runId, clientId: clientOf(runId), ...more });
}

/** Tells what became of a row, and gives it as a record. */
function told(action, table, row, from) {
  tell(action, table, row.run_id, from, action === 'completed' ? { status: row.status } : undefined);
  return table.recordOf(row);
}

/** The methods by name, with names that can't change: agents and tests replace the properties of the prototype. */
const own = {};
for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(JobTracking.prototype))) {
  if (name === 'constructor') continue;
  own[name] = Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: false });
}

module.exports = { JobTracking };
