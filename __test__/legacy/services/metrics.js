'use strict';

// Sums per run and client, in memory until flushed.

const sums = new Map();

function key(runId, clientId) {
  return `${runId}:${clientId}`; // @run-id no-run-id-surgery
}

function count(runId, clientId, name, by = 1) {
  if (!runId) return false; // @run-id no-run-id-truthiness
  const at = key(runId, clientId); // @run-id none
  const row = sums.get(at) ?? { runId, clientId }; // @run-id none
  row[name] = (row[name] ?? 0) + by;
  sums.set(at, row);
  return true;
}

function ofRun(runId) {
  return [...sums.values()].filter((row) => row.runId === runId); // @run-id none
}

function ofJob(baseRunId) {
  return [...sums.values()].filter((row) => row.runId && row.runId.startsWith(baseRunId)); // @run-id no-run-id-truthiness, no-fuzzy-run-id-lookup
}

function flush(write) {
  const rows = [...sums.values()];
  sums.clear(); // @run-id none
  const runIds = new Set(rows.map(({ runId }) => runId)); // @run-id none
  return Promise.all([...runIds].map((runId) => write(runId, ofRows(rows, runId)))); // @run-id none
}

const ofRows = (rows, runId) => rows.filter((row) => row.runId === runId); // @run-id none

module.exports = { count, ofRun, ofJob, flush };
