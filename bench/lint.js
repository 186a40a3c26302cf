'use strict';

// How long the rules of the ESLint plugin take for a file of 500 lines, without the time that ESLint needs to read it.

const fs = require('node:fs');
const path = require('node:path');
const { Linter } = require('eslint');
const plugin = require('../lib/eslint/plugin.js');

const ROUNDS = 15;
const QUICK_ROUNDS = 5;
const WARM_UP = 3;
const LINES = 500;

/** Milliseconds for a file of 500 lines. */
const BOUND = 15;

/** A typical service of many files. */
const TREE = path.join(__dirname, '..', '__test__', 'legacy');

/** Ten lines, eight of them with a report: the worst case. */
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

/** Ten lines with run IDs and nothing to report. */
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
const BRANCHES = `function f(runId) {${'\n  if (!runId) { runId = other(); } else { x = runId || y; }'.repeat(LINES)}\n}`;

const caseOf = (title, read, bounds = [{ atMost: BOUND }]) => ({ title, unit: 'ms', bounds, read });

const CASES = {
  lintTree: caseOf('500 lines of a legacy service, the rules alone', treeFiles),
  lintClean: caseOf('500 lines without a fault', () => [repeated(CLEAN)]),
  lintFaults: caseOf('500 lines with 450 reports', () => [repeated(SERVICE)], []),
  lintBranches: caseOf('a function of 500 branches, with 1,000 reports', () => [BRANCHES], []),
};

function treeFiles() {
  return fs
    .readdirSync(TREE, { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => name.endsWith('.js') && !parentPath.includes('node_modules'))
    .map(({ name, parentPath }) => fs.readFileSync(path.join(parentPath, name), 'utf8'));
}

/** The time of all rules together for 500 lines, as ESLint reports it. */
function timeOf(codes) {
  const lines = codes.reduce((sum, code) => sum + code.split('\n').length, 0);
  return (codes.reduce((sum, code) => sum + timeOfOne(code), 0) / lines) * LINES;
}

function timeOfOne(code) {
  const linter = new Linter();
  linter.verifyAndFix(code, [plugin.configs.strict], { filename: 'service.js', fix: false, stats: true });
  const [{ rules }] = linter.getTimes().passes;
  return Object.values(rules).reduce((sum, { total }) => sum + total, 0);
}

async function measure(names, { isQuick, progress }) {
  const codes = Object.fromEntries(names.map((name) => [name, CASES[name].read()]));
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -WARM_UP; round < (isQuick ? QUICK_ROUNDS : ROUNDS); round++) {
    progress(`round ${round}`);
    for (const name of names) {
      const time = timeOf(codes[name]);
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
