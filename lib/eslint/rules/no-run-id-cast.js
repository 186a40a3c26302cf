'use strict';

const { calleeName, keyOf, literalText, partsOf, receiver, unwrap, wrapped } = require('../expressions.js');
const { suggestCall } = require('../import-addition.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

/** Under which a run ID lies in what should have been one. */
const INNER = new Set([
  'id',
  'runId',
  'run_id',
  'runid',
  'value',
  'baseRunId',
  'normalizedRunId',
  'clientRunId',
  'data',
  'fields',
  '_id',
  'standardRunId',
]);

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow making a run ID of what is none: String(x), or a property dug out of an object',
      url: page('no-run-id-cast'),
    },
    hasSuggestions: true,
    messages: {
      cast: 'What is made into a text is accepted whatever it was: [object Object], undefined, an array of two. Use normalizeRunId(runId), which refuses what is no string.',
      dug: 'A run ID is a string: an object in its place is a fault of the caller, which digging in it hides. Pass the string, and check it with normalizeRunId(runId).',
      call: 'Call {{call}}. What is no string will then throw.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const statements = new Set();

    return {
      CallExpression(node) {
        const name = calleeName(node);
        const object = receiver(node);
        if (name === 'String' && object === undefined && source.isRunId(node.arguments[0]))
          reportCast(node, node.arguments[0]);
        else if (name === 'toString' && object !== undefined && source.isRunId(object))
          reportCast(node, object);
      },
      NewExpression(node) {
        if (node.callee.name === 'String' && node.arguments.length === 1 && source.isRunId(node.arguments[0]))
          reportCast(node, node.arguments[0]);
      },
      TemplateLiteral(node) {
        const isAlone = node.expressions.length === 1 && node.quasis.every(({ value }) => value.raw === '');
        if (isAlone && node.parent.type !== 'TaggedTemplateExpression' && source.isRunId(node.expressions[0]))
          reportCast(node, node.expressions[0]);
      },
      BinaryExpression(node) {
        if (node.operator === '+') checkPlus(node);
        else checkType(node);
      },
      MemberExpression: checkDug,
    };

    /** `runId + ''` */
    function checkPlus(node) {
      const { parent } = wrapped(node);
      if (parent.type === 'BinaryExpression' && parent.operator === '+') return;
      const sides = [node.left, node.right];
      const runId = sides.find((side) => source.isRunId(side));
      if (runId !== undefined && sides.some((side) => literalText(side) === '') && partsOf(node).length === 2)
        reportCast(node, runId);
    }

    /** `typeof runId === 'object'` */
    function checkType(node) {
      const typeOf = [node.left, node.right]
        .map((side) => unwrap(side))
        .find((side) => side?.type === 'UnaryExpression' && side.operator === 'typeof');
      const isObject = [node.left, node.right].some((side) => literalText(side) === 'object');
      if (typeOf === undefined || !isObject || !source.isRunId(typeOf.argument)) return;
      if (!/^[!=]==?$/.test(node.operator) || isThrown(node)) return;
      reportDug(node);
    }

    function checkDug(node) {
      const key = keyOf(node);
      if (key === undefined || !INNER.has(key) || !source.isRunId(node.object)) return;
      const { parent } = wrapped(node);
      if (parent.type === 'AssignmentExpression' && parent.left === wrapped(node)) return;
      reportDug(node);
    }

    /** One report for the statement, or its test, in which an object is taken apart. */
    function reportDug(node) {
      const statement = statementAround(node);
      for (let inner = statement, climbed = 0; inner && climbed < 4; inner = inner.parent, climbed++) {
        if (statements.has(inner)) return;
      }
      statements.add(statement);
      source.report(context, { node, messageId: 'dug' });
    }

    function reportCast(node, runId) {
      if (source.isLogged(node)) return;
      source.report(context, {
        node,
        messageId: 'cast',
        suggest: suggestCall(source, node, 'normalizeRunId', source.code.getText(runId)),
      });
    }
  },
};

function statementAround(node) {
  let inner = node;
  while (inner.parent && !/Statement$|Declaration$|^Program$|Function/.test(inner.type)) inner = inner.parent;
  return inner;
}

/** Whether the test refuses an object, as is right. */
function isThrown(node) {
  const statement = statementAround(node);
  if (statement.type !== 'IfStatement') return false;
  const { consequent } = statement;
  const [first] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
  return first?.type === 'ThrowStatement';
}
