'use strict';

// A source tree as its own ESLint reads it: with the project's parsers, settings and ignored files, but only the rules of
// this package.

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { UsageError, quoted } = require('../cli/usage-error.js');

const LEAST_VERSION = 9;

/** Used if no configuration of the project says which files it has. */
const PLAIN_FILES = ['**/*.js', '**/*.cjs', '**/*.mjs', '**/*.jsx'];
const TYPED_FILES = ['**/*.ts', '**/*.cts', '**/*.mts', '**/*.tsx'];
const CONFIG_FILES = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((end) => `eslint.config.${end}`);

/** Rules that are run on a tree. */
const OWN = 'run-id-migration';

class Project {
  /** @param {string} folder as it was given */
  constructor(folder) {
    this.folder = path.resolve(folder);
    if (!fs.statSync(this.folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`${quoted(folder)} is not a folder`);
    }
    this.require = createRequire(path.join(this.folder, 'package.json'));
  }

  /** Whether a module can be loaded by the code of the project. */
  has(name) {
    return this.#resolved(name) !== null;
  }

  #resolved(name) {
    try {
      return this.require.resolve(name);
    } catch {
      return null;
    }
  }

  /**
   * ESLint's results for each file of the project.
   *
   * @param {Record<string, object>} rules in addition to those of the plugin
   * @param {{ isOnly?: boolean }} [how] whether those of the plugin are left out
   */
  async lint(rules, { isOnly = false } = {}) {
    const { ESLint } = this.#eslint();
    const plugin = require('unified-run-id/eslint');
    const { migration } = plugin.configs;
    const configs = [
      ...this.#base(),
      migration,
      {
        plugins: { [OWN]: { rules } },
        rules: Object.fromEntries(Object.keys(rules).map((name) => [`${OWN}/${name}`, 'warn'])),
        // Places that a comment disables still exist.
        linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
      },
    ];
    const namespaces = [OWN, ...(isOnly ? [] : Object.keys(migration.plugins ?? {}))].map(
      (name) => `${name}/`,
    );
    const eslint = new ESLint({
      cwd: this.folder,
      overrideConfigFile: this.#hasConfig() ? null : true,
      overrideConfig: configs,
      ruleFilter: ({ ruleId }) => namespaces.some((namespace) => ruleId.startsWith(namespace)),
      errorOnUnmatchedPattern: false,
    });
    try {
      return await eslint.lintFiles(['.']);
    } catch (error) {
      throw new UsageError(`ESLint in ${this.folder} could not read the tree: ${firstLine(error)}`);
    }
  }

  #eslint() {
    const install = 'npm install --save-dev eslint';
    if (!this.has('eslint')) {
      throw new UsageError(`ESLint, which reads the tree, is not installed in ${this.folder}: ${install}`);
    }
    const { version } = this.require('eslint/package.json');
    if (Number.parseInt(version, 10) < LEAST_VERSION) {
      throw new UsageError(
        `ESLint in ${this.folder} is version ${version}, but the rules need ${LEAST_VERSION} or later: ${install}@latest`,
      );
    }
    return this.require('eslint');
  }

  #hasConfig() {
    return CONFIG_FILES.some((name) => fs.existsSync(path.join(this.folder, name)));
  }

  /** For a project without a configuration: its files, including typed ones if there is a parser for them. */
  #base() {
    if (this.#hasConfig()) return [];
    const parser = this.#resolved('@typescript-eslint/parser');
    const plain = { files: PLAIN_FILES, languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } };
    const commonJs = { files: ['**/*.js'], languageOptions: { sourceType: this.#sourceType() } };
    const typed =
      parser === null ? [] : [{ files: TYPED_FILES, languageOptions: { parser: this.require(parser) } }];
    return [plain, commonJs, ...typed];
  }

  #sourceType() {
    try {
      return this.require('./package.json').type === 'module' ? 'module' : 'commonjs';
    } catch {
      return 'commonjs';
    }
  }
}

function firstLine(error) {
  return String(error?.message ?? error).split('\n', 1)[0];
}

module.exports = { OWN, Project };
