'use strict';

const { calleeName, nameOf, partsOf, receiver, wrapped } = require('../expressions.js');
const { isLikeCall, isLikePattern, isPartialMatch, isPartialOperator } = require('../lookup.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');
const { textWorkOf } = require('../text-work.js');

/** An Airtable formula that searches for a part. */
const PARTIAL_FORMULA = /\b(?:FIND|SEARCH|REGEX_MATCH|LEFT|RIGHT|MID|REGEX_EXTRACT)\s*\(/;

/** A spreadsheet formula. */
const SHEET_FORMULA = /^=[A-Z]+\(/;

/** A field of a formula. */
const FIELD = /\{([^{}]+)\}/g;

/** An SQL statement that searches for a part. */
const PARTIAL_SQL =
  /\brun_?id["`]?\)?(?:::\w+)?\s+(?:NOT\s+)?(?:I?LIKE|SIMILAR\s+TO|REGEXP|RLIKE|GLOB|~~?\*?)\s|\b(?:BEGINS_WITH|CHARINDEX|CONTAINS|INSTR|LEFT|LOCATE|LOWER|MID|POSITION|REGEXP_\w+|RIGHT|SPLIT_PART|STARTS_WITH|STRPOS|SUBSTR|SUBSTRING|SUBSTRING_INDEX|UPPER)\s*\((?:[^()]*[\s,])?["`]?(?:\w+\.)?["`]?run_?id/i;

/** A column compared with a text that is inserted into a statement; NUL stands for that text. */
const COMPARED = /\brun_id"?\s*=\s*["']\0/i;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow looking up records by part of a run ID',
      url: page('no-fuzzy-run-id-lookup'),
    },
    messages: {
      part: 'Part of a run ID also finds the records of other runs and other clients, and the first match is taken. Look up the exact ID: getJob(runId) or getClientRun(runId) of JobTracking.',
      formula:
        'A run ID in the text of a formula is not escaped, and an empty one can match every record. Check it first with normalizeRunId(runId), or use JobTracking.',
    },
    schema: [
      {
        type: 'object',
        properties: {
          formulas: {
            type: 'boolean',
            description: 'Whether to report formulas that compare a whole run ID as well.',
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ formulas: false }],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const wantsFormulas = context.options[0]?.formulas ?? false;

    return {
      CallExpression(node) {
        const isPart =
          isPartialMatch(source, node) &&
          (source.isRunId(textWorkOf(source, node)?.text) ||
            isOfKey(node) ||
            (calleeName(node) === 'test' && source.isRunId(node.arguments[0])));
        if (isPart || isLikeCall(source, node)) report(node, 'part');
        else if (partsOf(node).length > 1) checkText(node);
      },
      Property(node) {
        if (node.parent.type === 'ObjectExpression' && isPartialOperator(source, node)) report(node, 'part');
      },
      NewExpression: checkRegExp,
      TemplateLiteral: checkText,
      Literal(node) {
        if (typeof node.value === 'string' && !isPiece(node)) checkText(node);
      },
      BinaryExpression(node) {
        if (node.operator === '+') checkText(node);
      },
    };

    /** `keys.find((key) => key.startsWith(runId))` */
    function isOfKey(node) {
      return /^(?:id|k|key|rid)$/i.test(nameOf(receiver(node)) ?? '') && source.isRunId(node.arguments[0]);
    }

    function isPiece(node) {
      const { parent } = wrapped(node);
      return (
        (parent.type === 'BinaryExpression' && parent.operator === '+') ||
        parent.type === 'TemplateLiteral' ||
        (parent.type === 'CallExpression' && partsOf(parent).length > 1) ||
        (parent.type === 'ArrayExpression' && parent.parent.type === 'MemberExpression')
      );
    }

    /** `new RegExp(`^${runId}`)` */
    function checkRegExp(node) {
      if (node.callee.name !== 'RegExp' || node.arguments.length === 0) return;
      if (partsOf(node.arguments[0]).some((part) => typeof part !== 'string' && source.isRunId(part)))
        report(node, 'part');
    }

    function checkText(node) {
      if (isPiece(node) || source.isLogged(node)) return;
      if (isLikePattern(source, node)) return report(node, 'part');
      const parts = partsOf(node);
      const text = parts.map((part) => (typeof part === 'string' ? part : '\0')).join('');
      if (text.length < 8) return undefined;
      const values = parts.filter((part) => typeof part !== 'string');
      const hasRunId = values.some((value) => source.isRunId(value));
      const isOfField = hasRunId || (values.length > 0 && fieldsOf(text).length > 0);
      const isFormulaText = /\{/.test(text) || SHEET_FORMULA.test(text);
      if (PARTIAL_FORMULA.test(text) && isOfField && isFormulaText) return report(node, 'part');
      if (PARTIAL_SQL.test(text)) return report(node, 'part');
      return wantsFormulas && isFormula(node, text, hasRunId) ? report(node, 'formula') : undefined;
    }

    /** The run ID fields that a formula names. */
    function fieldsOf(text) {
      return [...text.matchAll(FIELD)].filter(([, field]) => source.names.isRunId(field));
    }

    function isFormula(node, text, hasRunId) {
      if (node.parent.type === 'TaggedTemplateExpression') return false;
      if (hasRunId && (SHEET_FORMULA.test(text) || /\{[^{}]+\}\s*=|=\s*\{[^{}]+\}/.test(text))) return true;
      if (
        fieldsOf(text).some(({ 0: field, index }) => /^\s*=\s*["']?\0/.test(text.slice(index + field.length)))
      )
        return true;
      return COMPARED.test(text);
    }

    function report(node, messageId) {
      source.report(context, { node, messageId });
    }
  },
};
