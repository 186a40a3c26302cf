'use strict';

// The whole way of the legacy service to the library, in the order of docs/migrating.md.

const { execFileSync, spawnSync } = require('node:child_process');
const { createRequire } = require('node:module');
const path = require('node:path');
const { performance } = require('node:perf_hooks');
const { DISEASES } = require('../legacy-diseases.js');
const { MovedTree } = require('./moved-tree.js');
const { withSuggestions } = require('./suggestions.js');

const BIN = path.join(__dirname, '..', '..', '..', 'bin', 'unified-run-id.js');

/** Its own tests, but those of what the contract forbids. */
const OWN_TESTS = ['contract.js', 'not-found.js', 'statements.js'];
const OLD_TESTS = 'old-behaviour.js';

class Way {
  #tree;
  #seconds = {};

  constructor(scope) {
    this.#tree = new MovedTree(scope);
  }

  /** Goes it to its end, and answers what each step gave. */
  async go() {
    const before = await this.#state();
    const plan = this.#timed('plan', () => this.#migrate('--plan'));
    const observed = await this.#observe();
    this.#tree.editByHand();
    const byHand = this.#tree.commit('By hand');
    this.#timed('write', () => this.#migrate('--write'));
    const written = this.#tree.commit('Re-exports');
    this.#tree.useRules();
    this.#tree.commit('Rules');
    const started = performance.now();
    const applied = await this.#applySuggestions();
    this.#seconds.suggestions = (performance.now() - started) / 1000;
    const suggested = this.#tree.commit('Suggestions');
    const left = await this.#placesLeft();
    const after = await this.#state();
    const verdict = this.#checkOwnTests();
    const seconds = this.#seconds;
    return { before, plan, observed, byHand, written, applied, suggested, left, after, verdict, seconds };
  }

  /** What its tests and the diseases say. */
  async #state() {
    const own = OWN_TESTS.map((file) => this.#tree.runTests(file));
    const service = await this.#tree.startService();
    const diseases = [];
    for (const { name, right, drive } of DISEASES) diseases.push({ name, right, ...(await drive(service)) });
    await service.stop();
    return {
      passed: own.flatMap(({ passed }) => passed),
      failed: own.flatMap(({ failed }) => failed),
      old: this.#tree.runTests(OLD_TESTS),
      diseases,
    };
  }

  #migrate(step) {
    const args = [BIN, 'migrate', step, this.#tree.folder, '--json'];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: this.#tree.folder, encoding: 'utf8' }));
  }

  #timed(step, act) {
    const started = performance.now();
    const result = act();
    this.#seconds[step] = (performance.now() - started) / 1000;
    return result;
  }

  /** What the places would do with the traffic of its tests and of callers that do it wrong. */
  async #observe() {
    const logs = this.#tree.logFolder('observed');
    const settings = { LOG_FOLDER: logs, OBSERVE_RUN_IDS: '1' };
    const { failed } = this.#tree.runTests('contract.js', settings);
    const service = await this.#tree.startService(settings);
    for (const { drive } of DISEASES) await drive(service);
    await service.stop();
    const { observed, findings } = this.#check(logs);
    return {
      failed,
      places: observed,
      certain: findings.filter(({ confidence }) => confidence === 'certain'),
    };
  }

  /** What `check` says of the traffic of its tests. */
  #checkOwnTests() {
    const logs = this.#tree.logFolder('moved');
    this.#tree.runTests('contract.js', { LOG_FOLDER: logs, RUN_ID_LOG: 'all' });
    return this.#check(logs);
  }

  #check(folder) {
    const { status, stdout } = spawnSync(process.execPath, [BIN, 'check', folder, '--json'], {
      encoding: 'utf8',
    });
    return { exitCode: status, ...JSON.parse(stdout) };
  }

  #eslint() {
    const { ESLint } = createRequire(this.#tree.path('package.json'))('eslint');
    return new ESLint({ cwd: this.#tree.folder });
  }

  async #applySuggestions() {
    const eslint = this.#eslint();
    const counts = {};
    for (const file of this.#tree.sources.filter((name) => path.basename(name) !== OLD_TESTS)) {
      const text = this.#tree.read(file);
      const { text: better, applied } = await withSuggestions(eslint, this.#tree.path(file), text);
      for (const rule of applied) counts[rule] = (counts[rule] ?? 0) + 1;
      if (better !== text) this.#tree.write(file, better);
    }
    return counts;
  }

  /** What the strict rules still report, but in the tests of what the contract forbids. */
  async #placesLeft() {
    const results = await this.#eslint().lintFiles(['.']);
    return results
      .filter(({ filePath }) => path.basename(filePath) !== OLD_TESTS)
      .flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId, line }) => ({
          file: path.relative(this.#tree.folder, filePath),
          line,
          rule: ruleId,
        })),
      );
  }
}

module.exports = { Way };
