'use strict';

const { leads } = require('../store/tables.js');
const { clientIdOf } = require('../utils/clientIds.js');
const { validateClientId } = require('../utils/runIdValidator.js'); // @run-id none
const adapter = require('./runRecordAdapter.js');

async function importLeads(rows, run) {
  const { runId } = run; // @run-id none
  const hasRun = runId ? true : false; // @run-id no-run-id-truthiness
  const created = [];
  for (const { name, client } of rows) {
    const clientId = validateClientId(clientIdOf(client)); // @run-id no-deprecated-helper
    const fields = { Name: name.trim(), 'Client ID': clientId }; // @run-id none
    if (hasRun) fields['Run ID'] = runId; // @run-id none
    created.push(await leads.create(fields)); // @run-id none
  }
  await adapter.updateJobTrackingRecord(runId, { Imported: created.length }); // @run-id no-deprecated-helper
  return { runId, imported: created.length }; // @run-id none
}

async function beginImport(runId) {
  const existing = await adapter.findJobTrackingRecord(runId); // @run-id no-deprecated-helper
  if (existing !== null) return existing; // @run-id none
  return adapter.createJobTrackingRecord(runId, 'Import'); // @run-id no-deprecated-helper
}

async function leadsWithoutRun() {
  const all = await leads.select();
  return all.filter(({ fields }) => !fields.runId && !fields['Run ID']); // @run-id no-run-id-truthiness
}

async function leadsLike(runId) {
  const all = await leads.select();
  return all.filter(({ fields }) => fields['Run ID']?.indexOf(runId) === 0); // @run-id no-fuzzy-run-id-lookup
}

function importName(fileName) {
  const [name] = fileName.split('.'); // @run-id none
  return name.replace(/[^A-Za-z0-9]/g, '-'); // @run-id none
}

module.exports = { importLeads, beginImport, leadsWithoutRun, leadsLike, importName };
