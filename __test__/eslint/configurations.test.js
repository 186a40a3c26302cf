'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const plugin = require('../../lib/eslint/plugin.js');
const { VERSIONS } = require('../support/rule-tests.js');

const CODE = "const base = runId.split('-');\nif (runId) start();\nwatch.observeRunId(runId);\n";

const lint = ({ Linter }, config, code = CODE) =>
  new Linter().verify(code, config).map(({ ruleId, severity, message }) => ({ ruleId, severity, message }));

for (const [version, eslint] of Object.entries(VERSIONS)) {
  describe(`ESLint ${version}`, () => {
    const rulesOf = (config) => lint(eslint, config).map(({ ruleId }) => ruleId);

    test('has what is a fault in recommended', () => {
      assert.deepEqual(rulesOf([plugin.configs.recommended]), ['run-id/no-run-id-surgery']);
    });

    test('has all in strict', () => {
      assert.deepEqual(rulesOf([plugin.configs.strict]), [
        'run-id/no-run-id-surgery',
        'run-id/no-run-id-truthiness',
        'run-id/no-observe-left',
      ]);
    });

    test('warns in migration, and counts', () => {
      const found = lint(eslint, [plugin.configs.migration]);
      assert.ok(found.every(({ severity }) => severity === 1));
      assert.equal(
        found.find(({ ruleId }) => ruleId === 'run-id/count-run-id-places').message,
        '2 places in this file: no-run-id-surgery 1, no-run-id-truthiness 1.',
      );
      assert.deepEqual(lint(eslint, [plugin.configs.migration], 'find(runId);'), []);
    });

    test('takes a preset and the plugin beside it', () => {
      const config = [{ plugins: { 'run-id': plugin } }, plugin.configs.recommended];
      assert.deepEqual(rulesOf(config), ['run-id/no-run-id-surgery']);
    });

    test('takes the presets by name, under whatever name the plugin has', async () => {
      const { defineConfig } = await import(version === '9' ? 'eslint/config' : 'eslint10/config');
      const config = defineConfig({ plugins: { ids: plugin }, extends: ['ids/recommended'] });
      assert.deepEqual(rulesOf(config), ['ids/no-run-id-surgery']);
    });

    test('takes what import gives beside what require gives', async () => {
      const imported = await import('../../lib/eslint/plugin.js');
      assert.equal(imported.default, plugin);
      const config = [
        { plugins: { 'run-id': imported.default } },
        imported.configs.recommended,
        plugin.configs.strict,
      ];
      assert.equal(rulesOf(config).length, 3);
    });

    for (const [settings, words] of [
      [[], /must be an object with the keys names, ignore and legacyModules, not array/],
      [{ name: [] }, /has an unknown key "name": it takes names, ignore and legacyModules/],
      [{ names: 'runId' }, /names must be an array of patterns, not string/],
      [{ ignore: [7] }, /ignore\[0\] must be a regular expression as a string, not number/],
      [{ ignore: [''] }, /ignore\[0\] must be a regular expression as a string, not ""/],
      [{ legacyModules: ['('] }, /legacyModules\[0\] is not a valid regular expression: /],
    ]) {
      test(`says what is wrong with the settings ${JSON.stringify(settings)}`, () => {
        const config = [plugin.configs.recommended, { settings: { 'run-id': settings } }];
        assert.throws(
          () => lint(eslint, config),
          (error) => error instanceof TypeError && words.test(error.message),
        );
      });
    }
  });
}

test('has every rule in a preset', () => {
  const named = new Set(Object.values(plugin.configs).flatMap(({ rules }) => Object.keys(rules)));
  assert.deepEqual(
    [...named].sort(),
    Object.keys(plugin.rules)
      .map((rule) => `run-id/${rule}`)
      .sort(),
  );
});
