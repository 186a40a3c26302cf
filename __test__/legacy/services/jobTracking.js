'use strict';

const unifiedRunIdService = require('./unifiedRunIdService.js');
const { jobTracking, clientRunResults } = require('../store/tables.js');
const { createLogger } = require('../utils/logger.js');

const logger = createLogger('job-tracking');

class NotFound extends Error {
  constructor(message) {
    super(message);
    this.status = 404;
  }
}

class JobTracking {
  static generateRunId() { // @run-id no-home-made-helper
    return unifiedRunIdService.generateTimestampRunId(); // @run-id none
  }

  static async createJob({ runId, jobType, notes = '' }) { // @run-id none
    const id = runId || JobTracking.generateRunId(); // @run-id no-run-id-fallback, no-deprecated-helper
    const existing = await jobTracking.firstOf(`{Run ID} = '${id}'`); // @run-id no-fuzzy-run-id-lookup
    if (existing) {
      logger.warn(`job ${id} is there already`, { runId: id }); // @run-id none
      return existing;
    }
    return jobTracking.create({ 'Run ID': id, 'Job Type': jobType, Status: 'Running', Notes: notes, Started: Date.now() }); // @run-id none
  }

  static async getJob(runId) {
    const standardRunId = unifiedRunIdService.convertToStandardFormat(runId); // @run-id no-deprecated-helper
    const record = await jobTracking.firstOf(`{Run ID} = '${standardRunId}'`); // @run-id no-fuzzy-run-id-lookup
    if (!record) throw new NotFound(`Job tracking record not found: ${runId}`); // @run-id none
    return record;
  }

  static async completeJob(runId, status = 'Completed') {
    const record = await JobTracking.getJob(runId); // @run-id none
    return jobTracking.update(record.id, { Status: status, Ended: Date.now() });
  }

  static async createClientRun({ runId, clientId, source }) { // @run-id none
    const clientRunId = unifiedRunIdService.addClientSuffix(runId, clientId); // @run-id no-deprecated-helper
    const formula = `AND({Run ID} = '${clientRunId}', {Client ID} = '${clientId}')`; // @run-id no-fuzzy-run-id-lookup
    const existing = await clientRunResults.firstOf(formula);
    if (existing !== null) return existing; // @run-id none
    logger.info(`client run ${clientRunId} created by ${source}`, { runId: clientRunId, clientId }); // @run-id none
    return clientRunResults.create({ 'Run ID': clientRunId, 'Client ID': clientId, Status: 'Running', Posts: 0, Emails: 0 }); // @run-id none
  }

  // Whatever the caller has in hand becomes this client's ID.
  static async updateClientRun({ runId, clientId, updates }) { // @run-id none
    const baseRunId = unifiedRunIdService.stripClientSuffix(runId); // @run-id no-deprecated-helper
    const clientRunId = unifiedRunIdService.addClientSuffix(baseRunId, clientId); // @run-id no-deprecated-helper, no-strip-then-add
    const record = await clientRunResults.firstOf(`{Run ID} = '${clientRunId}'`); // @run-id no-fuzzy-run-id-lookup
    if (!record) throw new NotFound(`Client run record not found: ${clientRunId}`); // @run-id none
    return clientRunResults.update(record.id, updates);
  }

  static async getClientRun(runId) {
    const record = await clientRunResults.firstOf(`{Run ID} = '${runId}'`); // @run-id no-fuzzy-run-id-lookup
    if (!record) throw new NotFound(`Client run record not found: ${runId}`); // @run-id none
    return record;
  }

  // The runs of a job: those whose ID begins like it.
  static async clientRunsOf(baseRunId) {
    return clientRunResults.select({ filterByFormula: `FIND('${baseRunId}', {Run ID}) = 1` }); // @run-id no-fuzzy-run-id-lookup
  }

  static async addMetrics(runId, metrics) {
    if (!runId) { // @run-id no-run-id-truthiness
      logger.warn('metrics without a run were dropped');
      return null;
    }
    const record = await JobTracking.getClientRun(runId); // @run-id none
    const sums = Object.entries(metrics).map(([name, value]) => [name, (record.fields[name] ?? 0) + value]);
    return clientRunResults.update(record.id, Object.fromEntries(sums));
  }
}

module.exports = { JobTracking, NotFound };
