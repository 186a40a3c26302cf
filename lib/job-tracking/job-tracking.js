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
const { sinceMs } = require('./duration.js');
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
    const call = begin(own.createJob);
    const job = creationOf(options, RULES.createJob, call.caller, ['jobType']);
    if (!Object.hasOwn(job, 'runId')) {
      return told('created', JOB, await claimJob(this.#database, job, call.caller), call);
    }
    const { runId, jobType, notes, metrics } = job;
    checkKind(runId, 'Base', call.caller);
    const { insertJob } = this.#database.statements;
    const rows = await this.#database.insert(insertJob, [runId, jobType, notes, metrics], runId, call.caller);
    if (rows.length === 0) throw refuseExisting(JOB, runId, call);
    return told('created', JOB, rows[0], call);
  }

  async getJob(runId, options = {}) {
    const call = begin(own.getJob);
    return await this.#get(JOB, runId, options, call);
  }

  async updateJob(runId, options) {
    const call = begin(own.updateJob);
    return await this.#update(JOB, runId, options, call);
  }

  async completeJob(runId, options = {}) {
    const call = begin(own.completeJob);
    return await this.#complete(JOB, runId, options, RULES.completeJob, call);
  }

  async addJobMetrics(runId, metrics, options = {}) {
    const call = begin(own.addJobMetrics);
    return await this.#add(JOB, runId, metrics, options, call);
  }

  async listJobs(options = {}) {
    const call = begin(own.listJobs);
    const { status, startedBefore, limit, after } = optionsOf(options, RULES.listJobs, call.caller);
    const values = [status ?? null, timeOf(startedBefore), after ?? null, limit ?? DEFAULT_LIMIT];
    const rows = await this.#database.rows(this.#database.statements.listJobs, values, call.caller);
    tell('found', JOB, null, call);
    return rows.map((row) => JOB.recordOf(row));
  }

  async createClientRun(runId, options = {}) {
    const call = begin(own.createClientRun);
    const run = creationOf(options, RULES.createClientRun, call.caller);
    const key = clientKey(runId, run, call.caller);
    const jobRunId = baseOf(key);
    const values = [key, jobRunId, clientOf(key), run.notes, run.metrics];
    const [row] = await this.#database.insert(
      this.#database.statements.insertClient,
      values,
      key,
      call.caller,
    );
    if (row.job_state === 'missing') throw await this.#missing(JOB, jobRunId, run.clientId, call);
    if (row.job_state === 'finished') {
      tell('refused', CLIENT, key, call);
      throw reject(binding.refuse('job-finished', jobRunId), call.caller, run.clientId);
    }
    if (row.run_id === null) throw refuseExisting(CLIENT, key, call);
    return told('created', CLIENT, row, call);
  }

  async getClientRun(runId, options = {}) {
    const call = begin(own.getClientRun);
    return await this.#get(CLIENT, runId, options, call);
  }

  async updateClientRun(runId, options) {
    const call = begin(own.updateClientRun);
    return await this.#update(CLIENT, runId, options, call);
  }

  async completeClientRun(runId, options = {}) {
    const call = begin(own.completeClientRun);
    return await this.#complete(CLIENT, runId, options, RULES.completeClientRun, call);
  }

  async addClientMetrics(runId, metrics, options = {}) {
    const call = begin(own.addClientMetrics);
    return await this.#add(CLIENT, runId, metrics, options, call);
  }

  async listClientRuns(runId, options = {}) {
    const call = begin(own.listClientRuns);
    const wanted = optionsOf(options, RULES.listClientRuns, call.caller);
    const { status, startedBefore, limit, after } = wanted;
    const clientId = checkClient(wanted, call.caller);
    checkKind(runId, 'Base', call.caller, clientId);
    const ofClient = clientId === undefined ? null : createClientRunId(runId, clientId);
    const values = [
      runId,
      status ?? null,
      timeOf(startedBefore),
      after ?? null,
      ofClient,
      limit ?? DEFAULT_LIMIT,
    ];
    const rows = await this.#database.rows(this.#database.statements.listClients, values, call.caller);
    if (rows.length === 0) throw await this.#missing(JOB, runId, clientId, call);
    tell('found', CLIENT, runId, call, { clientId });
    return rows.filter((row) => row.run_id !== null).map((row) => CLIENT.recordOf(row));
  }

  async linkExternalId(options) {
    const call = begin(own.linkExternalId);
    const link = optionsOf(options, RULES.link, call.caller, ['system', 'externalId']);
    requireExternalId(link, call.caller);
    const runId = anyKey(link.runId, link, call.caller);
    const values = [link.system, link.externalId, runId];
    const rows = await this.#database.rows(this.#database.statements.link, values, call.caller);
    const table = tableOf(runId);
    if (rows.length === 0) throw await this.#missing(table, runId, link.clientId, call);
    if (rows[0].run_id !== runId) {
      tell('exists', table, runId, call);
      throw reject(binding.refuse('linked-to-another', link.externalId), call.caller, link.clientId);
    }
    tell('updated', table, runId, call);
    return linkOf(rows[0]);
  }

  async findByExternalId(system, externalId, options = {}) {
    const call = begin(own.findByExternalId);
    const clientId = checkClient(optionsOf(options, RULES.find, call.caller), call.caller);
    requireName(system, 'system', call.caller);
    requireName(externalId, 'externalId', call.caller);
    const rows = await this.#database.rows(
      this.#database.statements.findLink,
      [system, externalId],
      call.caller,
    );
    if (rows.length === 0) {
      /** @type {any} */
      const near = Object.freeze([]);
      tell('missing', null, null, call, { clientId, near });
      throw notFound(binding.refuse('not-linked', externalId), near, clientId, call, { near });
    }
    const link = linkOf(rows[0]);
    if (clientId !== undefined && link.clientId !== clientId) {
      // The ID that was given, since the one that was found is not this client's to know.
      throw reject(binding.refuse('other-client', externalId, null, 'clientId'), call.caller, clientId);
    }
    tell('found', tableOf(link.runId), link.runId, call);
    return link;
  }

  async #get(table, runId, given, call) {
    const options = optionsOf(given, RULES.find, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    return told('found', table, await this.#row(table, 'find', [key], options, call), call);
  }

  async #update(table, runId, given, call) {
    const options = optionsOf(given, RULES.update, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    const values = [key, ...changeOf(options.notes), ...changeOf(options.error)];
    return told('updated', table, await this.#row(table, 'update', values, options, call), call);
  }

  async #add(table, runId, metrics, given, call) {
    const options = optionsOf(given, RULES.find, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    const values = [key, metricsOf(metrics, call.caller)];
    return told('updated', table, await this.#row(table, 'add', values, options, call), call);
  }

  async #complete(table, runId, given, rules, call) {
    const options = optionsOf(given, rules, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    const { status = FINAL[0], notes, error, force = false } = options;
    const values = [key, status, ...changeOf(notes), ...changeOf(error)];
    if (table === JOB) values.push(force);
    const end = () => this.#row(table, 'complete', values, options, call);
    let row = await end();
    let isNew = row.ended === 'now';
    if (row.status === RUNNING && row.open_clients === 'none') {
      await this.#database.run(this.#database.statements[table.name].completeAlone(values));
      row = await end();
      // The block says nothing of what it did; as a rule it was this one that ended the row.
      isNew = true;
    }
    if (row.status !== status) {
      const fault = row.status === RUNNING ? 'job-open-clients' : 'job-finished';
      tell('refused', table, key, call);
      throw reject(binding.refuse(fault, key), call.caller, options.clientId);
    }
    return told(isNew ? 'completed' : 'unchanged', table, row, call);
  }

  /**
   * The one row that a statement answers with, its key being the first of the values.
   *
   * @param {{ clientId?: any }} options
   */
  async #row(table, what, values, options, call) {
    const rows = await this.#database.rows(this.#database.statements[table.name][what], values, call.caller);
    if (rows.length === 0) throw await this.#missing(table, values[0], options.clientId, call);
    return rows[0];
  }

  async #missing(table, runId, clientId, call) {
    const near = await diagnose(this.#database, runId, call.caller);
    tell('missing', table, runId, call, { near });
    const rejection = binding.refuse('job-not-found', runId);
    return notFound(rejection, shownTo(clientId, near), clientId, call, { table: table.name, near });
  }
}

function keyIn(table, runId, options, caller) {
  return table === JOB ? jobKey(runId, options, caller) : clientKey(runId, options, caller);
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
 * @param {Function} caller
 * @param {NoInfer<Name>[]} [required]
 */
function creationOf(given, rules, caller, required) {
  const options = optionsOf(given, rules, caller, required);
  options.notes ??= null;
  options.metrics = options.metrics === undefined ? NO_METRICS : metricsOf(options.metrics, caller);
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

function notFound(rejection, diagnosis, clientId, call, record) {
  const error = reject(rejection, call.caller, clientId, record);
  return Object.defineProperty(error, 'diagnosis', { value: diagnosis });
}

function refuseExisting(table, runId, call) {
  tell('exists', table, runId, call);
  return reject(binding.refuse('job-exists', runId), call.caller);
}

/** A call of a method, of which an event says how long it took. */
function begin(caller) {
  return { caller, begun: performance.now() };
}

/**
 * @param {{ name: string } | null} table null where no row was asked for
 * @param {string | null} runId null where there are several, or none
 * @param {object} [more] fields of this action
 */
function tell(action, table, runId, { caller, begun }, more) {
  emit('record', caller, {
    method: caller.name,
    action,
    table: table?.name,
    runId,
    clientId: runId === null ? null : clientOf(runId),
    durationMs: sinceMs(begun),
    ...more,
  });
}

/** Tells what became of a row, and gives it as a record. */
function told(action, table, row, call) {
  const isEnd = action === 'completed' || action === 'unchanged';
  tell(action, table, row.run_id, call, isEnd ? { status: row.status } : undefined);
  return table.recordOf(row);
}

/** The methods by name, with names that can't change: agents and tests replace the properties of the prototype. */
const own = {};
for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(JobTracking.prototype))) {
  if (name === 'constructor') continue;
  own[name] = Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: false });
}

module.exports = { JobTracking };
