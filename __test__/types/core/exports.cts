// The same package from CommonJS, in both ways of asking for it.

import unifiedRunIdService = require('unified-run-id');

import { type BaseRunId, type ClientRunId, generateTimestampRunId, type RunIdError } from 'unified-run-id';

const base: BaseRunId = generateTimestampRunId();
const compound: ClientRunId = unifiedRunIdService.createClientRunId(base, 'Ann-Carver');
const sameClass: typeof RunIdError = unifiedRunIdService.RunIdError;
const runId: unifiedRunIdService.RunId = unifiedRunIdService.normalizeRunId(compound);

// @ts-expect-error A plain string is no run ID here either.
const fromText: BaseRunId = '251006-143000';

export = { compound, fromText, runId, sameClass };
