// run-report.mjs FILE: sums up a log of the service by run.

import { readFileSync } from 'node:fs';

const RUN_ID = /\b\d{6}-\d{6}(?:-[A-Za-z0-9_-]+)?\b/g; // @run-id no-run-id-pattern
const ISO_DAY = /\d{4}-\d{2}-\d{2}/; // @run-id none

export function runIdsIn(text) {
  const runIds = text.match(RUN_ID) ?? []; // @run-id none
  return [...new Set(runIds)]; // @run-id none
}

export function byClient(runIds) {
  const groups = new Map(); // @run-id none
  for (const runId of runIds) { // @run-id none
    const clientId = runId.slice(14) || 'job'; // @run-id no-run-id-surgery
    groups.set(clientId, [...(groups.get(clientId) ?? []), runId]); // @run-id none
  }
  return groups;
}

export function lengths(runIds) {
  return { count: runIds.length, clients: runIds.filter(({ length }) => length > 13).length }; // @run-id none
}

export function dayOf(line) {
  return line.match(ISO_DAY)?.[0] ?? null; // @run-id none
}

const [file] = process.argv.slice(2); // @run-id none
if (file) {
  const text = readFileSync(file, 'utf8');
  for (const [clientId, runIds] of byClient(runIdsIn(text))) {
    console.log(`${clientId}: ${runIds.length} runs, the last ${runIds.at(-1)}`); // @run-id none
  }
}
