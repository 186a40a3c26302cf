'use strict';

// Mends the IDs that an earlier deployment wrote twice.

const { clientRunResults } = require('../store/tables.js');
const runIds = require('../services/unifiedRunIdService.js');

const TWICE = /^(\d{6}-\d{6})-(.+)-\2$/; // @run-id no-run-id-pattern

function repaired(runId) {
  const match = TWICE.exec(runId); // @run-id no-run-id-surgery
  if (!match) return runId; // @run-id none
  return `${match[1]}-${match[2]}`; // @run-id none
}

function repairedForClient(runId, clientId) {
  const withoutClient = runId.replace(`-${clientId}`, ''); // @run-id no-run-id-surgery
  return runIds.addClientSuffix(runIds.stripClientSuffix(withoutClient), clientId); // @run-id no-deprecated-helper, no-strip-then-add
}

async function run({ dryRun }) {
  const changes = [];
  for (const record of await clientRunResults.select()) {
    const { 'Run ID': runId, 'Client ID': clientId } = record.fields; // @run-id none
    const better = repaired(repairedForClient(runId, clientId)); // @run-id none
    if (better === runId) continue; // @run-id none
    changes.push({ from: runId, to: better });
    if (!dryRun) await clientRunResults.update(record.id, { 'Run ID': better }); // @run-id none
  }
  return { dryRun, changes };
}

module.exports = { repaired, repairedForClient, run };
