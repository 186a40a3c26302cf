'use strict';

const { clientRunResults } = require('../store/tables.js');
const { extractClientId } = require('./unifiedRunIdService.js'); // @run-id none

// Two runs of a client beside each other.
async function compare(runId, otherRunId) {
  if (!otherRunId) return null; // @run-id no-run-id-truthiness
  if (runId === otherRunId) throw new Error('the same run'); // @run-id none
  const formula = `OR({Run ID} = '${runId}', {Run ID} = '${otherRunId}')`; // @run-id no-fuzzy-run-id-lookup
  const records = await clientRunResults.select({ filterByFormula: formula });
  const [first, second] = [runId, otherRunId].map((id) => records.find(({ fields }) => fields['Run ID'] === id)); // @run-id none
  return { posts: (second?.fields.Posts ?? 0) - (first?.fields.Posts ?? 0), from: runId, to: otherRunId }; // @run-id none
}

async function previousOf(runId) {
  const clientId = extractClientId(runId); // @run-id no-deprecated-helper
  const records = await clientRunResults.select({ filterByFormula: `{Client ID} = '${clientId}'` }); // @run-id none
  const runIds = records.map(({ fields }) => fields['Run ID']).sort(); // @run-id none
  const index = runIds.indexOf(runId); // @run-id none
  return index > 0 ? runIds[index - 1] : null; // @run-id none
}

async function withPrevious(runId) {
  const previousRunId = await previousOf(runId); // @run-id none
  return previousRunId && compare(previousRunId, runId); // @run-id no-run-id-truthiness
}

async function newest(clientIds) {
  const newestRunIds = await Promise.all(clientIds.map(newestOf)); // @run-id none
  return newestRunIds.filter((runId) => runId !== null); // @run-id none
}

async function newestOf(clientId) {
  const filterByFormula = `FIND('-${clientId}', {Run ID}) > 0`; // @run-id no-fuzzy-run-id-lookup
  const records = await clientRunResults.select({ filterByFormula });
  const runIds = records.map(({ fields }) => fields['Run ID']); // @run-id none
  return runIds.length > 0 ? runIds.reduce((a, b) => (a > b ? a : b)) : null; // @run-id none
}

function sameMoment(runId, otherRunId) {
  return runId.slice(7, 13) === otherRunId.slice(7, 13); // @run-id no-run-id-surgery
}

module.exports = { compare, previousOf, withPrevious, newest, newestOf, sameMoment };
