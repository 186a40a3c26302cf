'use strict';

const { clientRunResults, posts } = require('../store/tables.js');
const { fileStamp } = require('../utils/dates.js');
const { runIdLabel } = require('../config/settings.js'); // @run-id none

const COLUMNS = [runIdLabel, 'Client ID', 'Status', 'Posts']; // @run-id none

const csvLine = (values) => values.map((value) => `"${String(value ?? '').replaceAll('"', '""')}"`).join(','); // @run-id none

async function exportRun(runId) {
  if (!runId) throw new TypeError('Which run?'); // @run-id no-run-id-truthiness
  const id = typeof runId === 'object' ? runId.runId : runId; // @run-id no-run-id-cast
  const records = await clientRunResults.select({ filterByFormula: `{Run ID} = '${id}'` }); // @run-id no-fuzzy-run-id-lookup
  const lines = records.map(({ fields }) => csvLine(COLUMNS.map((column) => fields[column])));
  return { name: `run-${encodeURIComponent(id)}.csv`, text: [csvLine(COLUMNS), ...lines].join('\n') }; // @run-id none
}

async function exportPosts(runId) {
  const found = await posts.select({ filterByFormula: 'FIND(\'' + runId + '\', {Run ID})' }); // @run-id no-fuzzy-run-id-lookup
  return { name: `posts-${fileStamp(new Date())}.json`, text: JSON.stringify(found.map(({ fields }) => fields)) }; // @run-id none
}

async function exportClient(clientId, { from, to }) {
  const all = await clientRunResults.select({ filterByFormula: `{Client ID} = '${clientId}'` }); // @run-id none
  return all.filter(({ fields }) => {
    const runId = fields['Run ID']; // @run-id none
    return runId >= from && runId <= to; // @run-id none
  });
}

async function exportDay(day) {
  const prefix = day.replaceAll('-', '').slice(2); // @run-id none
  const filterByFormula = `FIND('${prefix}-', {Run ID}) = 1`; // @run-id no-fuzzy-run-id-lookup
  return clientRunResults.select({ filterByFormula });
}

module.exports = { exportRun, exportPosts, exportClient, exportDay, csvLine };
