'use strict';

const { clientRunResults } = require('../store/tables.js');
const { DAY, compactDay } = require('../utils/dates.js');

// How old the run is, by its ID.
function ageOf(runId, now = Date.now()) {
  const [day, time] = runId.split('-'); // @run-id no-run-id-surgery
  const started = Date.UTC(2000 + +day.slice(0, 2), day.slice(2, 4) - 1, +day.slice(4), +time.slice(0, 2)); // @run-id none
  return now - started;
}

function isOfDay(runId, date) {
  return runId.substr(0, 6) === compactDay(date).slice(2); // @run-id no-run-id-surgery
}

async function cleanup({ days = 30 } = {}) {
  const records = await clientRunResults.select();
  const old = records.filter(({ fields }) => ageOf(fields['Run ID']) > days * DAY); // @run-id none
  for (const { id } of old) await clientRunResults.destroy(id); // @run-id none
  return { deleted: old.length };
}

async function cleanupDay(date) {
  const runIds = (await clientRunResults.select()).map(({ fields }) => fields['Run ID']); // @run-id none
  const ofDay = runIds.filter((runId) => isOfDay(runId, date)); // @run-id none
  const unique = new Set(ofDay); // @run-id none
  return { runIds: [...unique], count: unique.size }; // @run-id none
}

function archiveName(runId) {
  const day = runId.slice(0, 6); // @run-id no-run-id-surgery
  return `archive/20${day}/${runId}.json`; // @run-id none
}

module.exports = { ageOf, isOfDay, cleanup, cleanupDay, archiveName };
