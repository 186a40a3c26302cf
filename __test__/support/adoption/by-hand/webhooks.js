'use strict';

// What the outside calls back.

module.exports = [
  {
    file: 'webhooks/commentHandler.js',
    why: 'the provider sends the run of the job, or that of the client',
    edits: [
      {
        from: "require('./api.js')",
        is: [
          "const { clientRunIdFor, resolveRunId } = require('unified-run-id');",
          "const { api } = require('./api.js');",
        ],
      },
      {
        from: 'req.body.runId || req.query.runId',
        to: '`${runId}-${clientId}`',
        is: [
          '  const runId = resolveRunId(req, { generate: false });',
          '  const clientRunId = clientId === undefined ? runId : clientRunIdFor(runId, clientId);',
        ],
      },
    ],
  },
  {
    file: 'webhooks/apifyHandler.js',
    why: 'a payload holds a run ID, or it is refused',
    edits: [
      {
        from: 'extractClientId } = require',
        is: "const { getClientId, normalizeRunId } = require('unified-run-id');",
      },
      {
        from: 'let runId = payload.runId',
        to: 'extractClientId(clientRunId)',
        is: [
          '  const clientRunId = normalizeRunId(payload.runId);',
          '  const clientId = getClientId(clientRunId);',
        ],
      },
    ],
  },
  {
    file: 'webhooks/resumeHandler.js',
    why: 'nothing is cut from what was received',
    edits: [
      { from: 'getNormalizedRunId } = require', is: "const { resolveRunId } = require('unified-run-id');" },
      { from: 'const SMART_RESUME', is: '' },
      {
        from: 'const { runId: received',
        to: 'received.replace',
        is: [
          '    const { clientId } = req.body;',
          '    const runId = resolveRunId(req, { generate: false });',
        ],
      },
    ],
  },
  {
    file: 'webhooks/mailHandler.js',
    why: "a mail's tags name the client's run, whole",
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: "const { getClientId, normalizeRunId, resolveRunId } = require('unified-run-id');",
      },
      { from: 'runIdOf } = require', is: '' },
      {
        from: 'const runId = runIdOf',
        to: 'addClientSuffix(jobRunId',
        is: ['  const runId = normalizeRunId(tagged);', '  const clientId = getClientId(runId);'],
      },
      {
        from: 'api.updateClientRun(clientRunId',
        to: 'changed: clientRunId',
        is: [
          '  const record = await api.updateClientRun(runId, clientId, { Mailed: event });',
          "  return res.json({ runId: record['Run ID'] });",
        ],
      },
      {
        from: 'const { body } = req;',
        to: "'bounced'",
        is: '    const bouncedRunId = resolveRunId(req, { generate: false });',
      },
    ],
  },
];
