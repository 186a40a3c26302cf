'use strict';

// How far the rules look from one expression. Code beyond it is not looked at, so that the time and memory for a file grow
// with its size alone.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { Linter } = require('eslint');
const plugin = require('../../lib/eslint/plugin.js');

const linter = new Linter();

/** Whether a rule reports a message. */
function reports(code, rule, messageId) {
  const config = { plugins: { 'run-id': plugin }, rules: { [`run-id/${rule}`]: 'error' } };
  return linter.verify(code, config).some((message) => message.messageId === messageId);
}

/** Variables, each of the one before; the last one is `last`. */
const chain = (first, count) =>
  [first, ...Array.from({ length: count }, (_, at) => `v${at}`)]
    .map((value, at) => `const ${at === count ? 'last' : `v${at}`} = ${value};`)
    .join('\n');

/** Code of a size, the rule and the message that reports it, and the greatest size at which that is reported. */
const LIMITS = [
  [
    'statements of a branch',
    (size) => `if (!runId) { ${'f();'.repeat(size)} runId = 'unknown'; }`,
    ['no-run-id-fallback', 'other', 398],
  ],
  [
    'nodes of a branch',
    (size) =>
      `async function f() { const job = await find(runId); if (!job) { create(generateRunId()); ${'x;'.repeat(size)} } }`,
    ['no-run-id-fallback', 'again', 198],
  ],
  [
    'properties of a lookup',
    (size) =>
      `async function f() { const job = await find({ runId, ${'x,'.repeat(size)} }); if (!job) create(generateRunId()); }`,
    ['no-run-id-fallback', 'again', 398],
  ],
  [
    'parts of a text',
    (size) => `if (!runId) runId = \`\${Date.now()}${'-${x}'.repeat(size)}\`;`,
    ['no-run-id-fallback', 'minted', 998],
  ],
  [
    'statements of a function',
    (size) =>
      `function f() { return Date.now() + '-' + x; ${'g();'.repeat(size)} }\nif (!runId) runId = f();`,
    ['no-run-id-fallback', 'minted', 999],
  ],
  [
    'nodes of a function',
    (size) => `function cleanRunId(runId) { x.join('-'); ${'y;'.repeat(size)} return runId; }`,
    ['no-home-made-helper', 'helper', 1497],
  ],
  [
    'variables between a run ID and its use',
    (size) => `${chain('runId', size)}\nlast.split('-');`,
    ['no-run-id-surgery', 'method', 5],
  ],
  [
    'variables between a list and its use',
    (size) => `${chain('runIds', size)}\nfor (const x of last) x.split('-');`,
    ['no-run-id-surgery', 'method', 3],
  ],
  [
    'variables between a module and its use',
    (size) =>
      `${chain("require('unified-run-id')", size)}\nconst { generateTimestampRunId: x } = last; if (!runId) runId = x();`,
    ['no-run-id-fallback', 'minted', 5],
  ],
  [
    'variables between a request and its use',
    (size) => `${chain('req.body', size)}\nuse(last.runId);`,
    ['prefer-resolve-run-id', 'read', 3],
  ],
];

describe('a search looks at a bounded number of', () => {
  for (const [what, codeOf, [rule, messageId, most]] of LIMITS) {
    test(what, () => {
      assert.ok(reports(codeOf(most), rule, messageId), `${most}`);
      assert.ok(!reports(codeOf(most + 1), rule, messageId), `${most + 1}`);
    });
  }
});
