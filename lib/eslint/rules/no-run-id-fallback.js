'use strict';

const {
  awaited,
  calleeName,
  functionAround,
  functionName,
  isFunction,
  keyOf,
  literalText,
  nameOf,
  unwrap,
  wrapped,
} = require('../expressions.js');
const { returnsOf } = require('../clock.js');
const { isForReaders, isNothing, isSubstitute, outcomesOf, testedRunIds } = require('../fallback.js');
const { isRunIdFunction } = require('../names.js');
const { page } = require('../page.js');
const { isRequestRead } = require('../request.js');
const { isUuid, sourceOf } = require('../source.js');

const SENTINEL =
  /^(?:unknown|system|initiali[sz]ing|n\/?a|none|null|undefined|default|pending|missing|no[-_ ]?run(?:[-_ ]?id)?|unknown[-_].*|tbd|-)$/i;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow another value in the place of a run ID that is missing or bad',
      url: page('no-run-id-fallback'),
    },
    messages: {
      other:
        'Another value in the place of a missing run ID hides the fault, and the record is looked for under it. Let it be missing: pass the ID on as it is, or refuse it with normalizeRunId(runId).',
      minted:
        'A new run ID in the place of a missing or bad one begins a second run of which nobody knows. Use resolveRunId(req) where a request may begin a run; everywhere else let the error through.',
      sentinel: 'A run ID of {{value}} is no ID: leave the property out, or null, until there is one.',
      caught:
        'A catch that puts another run ID in place hides which process changed the first one. Delete the catch, or throw the error on.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const covered = new Set();

    return {
      LogicalExpression: checkChain,
      ConditionalExpression: checkConditional,
      IfStatement: checkIf,
      CatchClause: checkCatch,
      CallExpression: checkCatchCall,
      AssignmentExpression(node) {
        if (
          (node.operator === '||=' || node.operator === '??=') &&
          source.isRunId(node.left) &&
          !isNothing(node.right)
        )
          report(node, [node.right]);
        else if (node.operator === '=') checkSentinel(nameOf(node.left), node.right);
      },
      AssignmentPattern(node) {
        const name = nameOf(node.left);
        if (name !== undefined && source.names.isRunId(name) && isSubstitute(source, node.right))
          report(node, [node.right]);
      },
      Property(node) {
        if (node.parent.type === 'ObjectExpression') checkSentinel(keyOf(node), node.value);
      },
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && node.init) checkSentinel(node.id.name, node.init);
      },
    };

    function checkChain(node) {
      const { parent } = wrapped(node);
      if (node.operator === '&&' || (parent.type === 'LogicalExpression' && parent.operator !== '&&')) return;
      if (isTest(node) || source.isLogged(node)) return;
      const operands = operandsOf(node);
      const first = operands.findIndex((operand) => source.isRunId(operand) || isChecked(operand));
      if (first === -1 || first === operands.length - 1) return;
      const others = operands
        .slice(first + 1)
        .filter((operand) => !isNothing(operand) && !isForReaders(operand));
      if (others.length === 0) return;
      if (operands.every((operand) => isRequestRead(source, operand) || isNothing(operand))) return;
      if (isUuid(operands.at(-1)) && !operands.some((operand) => isRequestRead(source, operand))) return;
      report(node, others);
    }

    /** `isRunId(x) && x` and `normalizeRunId(x)` */
    function isChecked(node) {
      const inner = unwrap(node);
      return inner?.type === 'LogicalExpression' && inner.operator === '&&' && source.isRunId(inner.right);
    }

    function checkConditional(node) {
      if (source.isLogged(node)) return;
      const tested = testedRunIds(source, node.test);
      if (tested.length === 0) return;
      const [consequent, alternate] = [unwrap(node.consequent), unwrap(node.alternate)];
      const branches = [consequent, alternate];
      if (branches.some((branch) => isNothing(branch) || isForReaders(branch))) return;
      const runId = branches.find(
        (branch) => source.isRunId(branch) && !isDugOut(tested, branch) && !source.isMint(branch),
      );
      const other = branches.find((branch) => branch !== runId);
      if (runId === undefined) {
        if (branches.some((branch) => source.isMint(branch))) report(node, branches);
        return;
      }
      if (!isDugOut(tested, other)) report(node, [other]);
    }

    /** `typeof runId === 'object' ? runId.id : runId` is another rule's. */
    function isDugOut(tested, branch) {
      const inner = unwrap(branch);
      const text = (node) => source.code.getText(unwrap(node));
      if (inner?.type === 'CallExpression' && calleeName(inner) === 'String') return true;
      return inner?.type === 'MemberExpression' && tested.some((node) => text(node) === text(inner.object));
    }

    function checkIf(node) {
      if (node.parent.type === 'IfStatement' && node.parent.alternate === node) return;
      const tested = [];
      const branches = [];
      let last = node;
      for (let depth = 0; last?.type === 'IfStatement' && depth < 50; depth++) {
        testedRunIds(source, last.test, tested);
        branches.push(last.consequent);
        last = last.alternate;
      }
      if (last) branches.push(last);
      if (tested.length === 0) return;
      const outcomes = branches.flatMap((branch) => outcomesOf(source, [branch]));
      const found = outcomes.filter((outcome) => isReplacing(outcome));
      if (found.length > 0)
        report(
          node,
          found.map(({ value }) => value),
          found[0].node,
        );
    }

    function isReplacing({ node, target, value }) {
      if (target !== undefined) return isSubstitute(source, value);
      if (source.isMint(value)) return true;
      return isSubstitute(source, value) && isRunIdFunction(functionName(functionAround(node)) ?? '');
    }

    function checkCatch(node) {
      const outcomes = outcomesOf(source, node.body.body);
      for (const { node: place, target, value } of outcomes) {
        const isOfRunId = target !== undefined || isRunIdFunction(functionName(functionAround(node)) ?? '');
        const isAnother = target?.type !== 'MemberExpression' && source.isRunId(value);
        const isOther = source.isMint(value) || (isOfRunId && (isSubstitute(source, value) || isAnother));
        if (!isOther) continue;
        covered.add(value);
        source.report(context, { node: place, messageId: 'caught' });
      }
    }

    /** `getRunId().catch(() => generateRunId())` */
    function checkCatchCall(node) {
      if (calleeName(node) !== 'catch' || node.arguments.length !== 1) return;
      const [handler] = node.arguments;
      if (!isFunction(handler)) return;
      const results = returnsOf(handler);
      if (results.some((result) => source.isMint(result)))
        source.report(context, { node, messageId: 'caught' });
    }

    function checkSentinel(name, value) {
      if (name === undefined || !source.names.isRunId(name)) return;
      const text = literalText(value);
      if (text !== undefined && SENTINEL.test(text) && !covered.has(value))
        source.report(context, { node: value, messageId: 'sentinel', data: { value: JSON.stringify(text) } });
    }

    function report(node, others) {
      for (const other of others) covered.add(other);
      const isMinted = others.some((other) => source.isMint(awaited(other)));
      source.report(context, { node, messageId: isMinted ? 'minted' : 'other' });
    }
  },
};

/** The operands of a chain of `||` and `??`, from the left. */
function operandsOf(node) {
  const operands = [];
  const open = [node];
  while (open.length > 0) {
    const next = unwrap(open.pop());
    if (next.type === 'LogicalExpression' && next.operator !== '&&') open.push(next.right, next.left);
    else operands.push(next);
  }
  return operands;
}

/** Whether only the truth of it is asked for. */
function isTest(node) {
  let child = wrapped(node);
  let { parent } = child;
  while (parent?.type === 'LogicalExpression' && parent.operator === '&&' && parent.left === child) {
    child = wrapped(parent);
    parent = child.parent;
  }
  if (parent?.type === 'LogicalExpression' && parent.operator === '&&') return isTest(parent);
  return (
    (/^(?:If|While|DoWhile|For)Statement$|^ConditionalExpression$/.test(parent?.type) &&
      parent.test === child) ||
    (parent?.type === 'UnaryExpression' && parent.operator === '!')
  );
}
