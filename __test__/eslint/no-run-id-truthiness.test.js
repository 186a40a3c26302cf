'use strict';

const { testRule } = require('../support/rule-tests.js');

testRule('no-run-id-truthiness', {
  good: [
    'if (runId === undefined) stop();',
    'if (runId !== null) start();',
    'if (isRunId(runId)) start();',
    'if (hasRunId) start();',
    'if (runIdExtracted) start();',
    'if (!apifyRunId) stop();',
    "if (!runId) {\n  console.error('Usage: resume RUN_ID');\n  process.exit(1);\n}",
    'if (runIds.length > 0) start();',
    'const id = runId ?? null;',
    'if (!runId) runId = generateRunId();',
    'const id = runId ? runId : other;',
    'console.log(runId ? "one" : "none");',
    'console.log(!!runId);',
    'if (runId === other) start();',
    'if (rows.some((row) => row.runId === runId)) start();',
    { code: 'if (!runId) stop();', settings: { 'run-id': { ignore: ['runId'] } } },
  ],
  bad: [
    ['if (!runId) stop();', 'truth', { suggest: ['if (runId === undefined) stop();'] }],
    ['if (runId) start();', 'truth', { suggest: ['if (runId !== undefined) start();'] }],
    [
      'if (!runId || !clientId) stop();',
      'truth',
      { suggest: ['if (runId === undefined || !clientId) stop();'] },
    ],
    ['const ready = !!runId;', 'truth', { suggest: [] }],
    ['const ready = Boolean(runId);', 'truth'],
    ['runId && start(runId);', 'truth'],
    ['const where = runId ? { runId } : {};', 'truth'],
    ['while (!job.runId) wait();', 'truth'],
    ["if (record.get('Run ID')) start();", 'truth'],
    ['if (force && runId) start();', 'truth'],
    ['const id = req.body.runId;\nif (!id) stop();', 'truth'],
    ['const row = { ...(runId && { run_id: runId }) };', 'truth'],
    ['if (!job?.runId) stop();', 'truth'],
    ['const base = runId && clientId;', 'truth'],
    [{ code: 'if (!(runId as string)) stop();', isTyped: true }, 'truth'],
  ],
});
