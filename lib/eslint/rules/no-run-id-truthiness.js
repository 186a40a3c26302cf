'use strict';

const { isNothing, isSubstitute, outcomesOf, testedRunIds } = require('../fallback.js');
const { calleeName, nameOf, receiver, unwrap, wrapped } = require('../expressions.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow asking for the truth of a run ID',
      url: page('no-run-id-truthiness'),
    },
    hasSuggestions: true,
    messages: {
      truth:
        'The truth of a run ID takes an empty one for none, and an object or "undefined" for one. Ask runId === undefined where it may be absent, isRunId(value) where it may be bad.',
      compare:
        'Compare with undefined. An empty text will then count as there, and be refused where it is checked.',
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
      DoWhileStatement: (node) => check(node.test),
      ConditionalExpression(node) {
        if (!source.isLogged(node) && !isChoice(node)) check(node.test);
      },
      UnaryExpression(node) {
        if (node.operator === '!' && !isWithinTest(node) && !source.isLogged(node)) check(node);
      },
      LogicalExpression(node) {
        if (node.operator === '&&' && !isWithinTest(node) && !source.isLogged(node)) check(node.left);
      },
      CallExpression(node) {
        if (
          calleeName(node) === 'Boolean' &&
          receiver(node) === undefined &&
          node.arguments.length === 1 &&
          !source.isLogged(node)
        )
          check(node.arguments[0]);
      },
    };

    /** Reports the first run ID of a test whose truth is asked for. */
    function check(test) {
      const open = [{ node: test, isNegated: false }];
      while (open.length > 0) {
        const { node, isNegated } = open.pop();
        const inner = unwrap(node);
        if (inner?.type === 'UnaryExpression' && inner.operator === '!')
          open.push({ node: inner.argument, isNegated: !isNegated });
        else if (inner?.type === 'LogicalExpression' && inner.operator !== '??')
          open.push({ node: inner.right, isNegated: false }, { node: inner.left, isNegated: false });
        else if (inner && nameOf(inner) !== undefined && source.isRunId(inner)) {
          if (seen.has(inner)) return;
          seen.add(inner);
          return report(inner);
        }
      }
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
        suggest: isDouble
          ? []
          : [
              {
                messageId: 'compare',
                fix: (fixer) => fixer.replaceText(replaced, `${text} ${operator} undefined`),
              },
            ],
      });
    }

    /** `runId ? runId : other` is the business of no-run-id-fallback. */
    function isChoice(node) {
      if (testedRunIds(source, node.test).length === 0) return false;
      const branches = [node.consequent, node.alternate];
      if (branches.some((branch) => isNothing(branch))) return false;
      return branches.some((branch) => source.isRunId(branch) || source.isMint(branch));
    }

    /** And so is `if (!runId) runId = generateRunId()`. */
    function isFallback(node) {
      const outcomes = outcomesOf(source, [node.consequent, ...(node.alternate ? [node.alternate] : [])]);
      return outcomes.some(
        ({ target, value }) => source.isMint(value) || (target !== undefined && isSubstitute(source, value)),
      );
    }
  },
};

/** A command that says how it is called. */
function isUsage(source, node) {
  const text = source.code.getText(node.consequent);
  return text.length < 2_000 && /\busage\b|process\.exit\(/i.test(text);
}

/** Whether another expression or statement asks already. */
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
