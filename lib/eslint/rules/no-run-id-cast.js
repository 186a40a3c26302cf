'use strict';

const {
  calleeName,
  keyOf,
  literalText,
  nameOf,
  operandsOf,
  partsOf,
  receiver,
  targetOf,
  unwrap,
  wrapped,
} = require('../expressions.js');
const { INNER, isDigging } = require('../fallback.js');
const { suggestCall } = require('../import-addition.js');
const { isForeign } = require('../names.js');
const { page } = require('../page.js');
const { isRequestRead } = require('../request.js');
const { isAlone, sourceOf } = require('../source.js');
const { utilityCall } = require('../text-work.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description:
        'disallow turning other values into run IDs: String(x), or a property taken out of an object',
      url: page('no-run-id-cast'),
    },
    hasSuggestions: true,
    messages: {
      cast: 'Converting it to a string accepts anything: [object Object], undefined, an array of two. Use normalizeRunId(runId), which throws unless it is given a string.',
      dug: 'A run ID is a string: an object in its place is a mistake of the caller, which taking a property out of it hides. Pass the string, and check it with normalizeRunId(runId).',
      call: 'Replace with {{call}}. Anything that is not a string will then throw.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const lines = new Set();

    return {
      CallExpression(node) {
        const name = calleeName(node);
        if (name === 'isArray' && source.isRunId(node.arguments[0]) && !isThrown(node)) reportDug(node);
        const object = receiver(node);
        const utility = utilityCall(source, node);
        if (utility !== undefined) checkUtility(node, utility);
        else if (CASTS.test(name ?? '') && object === undefined && isCast(node))
          reportCast(node, node.arguments[0]);
        else if (name === 'concat' && object?.type === 'ArrayExpression' && isFirstTaken(node)) {
          if (source.isRunId(node.arguments[0])) reportDug(node);
        } else if (name === 'toString' && object !== undefined && source.isRunId(object))
          reportCast(node, object);
      },
      NewExpression(node) {
        if (
          nameOf(node.callee) === 'String' &&
          node.arguments.length === 1 &&
          source.isRunId(node.arguments[0])
        )
          reportCast(node, node.arguments[0]);
      },
      TemplateLiteral(node) {
        if (
          isAlone(node) &&
          node.parent.type !== 'TaggedTemplateExpression' &&
          source.isRunId(node.expressions[0])
        )
          reportCast(node, node.expressions[0]);
      },
      BinaryExpression(node) {
        if (node.operator === '+') checkPlus(node);
        else checkType(node);
      },
      MemberExpression: checkDug,
      ObjectPattern: checkPattern,
      LogicalExpression: checkChain,
      ConditionalExpression: checkConditional,
    };

    /** `String(runId)`, `const runId = String(value)` */
    function isCast(node) {
      const [value] = node.arguments;
      if (value === undefined || source.isRunId(value)) return value !== undefined;
      const target = calleeName(node) === 'String' ? targetOf(node) : undefined;
      if (target === undefined || !source.names.isRunId(target)) return false;
      if (!/^(?:Identifier|MemberExpression)$/.test(unwrap(value).type)) return false;
      // What is made from the clock is the business of no-home-made-run-id.
      return !isForeign(source.code.getText(value)) && !source.clock.isIn(value);
    }

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

    /** `_.toString(runId)`, `_.castArray(runId)[0]`, `_.get(runId, 'id')` */
    function checkUtility(node, { name, args }) {
      const runId = args.find((argument) => source.isRunId(argument));
      if (runId === undefined) return;
      if (/^(?:toString|toNumber|toInteger|parseInt)$/.test(name)) reportCast(node, runId);
      else if (/^(?:castArray|isObject|isObjectLike|isPlainObject)$/.test(name) && !isThrown(node))
        reportDug(node);
      else if (/^(?:get|prop|path)$/.test(name) && args.some((argument) => INNER.has(literalText(argument))))
        reportDug(node);
    }

    /** `const { id } = runId`, `({ runId: { id } }) => …` */
    function checkPattern(node) {
      const { parent } = node;
      const isOfRunId =
        (parent.type === 'VariableDeclarator' && parent.init && source.isRunId(parent.init)) ||
        (parent.type === 'Property' && parent.value === node && source.names.isRunId(keyOf(parent) ?? ''));
      const isDug = node.properties.some(
        (property) => property.type === 'Property' && INNER.has(keyOf(property)),
      );
      if (isOfRunId && isDug) reportDug(node);
    }

    function checkDug(node) {
      const key = keyOf(node);
      if (key === undefined || !INNER.has(key) || !source.isRunId(node.object)) return;
      const { parent } = wrapped(node);
      if (parent.type === 'AssignmentExpression' && parent.left === wrapped(node)) return;
      reportDug(node);
    }

    /** `run.runId || run.id` */
    function checkChain(node) {
      const { parent } = wrapped(node);
      if (node.operator === '&&' || (parent.type === 'LogicalExpression' && parent.operator !== '&&')) return;
      if (isDigging(source, node) && !isRequestRead(source, operandsOf(node)[0])) reportDug(node);
    }

    /** `typeof run === 'object' ? run.runId : run` */
    function checkConditional(node) {
      const typeOf = typeOfIn(node.test);
      if (typeOf === undefined) return;
      const text = source.code.getText(typeOf.argument);
      const operands = [node.consequent, node.alternate].flatMap((branch) => operandsOf(branch));
      const isOfIt = (operand) =>
        operand.type === 'MemberExpression' && source.code.getText(unwrap(operand.object)) === text;
      if (operands.some((operand) => isOfIt(operand) && source.isRunId(operand))) reportDug(node);
    }

    function typeOfIn(test) {
      const open = [test];
      for (let count = 0; open.length > 0 && count < 20; count++) {
        const inner = unwrap(open.pop());
        if (inner?.type === 'UnaryExpression' && inner.operator === 'typeof') return inner;
        if (inner?.type === 'LogicalExpression' || inner?.type === 'BinaryExpression')
          open.push(inner.right, inner.left);
      }
      return undefined;
    }

    /** One report for the line that destructures an object. */
    function reportDug(node) {
      const { line } = node.loc.start;
      if (lines.has(line)) return;
      lines.add(line);
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

const CASTS = /^(?:String|Number|BigInt|parseInt)$/;

/** `[].concat(x)[0]` */
function isFirstTaken(node) {
  const { parent } = wrapped(node);
  return parent.type === 'MemberExpression' && parent.computed && parent.property.value === 0;
}

function statementAround(node) {
  let inner = node;
  while (inner.parent && !/Statement$|Declaration$|^Program$|Function/.test(inner.type)) inner = inner.parent;
  return inner;
}

/** Whether the condition refuses an object, which is correct. */
function isThrown(node) {
  const statement = statementAround(node);
  if (statement.type !== 'IfStatement') return false;
  const { consequent } = statement;
  const [first] = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
  return first?.type === 'ThrowStatement';
}
