'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const plugin = require('../../lib/eslint/plugin.js');
const { Workspace } = require('../../tools/workspace.js');
const { LABEL, reportsIn } = require('../support/legacy-reports.js');
const { TREE, sourcesOf } = require('../support/legacy-labels.js');

const OXLINT = path.join(__dirname, '..', '..', 'node_modules', 'oxlint', 'bin', 'oxlint');

const workspace = new Workspace(test);

/** What Oxlint reports in a folder, as `file:line rule`. */
function oxlint(rules, ...args) {
  workspace.write(
    '.oxlintrc.json',
    JSON.stringify({
      jsPlugins: [{ name: 'run-id', specifier: 'unified-run-id/eslint' }],
      categories: { correctness: 'off' },
      settings: { 'run-id': { names: ['jobKey'], ignore: ['ignoredRunId'] } },
      rules,
    }),
  );
  const report = path.join(workspace.folder, 'report.json');
  const out = fs.openSync(report, 'w');
  try {
    execFileSync(process.execPath, [OXLINT, '--format=json', ...args, 'src'], {
      cwd: workspace.folder,
      stdio: ['ignore', out, 'pipe'],
    });
  } catch (error) {
    assert.equal(error.status, 1, String(error.stderr));
  } finally {
    fs.closeSync(out);
  }
  const { diagnostics } = JSON.parse(fs.readFileSync(report, 'utf8'));
  return diagnostics.map(({ code, filename, labels: [{ span }] }) => {
    const rule = code.replace(/^run-id\((.*)\)$/, '$1');
    return `${filename.replaceAll(path.sep, '/').replace('src/', '')}:${span.line} ${rule}`;
  });
}

describe('under Oxlint', () => {
  const strict = Object.entries(plugin.configs.strict.rules).map(([rule, setting]) => [rule, setting]);

  test('each rule reports in the legacy tree what it reports under ESLint', () => {
    for (const file of sourcesOf(TREE)) {
      workspace.write(`src/${file}`, fs.readFileSync(path.join(TREE, file), 'utf8').replace(LABEL, ''));
    }
    assert.deepEqual([...new Set(oxlint(Object.fromEntries(strict)))].sort(), [...reportsIn()].sort());
  });

  test('settings are kept, and the types are off', () => {
    fs.rmSync(workspace.path('src'), { recursive: true });
    workspace.write(
      'src/a.ts',
      "jobKey.split('-');\nignoredRunId.split('-');\nconst runId = 'x' as ApifyRunId;\n",
    );
    assert.deepEqual(oxlint(Object.fromEntries(strict)), ['a.ts:1 no-run-id-surgery']);
  });

  test('what is safe is fixed', () => {
    const file = workspace.write(
      'src/a.js',
      "const { generateRunId } = require('unified-run-id');\nstart(generateRunId());\n",
    );
    oxlint({ 'run-id/no-deprecated-helper': 'error' }, '--fix');
    assert.equal(
      fs.readFileSync(file, 'utf8'),
      "const { generateTimestampRunId } = require('unified-run-id');\nstart(generateTimestampRunId());\n",
    );
  });
});
