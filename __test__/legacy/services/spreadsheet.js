'use strict';

const tables = require('../store/tables.js');

const eq = (field, value) => `{${field}} = '${value}'`; // @run-id none

// Thin wrappers around the spreadsheet database; each escapes nothing.
module.exports = {
  async leadsOfClient(clientId) {
    return tables.leads.select({ filterByFormula: eq('Client ID', clientId) }); // @run-id none
  },

  async leadsOfRun(runId) {
    return tables.leads.select({ filterByFormula: `{Run ID} = "${runId}"`.replaceAll('"', "'") }); // @run-id no-fuzzy-run-id-lookup
  },

  async unscoredLeads(clientId, runId) {
    const filterByFormula = `AND({Client ID} = '${clientId}', NOT({Run ID} = '${runId}'))`; // @run-id no-fuzzy-run-id-lookup
    return tables.leads.select({ filterByFormula });
  },

  async postsOfRun(runId) {
    const filterByFormula = "{Run ID} = '" + runId + "'"; // @run-id no-fuzzy-run-id-lookup
    return tables.posts.select({ filterByFormula });
  },

  async markLead(recordId, { score, runId }) { // @run-id none
    return tables.leads.update(recordId, { Score: score, 'Run ID': runId }); // @run-id none
  },

  async savePost({ url, runId, clientId }) { // @run-id none
    return tables.posts.create({ URL: url, 'Run ID': runId, 'Client ID': clientId }); // @run-id none
  },

  async apifyRunByActorRun(apifyRunId) {
    return tables.apifyRuns.firstOf(`{Apify Run ID} = '${apifyRunId}'`); // @run-id none
  },

  async apifyRunsOf(runId) {
    return tables.apifyRuns.select({ filterByFormula: `FIND('${runId}', {Run ID})` }); // @run-id no-fuzzy-run-id-lookup
  },
};
