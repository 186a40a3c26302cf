'use strict';

// Routes, and what stands before them.

module.exports = [
  {
    file: 'app.js',
    why: 'what was observed is settled',
    edits: [{ from: 'OBSERVE_RUN_IDS', is: '' }],
  },
  {
    file: 'webhooks/app.js',
    why: 'what was observed is settled',
    edits: [{ from: 'OBSERVE_RUN_IDS', is: '' }],
  },
  { file: 'middleware/observing.js', why: 'what was observed is settled', isDeleted: true },
  {
    file: 'middleware/requestContext.js',
    why: 'one run ID for a request, and none that a header of another name brings',
    edits: [
      { from: 'getOrCreateRunId } = require', is: "const { resolveRunId } = require('unified-run-id');" },
      {
        from: 'const given =',
        to: 'getOrCreateRunId(given',
        is: [
          '  const { parentRunId } = req.body ?? {};',
          '  const runId = resolveRunId(req, { parentRunId });',
        ],
      },
      { from: "?? 'no-run'", is: '  return current()?.runId;' },
    ],
  },
  {
    file: 'routes/apiAndJobRoutes.js',
    why: 'the catch that mints goes, and a scored run must be there',
    edits: [
      {
        from: "const { Router } = require('express')",
        is: ["const { Router } = require('express');", "const { resolveRunId } = require('unified-run-id');"],
      },
      { from: 'let runId;', to: 'slice(0, 17)', and: 1, is: '  const runId = resolveRunId(req);' },
      {
        from: 'const runId = req.query.runId || unifiedRunIdService',
        is: '  const runId = resolveRunId(req, { generate: false });',
      },
      {
        from: 'const clientRunId = unifiedRunIdService',
        is: '  const clientRunId = unifiedRunIdService.clientRunIdFor(runId, clientId);',
      },
      { from: "|| 'preview'", is: '  const runId = resolveRunId(req, { generate: false });' },
      {
        from: 'const { runId, status } = req.body',
        to: "error: 'runId is wanted'",
        is: ['  const { status } = req.body;', '  const runId = resolveRunId(req, { generate: false });'],
      },
    ],
  },
  {
    file: 'routes/runRoutes.js',
    why: "a client asks for exactly its own run, and for no other client's",
    edits: [
      {
        from: "require('express')",
        is: ["const express = require('express');", "const { resolveRunId } = require('unified-run-id');"],
      },
      {
        from: 'const runId = req.query.runId || req.body?.runId',
        to: 'String(runId)',
        is: '  const { fields } = await JobTracking.getClientRun(resolveRunId(req, { generate: false }));',
      },
      {
        from: 'const { runId } = req.query',
        to: 'repository.forRun',
        is: [
          '  const runId = resolveRunId(req, { generate: false, expectClientId: req.clientId });',
          '  const record = await repository.byExactRunId(runId);',
        ],
      },
      {
        from: 'const { runId, clientId, ...updates }',
        is: [
          '  const { clientId, ...updates } = req.body;',
          '  delete updates.runId;',
          '  const runId = resolveRunId(req, { generate: false });',
        ],
      },
      {
        from: 'const { runId, clientId } = req.body',
        is: ['  const { clientId } = req.body;', '  const runId = resolveRunId(req, { generate: false });'],
      },
      {
        from: "req.query['runId']",
        to: 'if (!runIdGiven)',
        is: '  const runId = resolveRunId(req, { generate: false });',
      },
    ],
  },
  {
    file: 'routes/apifyProcessRoutes.js',
    why: 'a client is harvested in the run that the request belongs to',
    edits: [
      {
        from: 'const { clientId, parentRunId } = req.body',
        to: 'runIdService.addClientSuffix',
        is: [
          '  const { clientId, parentRunId } = req.body;',
          '  const runId = runIdService.clientRunIdFor(runIdService.resolveRunId(req, { parentRunId }), clientId);',
        ],
      },
    ],
  },
  {
    file: 'routes/exportRoutes.js',
    why: 'what is selected is asked for',
    edits: [
      {
        from: "const { Router } = require('express')",
        is: ["const { Router } = require('express');", "const { resolveRunId } = require('unified-run-id');"],
      },
      {
        from: 'dashboard.select(req.body.runId',
        is: '  const changed = dashboard.select(resolveRunId(req, { generate: false }));',
      },
      {
        from: "'/export/run'",
        to: "runId === ''",
        is: [
          "router.get('/export/run', async (req, res) => {",
          '  const runId = resolveRunId(req, { generate: false });',
        ],
      },
      { from: 'const exportRunId', is: '  const exportRunId = resolveRunId(req, { generate: false });' },
      {
        from: 'const { query } = req',
        to: 'everythingOf(query.runId)',
        is: '  const all = await everythingOf(resolveRunId(req, { generate: false }));',
      },
    ],
  },
  {
    file: 'routes/queueRoutes.js',
    why: 'an orphan is no run',
    edits: [{ from: "?? 'orphan'", is: '  const data = { ...req.body, runId: parentOf(req) };' }],
  },
  {
    file: 'routes/adminRoutes.js',
    why: 'nothing is cached that could be cleared',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        to: "require('../utils/runIdUtils.js')",
        is: "const { parseRunId, resolveRunId } = require('unified-run-id');",
      },
      { from: 'runIds.clearCache()', is: '' },
      { from: "'/clients/:clientId/forget'", to: '});', is: '' },
      {
        from: 'const info = getCachedRunInfo',
        to: 'return res.json(info)',
        is: '  res.json(parseRunId(resolveRunId(req, { generate: false })));',
      },
      { from: "require('../jobs/repairSuffixes.js')", is: '' },
      { from: "router.post('/repair'", to: '});', is: '' },
    ],
  },
  {
    file: 'routes/healthRoutes.js',
    why: 'there is one format',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: "const { generateTimestampRunId, isRunId } = require('unified-run-id');",
      },
      { from: 'format: detectRunIdFormat(sample)', is: '  res.json({ sample, isRunId: isRunId(sample) });' },
    ],
  },
  {
    file: 'routes/clientRoutes.js',
    why: 'null is what the repository answers where there is none',
    edits: [{ from: 'hasRun: !!runId', is: '  res.json({ runId, hasRun: runId !== null });' }],
  },
];
