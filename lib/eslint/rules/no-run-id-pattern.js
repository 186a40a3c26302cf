'use strict';

const { keyOf, literalText, partsOf, targetOf, unwrap } = require('../expressions.js');
const { page } = require('../page.js');
const { describesRunIds } = require('../pattern.js');
const { sourceOf } = require('../source.js');
const { pairAt, wordsOf } = require('../words.js');

const PATTERN_WORDS = new Set([
  'pattern',
  'patterns',
  'regex',
  'regexp',
  're',
  'rx',
  'format',
  'formats',
  'matcher',
  'shape',
]);

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow regular expressions of your own for run IDs',
      url: page('no-run-id-pattern'),
    },
    messages: {
      pattern:
        'A pattern of your own accepts what is not a run ID, such as 999999-999999, or rejects what is one. Use isRunId(value) or parseRunId(runId), and RUN_ID_PATTERN where a pattern is needed.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    return {
      /** @param {any} node */
      Literal(node) {
        const pattern = node.regex?.pattern ?? node.value;
        if (typeof pattern !== 'string') return;
        if (describesRunIds(pattern) || (node.regex && isNamed(source, node))) report(node);
      },
      TemplateLiteral(node) {
        if (node.expressions.length > 0) return;
        const { raw, cooked } = node.quasis[0].value;
        if (describesRunIds(isRaw(node) ? raw : (cooked ?? ''))) report(node);
      },
      NewExpression: checkConstructor,
      CallExpression: checkConstructor,
    };

    /** A pattern built from pieces, but named as one for run IDs. */
    function checkConstructor(node) {
      const callee = unwrap(node.callee);
      if (callee.type !== 'Identifier' || callee.name !== 'RegExp' || node.arguments.length === 0) return;
      const [pattern] = node.arguments;
      if (literalText(pattern) !== undefined) {
        if (isNamed(source, node) && !describesRunIds(literalText(pattern))) report(node);
        return;
      }
      if (/RUN_ID_PATTERN/.test(source.code.getText(pattern))) return;
      const isOfPieces = partsOf(pattern).length > 1 && describesRunIds(source.textOf(pattern) ?? '');
      if (isOfPieces || (isNamed(source, node) && !source.isRunId(pattern))) report(node);
    }

    function report(node) {
      source.report(context, { node, messageId: 'pattern' });
    }
  },
};

/** String.raw`\d{6}` */
function isRaw({ parent }) {
  return parent.type === 'TaggedTemplateExpression' && keyOf(parent.tag) === 'raw';
}

/** Whether it is assigned to a name such as `RUN_ID_REGEX` or `OLD_RUN_ID`. */
function isNamed(source, node) {
  const name = targetOf(node);
  if (name === undefined) return false;
  if (source.names.isRunId(name)) return true;
  const words = wordsOf(name);
  return pairAt(words, 'run', 'id') !== -1 && words.some((word) => PATTERN_WORDS.has(word));
}
