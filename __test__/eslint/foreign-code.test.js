'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { Linter } = require('eslint');
const parser = require('@typescript-eslint/parser');
const plugin = require('../../lib/eslint/plugin.js');

const ROOT = path.join(__dirname, '..', '..');

/** Packages whose runs have IDs of their own, with how many files at least speak of one. */
const PACKAGES = { 'apify-client': 3, openai: 10, langsmith: 20, '@langchain/langgraph-sdk': 20 };

function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(folder, file).split(path.sep).includes('node_modules'));
}

/** Under a name outside node_modules, for what is installed is not looked at. */
function lint(file) {
  const code = fs.readFileSync(file, 'utf8');
  const isTyped = /\.[cm]?ts$/.test(file);
  const isModule = isTyped || file.endsWith('.mjs') || /^(?:import|export)\b/m.test(code);
  const configs = [
    {
      languageOptions: { sourceType: isModule ? 'module' : 'commonjs', ...(isTyped ? { parser } : {}) },
    },
    plugin.configs.recommended,
  ].map((config) => ({ ...config, files: ['**/*.js', '**/*.cjs', '**/*.mjs', '**/*.ts', '**/*.mts'] }));
  const found = new Linter().verify(code, configs, {
    filename: path.basename(file),
    allowInlineConfig: false,
  });
  return {
    hasRunId: /run_?id/i.test(code),
    found: found.map(({ line, message }) => `${file}:${line} ${message}`),
  };
}

describe('nothing is reported in', () => {
  for (const [name, least] of Object.entries(PACKAGES)) {
    test(name, () => {
      const results = filesIn(path.join(ROOT, 'node_modules', name)).map(lint);
      assert.deepEqual(
        results.flatMap(({ found }) => found),
        [],
      );
      const speaking = results.filter(({ hasRunId }) => hasRunId).length;
      assert.ok(speaking >= least, `${speaking} files`);
    });
  }

  test('the examples, but for the faults that the guide plants', () => {
    const folder = path.join(ROOT, 'examples');
    const found = filesIn(folder).flatMap((file) => lint(file).found);
    const places = found.map((report) =>
      path.relative(folder, report.split(' ')[0]).replaceAll(path.sep, '/'),
    );
    assert.deepEqual(places.sort(), ['guide/first-record.js:14', 'guide/worker.js:6']);
  });

  test('an installed package, whatever it does', () => {
    const config = [plugin.configs.recommended];
    const [code, filename] = ["runId.split('-');", 'node_modules/other/index.js'];
    assert.equal(new Linter().verify(code, config, { filename: 'index.js' }).length, 1);
    const files = [{ files: ['**/*.js'], ...plugin.configs.recommended }, { ignores: ['!**/node_modules/'] }];
    assert.deepEqual(new Linter().verify(code, files, { filename }), []);
  });
});
