// The same package from CommonJS, in both ways of asking for it.

import unifiedRunIdService = require('unified-run-id');

import { type BaseRunId, type ClientRunId, generateTimestampRunId, type RunIdError } from 'unified-run-id';

const base: BaseRunId = generateTimestampRunId();
const compound: ClientRunId = unifiedRunIdService.createClientRunId(base, 'Ann-Carver');
const sameClass: typeof RunIdError = unifiedRunIdService.RunIdError;
const runId: unifiedRunIdService.RunId = unifiedRunIdService.normalizeRunId(compound);

const names: Record<keyof typeof unifiedRunIdService, true> = {
  generateTimestampRunId: true,
  resolveRunId: true,
  resolveRunIdWithSource: true,
  normalizeRunId: true,
  getNormalizedRunId: true,
  generateRunId: true,
  isRunId: true,
  isBaseRunId: true,
  isClientRunId: true,
  isClientId: true,
  parseRunId: true,
  createClientRunId: true,
  clientRunIdFor: true,
  getBaseRunId: true,
  getClientId: true,
  scanRunIds: true,
  configure: true,
  RUN_ID_PATTERN: true,
  CLIENT_ID_PATTERN: true,
  RunIdError: true,
};

// @ts-expect-error A plain string is no run ID here either.
const fromText: BaseRunId = '251006-143000';

export = { compound, fromText, names, runId, sameClass };
