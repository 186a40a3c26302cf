'use strict';

const { testRule } = require('../support/rule-tests.js');

const imported = (code) => `const { resolveRunId } = require('unified-run-id');\n${code}`;

testRule('prefer-resolve-run-id', {
  good: [
    { code: "class C { one(@Query('runId', RunIdPipe) runId: string) {} }", isTyped: true },
    'const { runId } = JSON.parse(message);',
    'const runId = resolveRunId(req);',
    'const runId = normalizeRunId(req.body.runId);',
    'const { clientId } = parseRunId(req.query.runId);',
    'if (isRunId(req.query.runId)) start();',
    'const { runId } = job;',
    'const { runId } = req;',
    'const runId = normalizeRunId(req.params.runId);',
    'const runId = message.body.runId;',
    'console.log(req.body.runId);',
    'if (req.query.runId) start();',
    'const { clientId } = req.body;',
    'req.query.runId = runId;',
    'if (req.body && req.body.runId) start();',
    'res.json({ runId: row.run_id });',
    'const id = req.body.apifyRunId;',
    'const { apifyRunId } = req.body;',
    "const { JobTracking } = require('unified-run-id/job-tracking');\nconst jobs = new JobTracking({ db });\njobs.getClientRun(req.body.runId);",
    'function handle({ runId }) { return runId; }',
  ],
  bad: [
    [{ code: "class C { one(@Query('runId') runId: string) {} }", isTyped: true }, 'read'],
    [{ code: 'class C { one(@Body() { runId }: Start) {} }', isTyped: true }, 'read'],
    ['const { runId } = c.req.query();', 'read'],
    ['const { runId } = JSON.parse(event.body);', 'read'],
    ['const answer = (r, res) => find(r.query.runId);', 'read'],
    ["const id = _.get(req, 'query.runId');", 'read'],
    ["const qs = querystring.parse(req.url.split('?')[1]);\nfind(qs.runId);", 'read'],
    [
      'const runId = req.query.runId;',
      'read',
      { suggest: [imported('const runId = resolveRunId(req, { generate: false });')] },
    ],
    [
      'const runId = req.query.runId || req.body.runId;',
      'read',
      { suggest: [imported('const runId = resolveRunId(req, { generate: false });')] },
    ],
    [
      'const runId = req.query.runId || req.body.runId || generateRunId();',
      'read',
      { suggest: [imported('const runId = resolveRunId(req);')] },
    ],
    [
      'const { runId } = req.body;',
      'read',
      { suggest: [imported('const runId = resolveRunId(req, { generate: false });')] },
    ],
    ['const { runId, clientId } = req.body;', 'read', { suggest: [] }],
    [
      'const { runId: id } = request.query;',
      'read',
      { suggest: [imported('const id = resolveRunId(request, { generate: false });')] },
    ],
    ['const { runId } = req.body || {};', 'read'],
    ['const runId = req?.query?.runId;', 'read'],
    ["const runId = req.query['runId'];", 'read'],
    ['const { body } = req;\nconst runId = body.runId;', 'read'],
    ['const { body: { runId } } = req;', 'read'],
    ["app.post('/x', ({ body }, res) => res.json(find(body.runId)));", 'read'],
    ['const q = req.query;\nfind(q.run_id);', 'read'],
    ['const input = { ...req.query, ...req.body };\nfind(input.runId);', 'read'],
    ["const runId = req.method === 'GET' ? req.query.runId : req.body.runId;", 'read read'],
    ["const runId = new URL(request.url).searchParams.get('runId');", 'read'],
    ['async function post(request) { const { runId } = await request.json(); return runId; }', 'read'],
    ["const runId = c.req.query('runId');", 'read'],
    ['find(ctx.request.body.runId);', 'read'],
    [{ code: 'const runId = (req.query as any)!.runId;', isTyped: true }, 'read'],
  ],
});
