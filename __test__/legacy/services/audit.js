'use strict';

const runs = require('./runs/index.js');
const { clientRunResults, jobTracking, posts, leads } = require('../store/tables.js');

const trail = [];

function audit(action, { runId, clientId } = {}) { // @run-id none
  const entry = { action, at: Date.now() }; // @run-id none
  if (runId) entry.runId = runs.standardizeRunId(runId); // @run-id no-run-id-truthiness, no-deprecated-helper
  if (clientId) entry.clientId = clientId; // @run-id none
  trail.push(entry);
  return entry;
}

async function everythingOf(runId) {
  const exact = `{Run ID} = '${runId}'`; // @run-id no-fuzzy-run-id-lookup
  const [job] = await jobTracking.select({ filterByFormula: exact });
  const results = await clientRunResults.select({ filterByFormula: `LEFT({Run ID}, 13) = '${runId}'` }); // @run-id no-fuzzy-run-id-lookup
  const harvested = await posts.select({ filterByFormula: `SEARCH('${runId}', {Run ID})` }); // @run-id no-fuzzy-run-id-lookup
  const scored = await leads.select({ filterByFormula: `OR({Run ID} = '${runId}', FIND('${runId}', {Notes}))` }); // @run-id no-fuzzy-run-id-lookup
  return { job, results, harvested, scored };
}

function trailOf(runId) {
  return trail.filter((entry) => entry.runId === runId || entry.runId?.startsWith(runId)); // @run-id no-fuzzy-run-id-lookup
}

function trailOfClient(clientId) {
  return trail.filter((entry) => entry.clientId === clientId); // @run-id none
}

function describe(entry) {
  const where = entry.runId ? `in run ${entry.runId}` : 'outside a run'; // @run-id no-run-id-truthiness
  return `${entry.action} ${where}`; // @run-id none
}

async function orphans() {
  const records = await clientRunResults.select();
  const jobs = await jobTracking.select();
  const known = new Set(jobs.map(({ fields }) => fields['Run ID'])); // @run-id none
  return records.filter(({ fields: { 'Run ID': runId } }) => !known.has(runId?.split('-', 2).join('-'))); // @run-id no-run-id-surgery
}

module.exports = { audit, everythingOf, trailOf, trailOfClient, describe, orphans };
