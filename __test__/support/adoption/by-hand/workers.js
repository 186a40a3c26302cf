'use strict';

// Workers of queues.

module.exports = [
  {
    file: 'workers/scoringWorker.js',
    why: 'a job that carries no run ID fails; it does not start another run',
    edits: [
      {
        from: 'getOrCreateRunId } = require',
        is: "const { clientRunIdFor, normalizeRunId } = require('unified-run-id');",
      },
      { from: 'getOrCreateRunId(job.data', is: '  const runId = normalizeRunId(job.data.runId);' },
      {
        from: 'normalizeRunId(runId, clientId)',
        is: '  const clientRunId = clientRunIdFor(runId, clientId);',
      },
      {
        from: 'let runId = data.runId',
        to: 'runId = runId.value',
        and: 1,
        is: '  const runId = normalizeRunId(data.runId);',
      },
    ],
  },
  {
    file: 'workers/metricsWorker.js',
    why: 'no run is called unknown',
    edits: [
      {
        from: "require('./queue.js')",
        is: [
          "const { normalizeRunId } = require('unified-run-id');",
          "const { handle } = require('./queue.js');",
        ],
      },
      {
        from: "runId = 'unknown'",
        to: "=== 'unknown'",
        is: ['  const { clientId, name, by } = job.data;', '  const runId = normalizeRunId(job.data.runId);'],
      },
      { from: '|| currentRunId()', is: '  const auditRunId = normalizeRunId(job.data.runId);' },
      { from: 'currentRunId } = require', is: '' },
    ],
  },
  {
    file: 'workers/enrichmentWorker.js',
    why: 'a job that does not carry a run ID where it belongs is refused',
    edits: [
      {
        from: 'const service = require',
        is: "const { getClientId, normalizeRunId } = require('unified-run-id');",
      },
      { from: 'constructor({ runIds })', to: 'this.runIds = runIds', is: '  constructor() {' },
      {
        from: 'service.extractClientId(runId)',
        is: '    const clientId = job.data.clientId ?? getClientId(runId);',
      },
      {
        from: '// An older producer',
        to: 'this.runIds.standardize(runId)',
        is: ['  runIdOf({ data }) {', '    return normalizeRunId(data.runId);'],
      },
      {
        from: 'const worker = new EnrichmentWorker',
        to: '});',
        is: 'const worker = new EnrichmentWorker();',
      },
    ],
  },
  {
    file: 'workers/mailWorker.js',
    why: 'the client of a run is its client',
    edits: [
      {
        from: "require('./queue.js')",
        is: [
          "const { getClientId } = require('unified-run-id');",
          "const { handle } = require('./queue.js');",
        ],
      },
      {
        from: 'const [, , ...name] = runId.split',
        to: 'const to =',
        is: '    const to = `${getClientId(runId).toLowerCase()}@example.com`;',
      },
    ],
  },
];
