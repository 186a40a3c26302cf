'use strict';

const { types } = require('node:util');
const binding = require('../binding.js');
const { reject } = require('../events/events.js');
const { isPlainObject, requireFunction, typeError } = require('../core/options.js');
const { retired } = require('../core/retired.js');
const { createClientRunId } = require('../core/run-id.js');
const { tokenAt } = require('./attempt.js');
const { claimJob } = require('./claim.js');
const { refuseUnder, runClientRun, runJob } = require('./course.js');
const { Database } = require('./database.js');
const { deleted, failedStale } = require('./housekeeping.js');
const { migrate } = require('./migration.js');
const {
  RULES,
  attemptOf,
  metricsOf,
  optionsOf,
  requireExternalId,
  requireGiven,
  requireName,
} = require('./option-rules.js');
const {
  begin,
  changeOf,
  completed,
  missing,
  notFound,
  refuseExisting,
  rowOf,
  tell,
  told,
} = require('./records.js');
const {
  anyKey,
  baseOf,
  checkClient,
  checkKind,
  clientKey,
  clientOf,
  jobKey,
  requireClient,
} = require('./run-key.js');
const { CLIENT, JOB, LINK } = require('./table.js');

const DEFAULT_LIMIT = 100;

const NO_METRICS = '{}';

/** Records, found by the ID under which they were created. */
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
    const { runId, jobType, notes, metrics } = job;
    const { insertJob, claimJob: claim } = this.#database.statements;
    const values = [jobType, notes, metrics];
    if (!Object.hasOwn(job, 'runId')) {
      return told(
        'created',
        JOB,
        await claimJob(this.#database, [insertJob, claim], values, call.caller),
        call,
      );
    }
    checkKind(runId, 'Base', call.caller);
    const rows = await this.#database.insert(insertJob, [runId, ...values], runId, call.caller);
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

  async run(options, fn) {
    const call = begin(own.run);
    const job = creationOf(options, RULES.run, call.caller, ['jobType']);
    requireFunction(fn, 'fn', call.caller);
    const turn = attemptOf(job.attempt, call.caller);
    if (Object.hasOwn(job, 'runId')) checkKind(job.runId, 'Base', call.caller);
    else if (job.attempt !== undefined) {
      throw typeError('run: an attempt needs an existing run: pass its runId', call.caller);
    }
    return await runJob(this.#database, { ...job, turn }, fn, call);
  }

  async failStale(options) {
    const call = begin(own.failStale);
    const { olderThan } = optionsOf(options, RULES.failStale, call.caller, ['olderThan']);
    return await failedStale(this.#database, olderThan, call);
  }

  async deleteJobs(options) {
    const call = begin(own.deleteJobs);
    const { status, startedBefore } = optionsOf(options, RULES.deleteJobs, call.caller, ['startedBefore']);
    const values = [status ?? null, timeOf(startedBefore)];
    const { jobs, clientRuns, externalIds } = await deleted(this.#database, 'deleteJobs', values, call);
    tell('updated', JOB, null, call);
    return { jobs, clientRuns, externalIds };
  }

  async listJobs(options = {}) {
    const call = begin(own.listJobs);
    const wanted = optionsOf(options, RULES.listJobs, call.caller);
    const { listJobs } = this.#database.statements;
    const values = [...rangeOf(wanted), wanted.jobType ?? null, limitOf(wanted)];
    const rows = await this.#database.rows(listJobs[orderOf(wanted)], values, call.caller);
    tell('found', JOB, null, call);
    return rows.map((row) => JOB.recordOf(row));
  }

  async createClientRun(runId, options = {}) {
    const call = begin(own.createClientRun);
    const run = creationOf(options, RULES.createClientRun, call.caller);
    const key = clientKey(runId, run, call.caller);
    const jobRunId = baseOf(key);
    const values = [key, jobRunId, clientOf(key), run.notes, run.metrics, tokenAt(jobRunId)];
    const { insertClient } = this.#database.statements;
    const [row] = await this.#database.insert(insertClient, values, key, call.caller);
    if (row.job_state !== 'running') {
      throw await refuseUnder(this.#database, row.job_state, key, jobRunId, run.clientId, call);
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

  async runClient(runId, clientId, fn, options = {}) {
    const call = begin(own.runClient);
    const key = clientKey(runId, { clientId }, call.caller);
    requireFunction(fn, 'fn', call.caller);
    const run = creationOf(options, RULES.runClient, call.caller);
    const turn = attemptOf(run.attempt, call.caller);
    return await runClientRun(this.#database, key, baseOf(key), { ...run, turn }, fn, call);
  }

  async deleteClientRuns(options) {
    const call = begin(own.deleteClientRuns);
    const wanted = optionsOf(options, RULES.deleteClientRuns, call.caller);
    const clientId = requireClient(wanted, call.caller);
    const values = [wanted.status ?? null, timeOf(wanted.startedBefore)];
    const { clientRuns, externalIds } = await deleted(this.#database, 'deleteClientRuns', values, call, [
      clientId,
    ]);
    const { countOfClient } = this.#database.statements;
    const [{ count }] = await this.#database.rows(countOfClient, [clientId], call.caller);
    tell('updated', CLIENT, null, call, { clientId });
    return { clientRuns, externalIds, left: Number(count) };
  }

  async listClientRuns(runId, options = {}) {
    const call = begin(own.listClientRuns);
    if (namesClient(runId)) {
      return await this.#listOfClient(runId, arguments[1], call);
    }
    const wanted = optionsOf(options, RULES.listClientRuns, call.caller);
    const clientId = checkClient(wanted, call.caller);
    checkKind(runId, 'Base', call.caller, clientId);
    const ofClient = clientId === undefined ? null : createClientRunId(runId, clientId);
    const values = [runId, ...rangeOf(wanted), ofClient, limitOf(wanted)];
    const { listClients } = this.#database.statements;
    const rows = await this.#database.rows(listClients[orderOf(wanted)], values, call.caller);
    if (rows.length === 0) throw await missing(this.#database, JOB, runId, clientId, call);
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
    if (rows.length === 0) throw await missing(this.#database, table, runId, link.clientId, call);
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
      // The given ID, because this client must not learn the one that was found.
      throw reject(binding.refuse('other-client', externalId, null, 'clientId'), call.caller, clientId);
    }
    tell('found', tableOf(link.runId), link.runId, call);
    return link;
  }

  /** The runs of one client, without revealing anything about another's. */
  async #listOfClient(options, more, call) {
    if (more !== undefined) throw typeError('listClientRuns: pass a single options object', call.caller);
    const wanted = optionsOf(options, RULES.listClientRuns, call.caller);
    const clientId = checkClient(wanted, call.caller);
    const values = [clientId, ...rangeOf(wanted), limitOf(wanted)];
    const { listOfClient } = this.#database.statements;
    const rows = await this.#database.rows(listOfClient[orderOf(wanted)], values, call.caller);
    tell('found', CLIENT, null, call, { clientId });
    return rows.map((row) => CLIENT.recordOf(row));
  }

  async #get(table, runId, given, call) {
    const options = optionsOf(given, RULES.find, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    return told('found', table, await rowOf(this.#database, table, 'find', [key], options, call), call);
  }

  async #update(table, runId, given, call) {
    const options = optionsOf(given, RULES.update, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    const values = [key, ...changeOf(options.notes), ...changeOf(options.error), tokenAt(key)];
    return told('updated', table, await rowOf(this.#database, table, 'update', values, options, call), call);
  }

  async #add(table, runId, metrics, given, call) {
    const options = optionsOf(given, RULES.add, call.caller);
    requireGiven(options, 'once', call.caller);
    const key = keyIn(table, runId, options, call.caller);
    const values = [key, metricsOf(metrics, call.caller), tokenAt(key)];
    if (options.once === undefined) {
      return told('updated', table, await rowOf(this.#database, table, 'add', values, options, call), call);
    }
    values.push(options.once);
    const row = await rowOf(this.#database, table, 'addOnce', values, options, call);
    return told(row.counted === 'now' ? 'updated' : 'found', table, row, call);
  }

  async #complete(table, runId, given, rules, call) {
    const options = optionsOf(given, rules, call.caller);
    const key = keyIn(table, runId, options, call.caller);
    return await completed(this.#database, table, key, options, call);
  }
}

function keyIn(table, runId, options, caller) {
  return table === JOB ? jobKey(runId, options, caller) : clientKey(runId, options, caller);
}

function tableOf(runId) {
  return clientOf(runId) === null ? JOB : CLIENT;
}

/**
 * The options of a new record, with the database's values for missing ones.
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

/** A time in the form that the statements expect. */
function timeOf(date) {
  return date === undefined ? null : String(date.getTime());
}

/** @returns {Record<string, any>} */
function linkOf(row) {
  const { linkedAt, ...link } = LINK.recordOf(row);
  return { ...link, clientId: clientOf(link.runId), linkedAt };
}

/** Whether options were passed in place of a run ID. */
function namesClient(value) {
  return !types.isProxy(value) && isPlainObject(value) && Object.hasOwn(value, 'clientId');
}

/** Which rows a list contains, in the form that the statements expect. */
function rangeOf({ status, startedBefore, after, before }) {
  return [status ?? null, timeOf(startedBefore), after ?? null, before ?? null];
}

function limitOf({ limit }) {
  return limit ?? DEFAULT_LIMIT;
}

function orderOf({ order }) {
  return order ?? 'asc';
}

/** The methods by name, with names that can't change: agents and tests replace the properties of the prototype. */
const own = {};
for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(JobTracking.prototype))) {
  if (name === 'constructor') continue;
  own[name] = Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: false });
}

module.exports = { JobTracking };
