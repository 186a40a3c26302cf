'use strict';

// What a person changes when the legacy service is moved, because no machine can know it: which fallbacks go, what a
// parameter may hold, what a request is asked for. Each edit replaces the lines from the first one that holds `from` to the
// next one that holds `to`, or that line alone.

const ADDON = "require('unified-run-id')";

const BY_HAND = [
  {
    file: 'middleware/requestContext.js',
    why: 'one run ID for a request, and none that a header of another name brings',
    edits: [
      { from: 'getOrCreateRunId } = require', is: `const { resolveRunId } = ${ADDON};` },
      { from: 'const given =', to: 'getOrCreateRunId(given', is: '  const runId = resolveRunId(req);' },
      { from: "?? 'no-run'", is: '  return current()?.runId;' },
    ],
  },
  {
    file: 'routes/apiAndJobRoutes.js',
    why: 'the catch that mints goes, and a scored run must be there',
    edits: [
      { from: "const { Router } = require('express')", is: `const { Router } = require('express');\nconst { resolveRunId } = ${ADDON};` },
      { from: 'let runId;', to: "slice(0, 17)", and: 1, is: '  const runId = resolveRunId(req);' },
      { from: 'const runId = req.query.runId || unifiedRunIdService', is: '  const runId = resolveRunId(req, { generate: false });' },
      { from: "|| 'preview'", is: '  const runId = resolveRunId(req, { generate: false });' },
    ],
  },
  {
    file: 'routes/runRoutes.js',
    why: "a client asks for exactly its own run, and for no other client's",
    edits: [
      { from: "require('express')", is: `const express = require('express');\nconst { resolveRunId } = ${ADDON};` },
      { from: 'const runId = req.query.runId || req.body?.runId', to: 'String(runId)', is: '  const { fields } = await JobTracking.getClientRun(resolveRunId(req, { generate: false }));' },
      { from: 'const { runId } = req.query', to: 'repository.forRun', is: '  const runId = resolveRunId(req, { generate: false, expectClientId: req.clientId });\n  const record = await repository.byExactRunId(runId);' },
    ],
  },
  {
    file: 'services/jobTracking.js',
    why: 'a job is made under the ID that it is given, and a client run under its own client',
    edits: [
      { from: "require('./unifiedRunIdService.js')", is: `const { clientRunIdFor, getBaseRunId, normalizeRunId } = ${ADDON};` },
      { from: 'static generateRunId()', to: '  }', and: 1, is: '' },
      { from: 'runId || JobTracking.generateRunId()', is: '    const id = normalizeRunId(runId);' },
      { from: 'convertToStandardFormat(runId)', is: '    const standardRunId = getBaseRunId(runId);' },
      { from: 'unifiedRunIdService.addClientSuffix(runId', is: '    const clientRunId = clientRunIdFor(runId, clientId);' },
      { from: 'const baseRunId = unifiedRunIdService', to: 'addClientSuffix(baseRunId', is: '    const clientRunId = clientRunIdFor(runId, clientId);' },
    ],
  },
  {
    file: 'services/runRecordAdapter.js',
    why: 'nothing is cached, and nothing is created because it was not found',
    edits: [
      { from: "require('./unifiedRunIdService.js')", to: "require('../utils/runIdUtils.js')", is: `const { getBaseRunId } = ${ADDON};` },
      { from: 'standardizeRunId(runId)', is: '  return JobTracking.createJob({ runId, jobType });' },
      { from: 'baseOf(runId)', is: '    return await JobTracking.getJob(getBaseRunId(runId));' },
      { from: 'const clientRunId = ensureClientSuffix', to: 'runIds.cacheRecordId', is: "  const record = await JobTracking.createClientRun({ runId, clientId, source: 'adapter' });" },
      { from: 'const cached = runIds', to: 'if (cached)', is: '' },
    ],
  },
  {
    file: 'services/leadScoring.js',
    why: 'a result holds a run ID, which nobody needs to dig out',
    edits: [
      { from: 'extractId }', is: '' },
      { from: 'extractId(result.runId)', is: '  const id = result.runId;' },
    ],
  },
  {
    file: 'utils/structuredLogger.js',
    why: 'a logger writes the run that it was given, or none',
    edits: [
      { from: 'generateRunId } = require', is: '' },
      { from: "|| 'INITIALIZING'", is: '    this.runId = runId;' },
      { from: "generateRunId(), operation", is: "    return new StructuredLogger('SYSTEM', undefined, operation);" },
      { from: ": 'unknown'", to: 'return new StructuredLogger', is: '    return new StructuredLogger(previous?.clientId, previous?.runId, operation);' },
    ],
  },
  {
    file: 'workers/scoringWorker.js',
    why: 'a job that carries no run ID fails; it does not start another run',
    edits: [
      { from: 'getOrCreateRunId } = require', is: `const { clientRunIdFor, normalizeRunId } = ${ADDON};` },
      { from: 'getOrCreateRunId(job.data', is: '  const runId = normalizeRunId(job.data.runId);' },
      { from: 'normalizeRunId(runId, clientId)', is: '  const clientRunId = clientRunIdFor(runId, clientId);' },
      { from: 'let runId = data.runId', to: 'runId = runId.value', and: 1, is: '  const runId = normalizeRunId(data.runId);' },
    ],
  },
  {
    file: 'workers/metricsWorker.js',
    why: 'no run is called unknown',
    edits: [
      { from: "require('./queue.js')", is: `const { normalizeRunId } = ${ADDON};\nconst { handle } = require('./queue.js');` },
      { from: "runId = 'unknown'", to: "=== 'unknown'", is: '  const { clientId, name, by } = job.data;\n  const runId = normalizeRunId(job.data.runId);' },
      { from: '|| currentRunId()', is: '  const auditRunId = normalizeRunId(job.data.runId);' },
      { from: 'currentRunId } = require', is: '' },
    ],
  },
  {
    file: 'routes/apifyProcessRoutes.js',
    why: "a job's ID has no client",
    edits: [
      { from: "generateTimestampRunId('batch-all-clients')", is: '  const master = runIdService.generateTimestampRunId();' },
      { from: '`${master}-${clientId}`', is: '    const clientRunId = runIdService.createClientRunId(master, clientId);' },
    ],
  },
  {
    file: 'webhooks/commentHandler.js',
    why: 'the provider sends the run of the job, or that of the client',
    edits: [
      { from: "require('./api.js')", is: `const { clientRunIdFor, resolveRunId } = ${ADDON};\nconst { api } = require('./api.js');` },
      { from: 'req.body.runId || req.query.runId', to: '`${runId}-${clientId}`', is: '  const runId = resolveRunId(req, { generate: false });\n  const clientRunId = clientId === undefined ? runId : clientRunIdFor(runId, clientId);' },
    ],
  },
  {
    file: 'webhooks/apifyHandler.js',
    why: 'a payload holds a run ID, or it is refused',
    edits: [
      { from: 'extractClientId } = require', is: `const { getClientId, normalizeRunId } = ${ADDON};` },
      { from: 'let runId = payload.runId', to: 'extractClientId(clientRunId)', is: '  const clientRunId = normalizeRunId(payload.runId);\n  const clientId = getClientId(clientRunId);' },
    ],
  },
  {
    file: 'webhooks/resumeHandler.js',
    why: 'nothing is cut from what was received',
    edits: [
      { from: 'getNormalizedRunId } = require', is: `const { resolveRunId } = ${ADDON};` },
      { from: 'const SMART_RESUME', is: '' },
      { from: 'const { runId: received', to: 'received.replace', is: '    const { clientId } = req.body;\n    const runId = resolveRunId(req, { generate: false });' },
    ],
  },
];

const removeBlankPairs = (lines) => lines.filter((line, index) => line !== '' || lines[index - 1] !== '');

/** The text of a file after its edits; each must fit exactly one place. */
function edited(file, text, edits) {
  let lines = text.split('\n');
  for (const { from, to = from, and = 0, is } of edits) {
    const starts = lines.flatMap((line, index) => (line.includes(from) ? [index] : []));
    if (starts.length !== 1) throw new Error(`${file}: ${starts.length} lines hold ${from}`);
    const [start] = starts;
    const end = lines.findIndex((line, index) => index >= start && line.includes(to)) + and;
    if (end < start) throw new Error(`${file}: no line after ${from} holds ${to}`);
    lines = [...lines.slice(0, start), ...is.split('\n'), ...lines.slice(end + 1)];
  }
  return removeBlankPairs(lines).join('\n');
}

module.exports = { BY_HAND, edited };
