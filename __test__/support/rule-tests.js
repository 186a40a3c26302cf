'use strict';

// Good and bad code for a rule, tried by the RuleTester and by the Linter of both versions of ESLint.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const parser = require('@typescript-eslint/parser');
const plugin = require('../../lib/eslint/plugin.js');

const VERSIONS = { 9: require('eslint'), 10: require('eslint10') };

/** Fewer cases than this do not show what a rule accepts and reports. */
const LEAST = 10;

/**
 * `good` has code; `bad` has arrays of code, the IDs of the messages in their order, and what else is expected: `suggest`,
 * the code that each suggestion of the first message makes, and `output`, what the fix makes. Either may be an object
 * with `code`, `options`, `settings` and `isTyped` for TypeScript.
 */
function testRule(name, { good, bad }) {
  const rule = plugin.rules[name];
  test(`${name} has ${LEAST} good and ${LEAST} bad cases`, () => {
    assert.ok(good.length >= LEAST && bad.length >= LEAST, `${good.length} good, ${bad.length} bad`);
  });
  for (const [version, { Linter, RuleTester }] of Object.entries(VERSIONS)) {
    RuleTester.describe = describe;
    RuleTester.it = test;
    RuleTester.itOnly = test.only;
    const ids = (text) => (text === '' ? [] : text.split(' '));
    const valid = good.map((given) => caseOf(given));
    const invalid = bad.map(([given, messages, { output } = {}]) => ({
      ...caseOf(given),
      errors: ids(messages).length,
      ...(rule.meta.fixable ? { output: output ?? null } : {}),
    }));
    describe(`${name} on ESLint ${version}`, () => {
      new RuleTester().run(name, rule, { valid, invalid });
      for (const [given, messages, { suggest } = {}] of bad) {
        const { code, ...config } = caseOf(given);
        test(`reports ${messages}: ${code}`, () => {
          const found = lint(Linter, name, code, config);
          assert.deepEqual(
            found.map(({ messageId }) => messageId),
            ids(messages),
          );
          const made = found.map((message) =>
            (message.suggestions ?? []).map(({ fix }) => applied(code, fix)),
          );
          for (const text of made.flat()) assert.deepEqual(fatal(Linter, text, config), [], text);
          if (suggest !== undefined) assert.deepEqual(made[0], suggest);
        });
      }
    });
  }
}

function caseOf(given) {
  const { code, isTyped, ...others } = typeof given === 'string' ? { code: given } : given;
  const isModule = isTyped || /^(?:import|export)\b/m.test(code);
  return {
    code,
    ...others,
    languageOptions: { sourceType: isModule ? 'module' : 'commonjs', ...(isTyped ? { parser } : {}) },
  };
}

function lint(Linter, name, code, { options = [], settings = {}, languageOptions }) {
  const config = {
    plugins: { 'run-id': plugin },
    rules: { [`run-id/${name}`]: ['error', ...options] },
    settings,
    languageOptions,
  };
  return new Linter().verify(code, config);
}

function fatal(Linter, code, { languageOptions }) {
  return new Linter().verify(code, { languageOptions }).filter((message) => message.fatal);
}

function applied(code, { range: [from, to], text }) {
  return code.slice(0, from) + text + code.slice(to);
}

module.exports = { VERSIONS, testRule };
