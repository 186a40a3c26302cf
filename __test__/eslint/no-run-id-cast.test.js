'use strict';

const { testRule } = require('../support/rule-tests.js');

const IMPORT = "const { normalizeRunId } = require('unified-run-id');\n";

testRule('no-run-id-cast', {
  good: [
    'const { baseRunId } = parseRunId(runId);',
    'find(runId);',
    'String(count);',
    'String(apifyRunId);',
    'const text = `Run ${runId} has started`;',
    'const url = `https://acme.example/runs/${encodeURIComponent(runId)}`;',
    'console.log(String(runId));',
    'logger.info(`${runId}`);',
    'const { runId } = job;',
    'const runId = job.runId;',
    'const id = record.id;',
    "if (typeof runId !== 'string') throw new TypeError('A run ID is a string');",
    "if (typeof runId === 'object') throw new TypeError('A run ID is a string');",
    'normalizeRunId(runId);',
    'runIds.map(String);',
    { code: 'String(runId);', settings: { 'run-id': { ignore: ['runId'] } } },
    'const name = user.toString();',
    'const row = { run_id: runId };',
  ],
  bad: [
    ['const id = _.toString(runId);', 'cast'],
    ['const { id } = runId;', 'dug'],
    ['const id = [].concat(runId)[0];', 'dug'],
    ['const id = Number(runId);', 'cast'],
    ['find(String(runId));', 'cast', { suggest: [`${IMPORT}find(normalizeRunId(runId));`] }],
    ['find(runId.toString());', 'cast'],
    ['find(runId?.toString());', 'cast'],
    ['const id = `${req.query.runId}`;', 'cast'],
    ["const id = runId + '';", 'cast'],
    ["const id = '' + record.get('Run ID');", 'cast'],
    ["const id = typeof runId === 'object' ? runId.runId : runId;", 'dug'],
    ["if (typeof runId === 'object') {\n  runId = runId.id;\n}", 'dug dug'],
    ['const id = runId.runId || runId.id || runId;', 'dug'],
    ['find(jobRunId?.id);', 'dug'],
    ['const id = Array.isArray(runId) ? runId[0] : runId;', 'dug'],
    ["const id = typeof run === 'object' ? run.runId : run;", 'dug'],
    ['const id = run.runId || run.id;', 'dug'],
    ['const id = new String(client_run_id);', 'cast'],
    ['const id = String(parentRunId).trim();', 'cast'],
    ["const value = fields['Run ID'].value;", 'dug'],
    ['const id = req.body.runId;\nfind(String(id));', 'cast'],
    [{ code: 'find(String(runId as unknown));', isTyped: true }, 'cast'],
    [{ code: 'find((runId as any)!.toString());', isTyped: true }, 'cast'],
    [{ code: 'String(jobKey);', settings: { 'run-id': { names: ['jobKey'] } } }, 'cast'],
  ],
});
