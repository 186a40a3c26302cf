// What scripts at a prompt want: import * as ids from './scripts/ids.mjs'

import { addClientSuffix, stripClientSuffix as base, normalizeRunId } from '../services/unifiedRunIdService.js';

export { extractClientId as clientOf, validateRunId } from '../services/unifiedRunIdService.js'; // @run-id none
export { isRunId, parseRunId } from 'unified-run-id'; // @run-id none

export const forClients = (runId, ...clients) => clients.map((clientId) => addClientSuffix(runId, clientId)); // @run-id no-deprecated-helper

export const jobOf = (runId) => base(runId); // @run-id no-deprecated-helper

export const checked = (...runIds) => runIds.map((runId) => normalizeRunId(runId)); // @run-id none

export default { forClients, jobOf, checked };
