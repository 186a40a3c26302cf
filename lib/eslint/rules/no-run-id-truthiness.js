'use strict';

const { isNoId, isSubstitute, othersOf, outcomesOf } = require('../fallback.js');
const { calleeName, nameOf, receiver, unwrap, wrapped } = require('../expressions.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');
const { utilityCall } = require('../text-work.js');

const FILTERS = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'some']);

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow testing the truthiness of a run ID',
      url: page('no-run-id-truthiness'),
    },
    hasSuggestions: true,
    messages: {
      truth:
        'A truthiness test takes an empty run ID for a missing one, and an object or the text "undefined" for a run ID. Test runId === undefined where it may be missing, isRunId(value) where it may be bad.',
      compare:
        'Compare with undefined. An empty string then counts as present, and is rejected where the ID is checked.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const seen = new Set();

    return {
      IfStatement(node) {
        if (!isUsage(source, node) && !isFallback(node)) check(node.test);
      },
      WhileStatement: (node) => check(node.test),
      ForStatement: (node) => node.test && check(node.test),
      DoWhileStatement: (node) => check(node.test),
      ConditionalExpression(node) {
        if (!source.isLogged(node) && !isChoice(node)) check(node.test);
      },
      UnaryExpression(node) {
        if (node.operator === '!' && !isWithinTest(node) && !source.isLogged(node)) check(node);
      },
      LogicalExpression(node) {
        if (node.operator === '||' && isNoId(node.right)) check(node.left);
        if (node.operator === '&&' && !isWithinTest(node) && !source.isLogged(node)) check(node.left);
      },
      CallExpression(node) {
        if (isAskingList(node)) return source.report(context, { node, messageId: 'truth' });
        const asked = askedBy(node);
        if (asked !== undefined && !source.isLogged(node)) check(asked);
      },
      ArrowFunctionExpression: checkCallback,
    };

    /** Reports the first run ID in a condition whose truthiness is used. */
    function check(test) {
      const open = [test];
      while (open.length > 0) {
        const inner = unwrap(open.pop());
        if (inner?.type === 'UnaryExpression' && inner.operator === '!') open.push(inner.argument);
        else if (inner?.type === 'LogicalExpression' && inner.operator !== '??')
          open.push(inner.right, inner.left);
        else if (inner && nameOf(inner) !== undefined && source.isRunId(inner)) {
          if (seen.has(inner)) return;
          seen.add(inner);
          return report(inner);
        }
      }
    }

    /** The value whose truthiness a call checks: `assert(x)`, `expect(x).toBeTruthy()`, `_.isEmpty(x)`. */
    function askedBy(node) {
      const name = calleeName(node) ?? '';
      const object = receiver(node);
      if (utilityCall(source, node) !== undefined) return name === 'isEmpty' ? node.arguments[0] : undefined;
      if (/^toBe(?:Truthy|Falsy)$/.test(name)) {
        const expectation = object?.type === 'MemberExpression' ? unwrap(object.object) : object;
        return expectation?.type === 'CallExpression' ? expectation.arguments[0] : undefined;
      }
      return isAsserting(node, name) ? node.arguments[0] : undefined;
    }

    /** `runIds.filter(Boolean)`, `_.compact(runIds)` */
    function isAskingList(node) {
      const name = calleeName(node);
      const [first] = node.arguments;
      if (name === 'compact') return utilityCall(source, node) !== undefined && source.isRunIdList(first);
      if (!FILTERS.has(name) || first?.name !== 'Boolean') return false;
      const list = receiver(node);
      return source.isRunIdList(list) || (list?.elements ?? []).some((element) => source.isRunId(element));
    }

    function report(node) {
      const outer = wrapped(node);
      const { parent } = outer;
      const isNegated = parent.type === 'UnaryExpression' && parent.operator === '!';
      const isDouble = isNegated && wrapped(parent).parent.type === 'UnaryExpression';
      const text = source.code.getText(outer);
      const replaced = isNegated ? parent : outer;
      const operator = isNegated ? '===' : '!==';
      source.report(context, {
        node: isNegated ? parent : node,
        messageId: 'truth',
        suggest:
          isDouble || isOfEmptiness(parent)
            ? []
            : [
                {
                  messageId: 'compare',
                  fix: (fixer) => fixer.replaceText(replaced, `${text} ${operator} undefined`),
                },
              ],
      });
    }

    /** `runId ? runId : other` belongs to no-run-id-fallback. */
    function isChoice(node) {
      return othersOf(source, node) !== undefined;
    }

    /** And so does `if (!runId) runId = generateRunId()`, on one line. */
    function isFallback(node) {
      return outcomesOf(source, [node.consequent]).some(
        ({ node: place, target, value }) =>
          place.loc.start.line === node.loc.start.line &&
          (source.isMint(value) || (target !== undefined && isSubstitute(source, value))),
      );
    }

    /** `rows.filter((row) => row.runId)` */
    function checkCallback(node) {
      const { parent } = wrapped(node);
      const isAsked =
        parent.type === 'CallExpression' &&
        parent.arguments.includes(node) &&
        FILTERS.has(calleeName(parent));
      if (isAsked && node.body.type !== 'BlockStatement') check(node.body);
    }
  },
};

/** `_.isEmpty(runId)`, which a comparison would turn into another question. */
function isOfEmptiness(node) {
  return node.type === 'CallExpression' && calleeName(node) === 'isEmpty';
}

/** `Boolean(x)`, `assert(x)`, `assert.ok(x)` */
function isAsserting(node, name) {
  const object = receiver(node);
  if (object === undefined)
    return (
      /^(?:Boolean|assert|ok|invariant)$/.test(name) && (name !== 'Boolean' || node.arguments.length === 1)
    );
  return (
    name === 'assert' || (/^(?:ok|truthy|falsy)$/.test(name) && /^(?:assert|t)$/.test(nameOf(object) ?? ''))
  );
}

/** A command that prints its usage. */
function isUsage(source, node) {
  const text = source.code.getText(node.consequent);
  return text.length < 2_000 && /\busage\b|process\.exit\(/i.test(text);
}

/** Whether another expression or statement already checks it. */
function isWithinTest(node) {
  const outer = wrapped(node);
  const { parent } = outer;
  if (parent.type === 'UnaryExpression' && parent.operator === '!') return true;
  if (parent.type === 'LogicalExpression' && parent.operator !== '??')
    return parent.operator === '&&' ? parent.left === outer || isWithinTest(parent) : isWithinTest(parent);
  return (
    /^(?:If|While|DoWhile|For)Statement$|^ConditionalExpression$/.test(parent.type) && parent.test === outer
  );
}
