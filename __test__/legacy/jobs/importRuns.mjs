// Reads the runs of the former system from a file of JSON lines.

import { readFile } from 'node:fs/promises';
import service from '../services/unifiedRunIdService.js';
import utilities from '../utils/runIdUtils.js';
import tables from '../store/tables.js';

const { convertToStandardFormat, jobIdToTimestamp, validateRunId } = service;

export function importedRunId(line) {
  const { runId, jobId, run_id: snake } = line; // @run-id none
  if (runId) return validateRunId(runId) ? runId : convertToStandardFormat(runId); // @run-id no-run-id-truthiness, no-deprecated-helper, no-run-id-fallback
  if (snake) return utilities.standardizeRunId(snake); // @run-id no-run-id-truthiness, no-deprecated-helper
  return jobId ? jobIdToTimestamp(jobId) : null; // @run-id no-deprecated-helper
}

export async function importRuns(path) {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== ''); // @run-id none
  const skipped = [];
  for (const line of lines.map((text) => JSON.parse(text))) {
    const runId = importedRunId(line); // @run-id none
    if (!runId) skipped.push(line); // @run-id no-run-id-truthiness
    else await tables.jobTracking.create({ 'Run ID': runId, Status: line.status, Notes: `was ${line.jobId}` }); // @run-id none
  }
  return { imported: lines.length - skipped.length, skipped };
}

export const ofClient = (runIds, clientId) =>
  runIds.filter((runId) => runId.endsWith(`-${clientId}`)); // @run-id no-fuzzy-run-id-lookup

export const isKnown = async (runId) => {
  const [found] = await tables.jobTracking.select({ filterByFormula: `{Run ID} = '${runId}'` }); // @run-id no-fuzzy-run-id-lookup
  return found !== undefined; // @run-id none
};
