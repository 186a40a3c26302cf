'use strict';

// What the ESLint plugin reports in the labelled legacy tree, without the labels: they name the rules.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Linter } = require('eslint');
const plugin = require('../../lib/eslint/plugin.js');
const { TREE, labelledLines, sourcesOf } = require('./legacy-labels.js');

const LABEL = / ?\/\/ @run-id [a-z, -]+$/gm;

/** Each line with a report, as `file:line rule`. */
function reportsIn(folder = TREE, lint = lintFile) {
  const reports = new Set();
  for (const file of sourcesOf(folder)) {
    const code = readFileSync(join(folder, file), 'utf8').replace(LABEL, '');
    for (const { line, rule } of lint(code, file)) reports.add(`${file}:${line} ${rule}`);
  }
  return reports;
}

function lintFile(code, file) {
  const sourceType = file.endsWith('.mjs') ? 'module' : 'commonjs';
  const configs = [{ languageOptions: { sourceType } }, plugin.configs.strict].map((config) => ({
    ...config,
    files: ['**/*.js', '**/*.mjs'],
  }));
  return new Linter().verify(code, configs, { filename: file }).map(({ line, ruleId, message }) => {
    if (ruleId === null) throw new Error(`${file}:${line} ${message}`);
    return { line, rule: ruleId.slice('run-id/'.length) };
  });
}

/** Each site that a label names, in the same form. */
function sites() {
  return new Set(
    labelledLines().flatMap(({ file, line, rules }) => rules.map((rule) => `${file}:${line} ${rule}`)),
  );
}

module.exports = { LABEL, reportsIn, sites };
