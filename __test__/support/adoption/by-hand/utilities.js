'use strict';

// Utilities.

module.exports = [
  {
    file: 'utils/runIdGenerator.js',
    why: 'no ID begins with the name of a job',
    edits: [{ from: 'module.exports', is: 'module.exports = { generateRunId };' }],
  },
  {
    file: 'utils/runIdUtils.js',
    why: 'nobody adds a suffix to be safe, or takes one away',
    edits: [
      { from: '  ensureClientSuffix,', is: '' },
      { from: '  baseOf: toBase,', is: '' },
    ],
  },
  {
    file: 'utils/runIdNormalizer.js',
    why: 'nobody asks the class',
    edits: [{ from: '  RunIdNormalizer,', is: '' }],
  },
  {
    file: 'utils/runIdValidator.js',
    why: 'nobody catches the error',
    edits: [{ from: '  RunIdValidationError,', is: '' }],
  },
  {
    file: 'utils/structuredLogger.js',
    why: 'a logger writes the run that it was given, or none',
    edits: [
      { from: 'generateRunId } = require', is: '' },
      { from: "|| 'INITIALIZING'", is: '    this.runId = runId;' },
      {
        from: 'generateRunId(), operation',
        is: "    return new StructuredLogger('SYSTEM', undefined, operation);",
      },
      {
        from: ": 'unknown'",
        to: 'return new StructuredLogger',
        is: '    return new StructuredLogger(previous?.clientId, previous?.runId, operation);',
      },
    ],
  },
  {
    file: 'utils/runContext.js',
    why: 'a context is of one run, and for another client only if it is of the job',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        to: "require('./runIdValidator.js')",
        is: "const { clientRunIdFor, getBaseRunId, getClientId, normalizeRunId } = require('unified-run-id');",
      },
      { from: 'validateAndNormalizeRunId(runId)', is: '    this.#runId = normalizeRunId(runId);' },
      { from: 'stripClientSuffix(this.#runId)', is: '    return getBaseRunId(this.#runId);' },
      {
        from: 'addClientSuffix(this.baseRunId',
        is: '    const runId = clientRunIdFor(this.#runId, clientId);',
      },
      { from: 'extractClientId(this.#runId)', is: '    return getClientId(this.#runId) === clientId;' },
      {
        from: "typeof value === 'string'",
        to: 'validateAndStandardizeRunId(runId)',
        is: '    return new RunContext({ runId: value });',
      },
      { from: '!!this.parent?.runId', is: '    return this.parent !== null;' },
    ],
  },
  {
    file: 'utils/payloads.js',
    why: 'a payload holds the run ID itself',
    edits: [
      {
        from: "require('./runIdUtils.js')",
        to: "require('./runIdNormalizer.js')",
        is: "const { normalizeRunId } = require('unified-run-id');",
      },
      {
        from: "if (typeof payload.runId === 'object'",
        to: 'return payload.runId;',
        is: '  return normalizeRunId(payload.runId);',
      },
      { from: 'extractId(payload.runId)', is: '  const runId = normalizeRunId(payload.runId);' },
      { from: 'validateAndNormalize(payload.runId', is: '  const runId = normalizeRunId(payload.runId);' },
      { from: 'String(jobRunId)', is: '  return { ...rest, runId: normalizeRunId(jobRunId) };' },
      { from: 'job.run?.runId?.toString()', is: '  const runId = normalizeRunId(job.run?.runId);' },
    ],
  },
  {
    file: 'utils/assertions.js',
    why: 'a check is for run IDs, not for something that is there',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: "const { isRunId } = require('unified-run-id');",
      },
      {
        from: 'assert(runId, `',
        to: 'assert.ok(detectRunIdFormat',
        is: '  assert.ok(isRunId(runId), `${where}: ${runId} is no run ID`);',
      },
    ],
  },
];
