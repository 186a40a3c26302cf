'use strict';

const { isRunIdFormat, returnsOf } = require('../clock.js');
const {
  awaited,
  calleeName,
  functionName,
  keyOf,
  nameOf,
  partsOf,
  receiver,
  unwrap,
} = require('../expressions.js');
const { isRunIdFunction } = require('../names.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');
const { wordsOf } = require('../words.js');

/** Names for the digits of a date. */
const DATE_WORDS = new Set('at date day digits iso now stamp time timestamp ts'.split(' '));

/** Functions whose first argument is a run ID. */
const TAKING =
  /^(?:getNormalizedRunId|normalizeRunId|parseRunId|createClientRunId|clientRunIdFor|getBaseRunId|getClientId|(?:get|create|update|complete|fail|start)(?:Job|ClientRun))$/;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow run IDs built from the clock',
      url: page('no-home-made-run-id'),
    },
    messages: {
      clock:
        'A run ID built from the clock is not unique: two runs can start in the same second, and local time repeats when the clocks go back. Call generateTimestampRunId(clientId) once, where the run starts, and pass that ID on.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const reported = new Set();

    return {
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && node.init) checkSink(node.id.name, node.init);
      },
      AssignmentExpression(node) {
        if (/^(?:=|\|\|=|\?\?=|\+=)$/.test(node.operator)) checkSink(nameOf(node.left), node.right);
      },
      AssignmentPattern(node) {
        checkSink(nameOf(node.left), node.right);
      },
      Property(node) {
        if (node.parent.type === 'ObjectExpression' && !node.shorthand) checkSink(keyOf(node), node.value);
      },
      PropertyDefinition(node) {
        if (node.value) checkSink(keyOf(node), node.value);
      },
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
      TemplateLiteral: checkShape,
      BinaryExpression(node) {
        if (node.operator === '+' && node.parent.type !== 'BinaryExpression') checkShape(node);
      },
      CallExpression(node) {
        if (node.arguments.some((argument) => isRunIdFormat(source.bindings, argument))) report(node);
        if (node.arguments.length > 0 && TAKING.test(calleeName(node) ?? '')) checkValue(node.arguments[0]);
      },
    };

    function checkSink(name, value) {
      if (name === undefined || !source.names.isRunId(name)) return;
      checkValue(value);
    }

    function checkValue(value) {
      for (const branch of branchesOf(value)) {
        const made = placeOf(branch);
        if (isMadeHere(made)) report(made);
      }
    }

    /** A name alone generates nothing: the place is where its value is built. */
    function placeOf(node) {
      if (node?.type !== 'Identifier') return node;
      return awaited(source.bindings.constantOf(node)) ?? node;
    }

    /** Whether the text is built in this expression, not in a place that is reported separately. */
    function isMadeHere(node) {
      if (!node || (node.type === 'Identifier' && source.names.isRunId(node.name))) return false;
      if (node.type === 'ObjectExpression' || node.type === 'ArrayExpression') return false;
      if (node.type === 'CallExpression') {
        const name = calleeName(node);
        if (name !== undefined && isRunIdFunction(name)) return false;
        const called = source.bindings.functionOf(node.callee);
        if (
          called &&
          (isRunIdFunction(functionName(called) ?? '') ||
            returnsOf(called).some((result) => isShape(unwrap(result))))
        )
          return false;
      }
      if (!source.clock.isIn(node)) return false;
      return !partsOf(node).some(
        (part) => typeof part !== 'string' && source.isRunId(part) && !source.clock.isIn(part),
      );
    }

    function checkFunction(node) {
      const name = functionName(node);
      if (name === undefined || !isRunIdFunction(name)) return;
      for (const result of returnsOf(node)) {
        for (const branch of branchesOf(result)) {
          if (isMadeHere(branch)) report(branch);
        }
      }
    }

    /** `${year}${month}${day}-${hours}${minutes}${seconds}`, whatever its purpose. */
    function checkShape(node) {
      if (isShape(node)) report(node);
    }

    function isShape(node) {
      if (node.type !== 'TemplateLiteral' && node.type !== 'BinaryExpression') return false;
      const parts = partsOf(node);
      if (isOfDigits(parts)) return true;
      const middle = parts.indexOf('-');
      if (middle !== 3 || parts.length < 7) return false;
      const values = [...parts.slice(0, 3), ...parts.slice(4, 7)];
      return values.every((value) => typeof value !== 'string' && source.clock.isIn(value));
    }

    function report(node) {
      if (isWithinReported(node)) return;
      reported.add(node);
      source.report(context, { node, messageId: 'clock' });
    }

    function isWithinReported(node) {
      for (let inner = node, climbed = 0; inner && climbed < 8; inner = inner.parent, climbed++) {
        if (reported.has(inner)) return true;
      }
      return false;
    }
  },
};

/** `${stamp.slice(2, 8)}-${stamp.slice(8)}`, cut out of the digits of a date. */
function isOfDigits(parts) {
  const [day, hyphen, time] = parts;
  if (hyphen !== '-' || typeof day === 'string' || !time || typeof time === 'string') return false;
  const [one, other] = [day, time].map((part) => pieceOf(unwrap(part)));
  if (!one?.of || !other || one.of !== other.of) return false;
  const isOfDate = one.from === 2 || wordsOf(one.of).some((word) => DATE_WORDS.has(word));
  return isOfDate && one.to - one.from === 6 && other.from === one.to;
}

/** The piece of a variable that a call cuts out. */
function pieceOf(node) {
  if (node?.type !== 'CallExpression' || !/^(?:slice|substring)$/.test(calleeName(node) ?? ''))
    return undefined;
  const [from, to] = node.arguments.map((argument) => unwrap(argument)?.value);
  return { of: receiver(node)?.name, from, to };
}

/** The values that it may have. */
function branchesOf(node) {
  const inner = awaited(node);
  if (inner?.type === 'ConditionalExpression')
    return [...branchesOf(inner.consequent), ...branchesOf(inner.alternate)];
  if (inner?.type === 'LogicalExpression') return [...branchesOf(inner.left), ...branchesOf(inner.right)];
  return [inner];
}
