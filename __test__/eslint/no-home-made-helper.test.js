'use strict';

const { testRule } = require('../support/rule-tests.js');

testRule('no-home-made-helper', {
  good: [
    'function findRun(runId) { return runs.get(runId); }',
    'function newRunId() { return generateTimestampRunId(); }',
    "const { normalizeRunId } = require('unified-run-id');\nfunction validateJobRunId(runId) { return normalizeRunId(runId); }",
    "module.exports = require('unified-run-id');",
    'function getClientId(req) { return req.client.id; } // runId',
    'function saveRunId(runId) { this.runId = runId; }',
    'const generateRunId = jest.fn();',
    'class Run { get runId() { return this.row.run_id; } }',
    'function validateClientId(value) { return value.length > 2; } // runId',
    'function createRun(runId) { return { runId, at: new Date() }; }',
    'function clearCache() { cache.clear(); } // runId',
    'function linkApifyRunId(runId, apifyRunId) { return save(runId, String(apifyRunId)); }',
    'export default function () {}\nexport const runId = 1;',
  ],
  bad: [
    ["function runIdWithClient(id, client) { return id + '-' + client; }", 'helper'],
    ['function generateRunId() { return new Date().toISOString(); }', 'helper'],
    ["const normalizeRunId = (runId) => runId.split('-').slice(0, 2).join('-');", 'helper'],
    ['function stripClientSuffix(runId) { return runId.slice(0, 13); }', 'helper'],
    ['function addClientSuffix(runId, clientId) { return `${runId}-${clientId}`; }', 'helper'],
    ['class RunIds { validateRunId(runId) { return /^\\d/.test(runId); } }', 'helper'],
    ['const service = { formatRunId(value) { return String(value); } };', 'helper'],
    ["exports.createRunId = function () { return 'x' + Date.now(); };", 'helper'],
    ["module.exports.parseRunId = (runId) => runId.split('-');", 'helper'],
    ["function getClientId(runId) { return runId.split('-')[2]; }", 'helper'],
    ["function extractClientId(runId) { return runId.replace(/^.{14}/, ''); }", 'helper'],
    [
      "const buildClientRunId = (base, client) => base + '-' + client; // runId".replace(
        "base + '-'",
        "baseRunId + '-'",
      ),
      'helper',
    ],
    ['function getOrCreateRunId(runId) { return runId || next(); }', 'helper'],
    [
      'class S { static ensureRunId = (value) => { if (typeof value === "object") return value.id; return value; }; }',
      'helper',
    ],
    ['async function convertToStandardFormat(runId) { return runId.trim(); }', 'helper'],
  ],
});
