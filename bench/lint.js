'use strict';

// How long the rules of the ESLint plugin take for a file of 500 lines, beside what ESLint takes for it anyway.

const { Linter } = require('eslint');
const plugin = require('../lib/eslint/index.js');

const ROUNDS = 15;
const QUICK_ROUNDS = 5;
const WARM_UP = 3;
const LINES = 500;

/** Milliseconds for a file of 500 lines. */
const BOUND = 15;

/** Ten lines of a legacy service, of which eight have a report. */
const SERVICE = `
app.post('/route-N', async (req, res) => {
  const { runId, clientId } = req.body;
  const id = req.query.runId || runId || generateRunId();
  if (!runId) return res.status(400).json({ error: 'missing' });
  const base = stripClientSuffix(runId).split('-').slice(0, 2).join('-');
  const key = \`\${base}-\${clientId}\`;
  const row = await table.select({ filterByFormula: \`{Run ID} = '\${String(runId)}'\` });
  try { save(id, key, row); } catch (error) { log.error(\`\${runId} failed\`, error); }
});`;

/** Ten lines that mention a run ID and have nothing to report. */
const CLEAN = `
app.post('/route-N', async (req, res) => {
  const runId = resolveRunId(req, { generate: false });
  const clientId = getClientId(runId);
  const row = await jobs.getClientRun(runId);
  const posts = (await fetchPosts(clientId)).filter((post) => post.score > 10);
  for (const post of posts) await save({ ...post, run_id: runId, label: \`Post \${post.id}\` });
  logger.info(\`Run \${runId} has \${posts.length} posts\`);
  res.json({ runId, row, posts: posts.map(({ id }) => id).join(',') });
});`;

const repeated = (lines) =>
  Array.from({ length: LINES / 10 }, (_, at) => lines.replace('route-N', `route-${at}`)).join('');

/** One function with many branches and one run ID. */
const BRANCHES = `function f(runId) {${'\\n  if (!runId) { runId = other(); } else { x = runId || y; }'.repeat(LINES)}\\n}`;

const caseOf = (title, code, bounds = []) => ({ title, unit: 'ms', bounds, code });
const bounds = [{ atMost: BOUND }];

const CASES = {
  lintLegacy: caseOf('500 lines of a legacy service, the rules alone', repeated(SERVICE), bounds),
  lintClean: caseOf('500 lines without a fault, the rules alone', repeated(CLEAN), bounds),
  lintBranches: caseOf('a function of 500 branches, the rules alone', BRANCHES, bounds),
};

/** What the rules add: with them, less without them, on a text that is parsed each time. */
function added(code) {
  const linter = new Linter();
  const timed = (config) => {
    const start = performance.now();
    linter.verify(code, config);
    return performance.now() - start;
  };
  const bare = { plugins: { 'run-id': plugin } };
  return timed([plugin.configs.strict]) - timed([bare]);
}

async function measure(names, { isQuick, progress }) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -WARM_UP; round < (isQuick ? QUICK_ROUNDS : ROUNDS); round++) {
    progress(`round ${round}`);
    for (const name of names) {
      const time = added(CASES[name].code);
      if (round >= 0) results[name].push(time);
    }
  }
  return results;
}

module.exports = {
  CASES,
  says: 'the ESLint plugin, all rules of the strict preset, in one process',
  measure,
};
