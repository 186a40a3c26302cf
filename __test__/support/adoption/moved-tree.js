'use strict';

// A copy of the legacy service as a project of its own, with ESLint, a repository and its dependencies.

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Workspace } = require('../../../tools/workspace.js');
const { TREE, sourcesOf } = require('../legacy-labels.js');
const { BY_HAND, edited } = require('./by-hand/index.js');

const MODULES = path.join(__dirname, '..', '..', '..', 'node_modules');

const CONFIG = "export default [{ files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } }];\n";

const CONFIG_WITH_RULES = `import runId from 'unified-run-id/eslint';

export default [
  { files: ['**/*.js'], languageOptions: { sourceType: 'commonjs' } },
  runId.configs.recommended,
  { rules: { 'run-id/no-run-id-truthiness': 'error', 'run-id/no-observe-left': 'error' } },
];
`;

class MovedTree {
  constructor(scope) {
    const workspace = new Workspace(scope);
    this.folder = workspace.folder;
    fs.cpSync(TREE, this.folder, { recursive: true });
    workspace.write('package.json', JSON.stringify({ name: 'legacy-service', private: true }));
    workspace.write('eslint.config.mjs', CONFIG);
    workspace.write('.gitignore', 'node_modules\nlogs\n');
    for (const name of ['express', 'eslint']) {
      fs.symlinkSync(path.join(MODULES, name), workspace.path('node_modules', name), 'junction');
    }
    this.git('init', '--quiet');
    this.commit('As it was');
  }

  path(...names) {
    return path.join(this.folder, ...names);
  }

  read(file) {
    return fs.readFileSync(this.path(file), 'utf8');
  }

  write(file, text) {
    fs.writeFileSync(this.path(file), text);
  }

  get sources() {
    return sourcesOf(this.folder).filter((file) => file !== 'eslint.config.mjs');
  }

  git(...args) {
    const identity = ['-c', 'user.name=Ann Carver', '-c', 'user.email=ann@example.com'];
    return execFileSync('git', [...identity, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  /** Commits all there is, and answers how many lines changed in how many files. */
  commit(subject) {
    this.git('add', '--all');
    const changes = this.git('diff', '--cached', '--numstat').trim().split('\n').filter(Boolean);
    this.git('commit', '--quiet', '--allow-empty', '--message', subject);
    const added = changes.map((line) => Number(line.split('\t')[0]));
    return { files: changes.length, lines: added.reduce((sum, count) => sum + count, 0) };
  }

  /** From now on ESLint of the tree has the rules of the library. */
  useRules() {
    this.write('eslint.config.mjs', CONFIG_WITH_RULES);
  }

  /** An empty folder for the logs of its processes. */
  logFolder(name) {
    const folder = this.path('logs', name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  editByHand() {
    for (const { file, isDeleted, edits } of BY_HAND) {
      if (isDeleted) fs.rmSync(this.path(file));
      else this.write(file, edited(file, this.read(file), edits));
    }
  }

  /** Starts both processes of the service. */
  startService(env) {
    const { startService } = require(this.path('testing', 'processes.js'));
    return startService(env);
  }

  /** Runs a file of its own tests, and answers the names of those that passed and failed. */
  runTests(file, settings = {}) {
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const { stdout } = spawnSync(
      process.execPath,
      ['--test', '--test-reporter=tap', this.path('tests', file)],
      {
        cwd: this.folder,
        encoding: 'utf8',
        env: { ...env, ...settings },
      },
    );
    const results = [...stdout.matchAll(/^(not )?ok \d+ - (.*)$/gm)];
    return {
      passed: results.filter(([, not]) => not === undefined).map(([, , name]) => name),
      failed: results.filter(([, not]) => not !== undefined).map(([, , name]) => name),
      output: stdout,
    };
  }
}

module.exports = { MovedTree };
