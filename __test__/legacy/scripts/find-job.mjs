// find-job.mjs PART: shows the jobs whose run ID looks like it.

import runIds from '../services/unifiedRunIdService.js';
import settings from '../config/settings.js';

const { stripClientSuffix, convertToStandardFormat: standard } = runIds; // @run-id none

export function candidatesOf(given) {
  const exact = standard(given); // @run-id no-deprecated-helper
  const base = stripClientSuffix(given); // @run-id no-deprecated-helper
  return [...new Set([given, exact, base])].filter((candidate) => candidate !== null); // @run-id none
}

export async function findJob(given) {
  for (const candidateRunId of candidatesOf(given)) { // @run-id none
    const response = await fetch(`${settings.apiUrl}/api/jobs/${encodeURIComponent(candidateRunId)}`); // @run-id none
    if (response.ok) return response.json();
  }
  return null;
}

export const similar = (runIds, part) => runIds.filter((runId) => runId.indexOf(part) >= 0); // @run-id no-fuzzy-run-id-lookup

if (process.argv[2]) { // @run-id none
  console.log(await findJob(process.argv[2])); // @run-id none
}
