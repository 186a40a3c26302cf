'use strict';

const { clientRunResults, jobTracking } = require('../store/tables.js');
const { stripClientSuffix } = require('./unifiedRunIdService.js'); // @run-id none
const { quote } = require('../utils/strings.js');

// By an author who liked classes; the mails and reports read through it.
class RunRecordRepository {
  #byRunId = new Map(); // @run-id none

  async byExactRunId(runId) {
    const [record] = await clientRunResults.select({ filterByFormula: `{Run ID} = ${quote(runId)}` }); // @run-id no-fuzzy-run-id-lookup
    return record ?? null;
  }

  async bySimilarRunId(runId) {
    const records = await clientRunResults.select();
    return records.find((record) => record.fields['Run ID'].includes(stripClientSuffix(runId))); // @run-id no-deprecated-helper, no-fuzzy-run-id-lookup
  }

  async ofClient(clientId) {
    return clientRunResults.select({ filterByFormula: `{Client ID} = '${clientId}'` }); // @run-id none
  }

  async running() {
    return jobTracking.select({ filterByFormula: "{Status} = 'Running'" }); // @run-id none
  }

  async latestOf(clientId) {
    const records = await this.ofClient(clientId);
    const runIds = records.map((record) => record.fields['Run ID']); // @run-id none
    runIds.sort(); // @run-id none
    return runIds.at(-1) ?? null; // @run-id none
  }

  async forRun(runId, clientId) {
    const cached = this.#byRunId.get(runId); // @run-id none
    if (cached !== undefined) return cached;
    const filter = `AND(FIND('${runId}', {Run ID}), {Client ID} = '${clientId}')`; // @run-id no-fuzzy-run-id-lookup
    const [record] = await clientRunResults.select({ filterByFormula: filter, maxRecords: 1 });
    if (record) this.#byRunId.set(runId, record); // @run-id none
    return record;
  }

  async jobOf(runId) {
    const base = runId.substring(0, 13); // @run-id no-run-id-surgery
    const [job] = await jobTracking.select({ filterByFormula: `SEARCH('${base}', {Run ID})` }); // @run-id no-fuzzy-run-id-lookup
    return job;
  }

  forget(runId) {
    return this.#byRunId.delete(runId); // @run-id none
  }
}

module.exports = { RunRecordRepository };
