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
  operandsOf,
  targetOf,
  unwrap,
  wrapped,
} = require('../expressions.js');
const { returnsOf } = require('../clock.js');
const {
  branchWithout,
  isDigging,
  isForReaders,
  isLookup,
  isNoId,
  isNothing,
  isSubstitute,
  mintsIn,
  othersOf,
  outcomesOf,
  testedRunIds,
} = require('../fallback.js');
const { isRunIdFunction } = require('../names.js');
const { page } = require('../page.js');
const { isAnyRead } = require('../request.js');
const { sourceOf } = require('../source.js');
const { utilityCall } = require('../text-work.js');

const SENTINEL =
  /^(?:unknown|system|initiali[sz]ing|n\/?a|none|null|undefined|default|pending|missing|no[-_ ]?run(?:[-_ ]?id)?|unknown[-_].*|tbd|-)$/i;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow substituting another value for a missing or bad run ID',
      url: page('no-run-id-fallback'),
    },
    messages: {
      other:
        'Another value in place of a missing run ID hides the mistake, and the record is then looked up under that value. Leave it missing: pass the ID on as it is, or reject it with normalizeRunId(runId).',
      again:
        'A record that is not there becomes a second run here, under an ID that nobody looks for. Throw the error of the lookup, or create the record under the ID that was looked up.',
      minted:
        'A new run ID in place of a missing or bad one starts a second run that nobody knows about. Use resolveRunId(req) where a request may start a run; everywhere else, let the error through.',
      sentinel: '{{value}} is not a run ID: leave the property out, or set it to null, until there is one.',
      caught:
        'A catch that substitutes another run ID hides which process changed the first one. Delete the catch, or rethrow the error.',
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
      CallExpression(node) {
        checkCatchCall(node);
        checkUtility(node);
      },
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
        if (node.parent.type !== 'ObjectExpression') return;
        checkDefault(node);
        checkSentinel(keyOf(node), node.value);
      },
      PropertyDefinition(node) {
        if (node.value) checkSentinel(keyOf(node), node.value);
      },
      SwitchStatement: checkSwitch,
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && node.init) checkSentinel(node.id.name, node.init);
      },
    };

    function checkChain(node) {
      const { parent } = wrapped(node);
      if (node.operator === '&&' || (parent.type === 'LogicalExpression' && parent.operator !== '&&')) return;
      if (isTest(node) || source.isLogged(node) || isDigging(source, node)) return;
      const operands = operandsOf(node);
      // `(await find(runId)) ?? (await create(generateRunId()))`
      if (isLookup(source, operands[0])) for (const other of operands.slice(1)) checkMissed(other);
      const others = operands.slice(firstRunId(node, operands) + 1).filter((operand) => !isNothing(operand));
      if (others.length === 0 || others.every((operand) => isForReaders(operand) || isNoId(operand))) return;
      if (operands.every((operand) => isAnyRead(source, operand) || isNothing(operand))) return;
      if (isInSentence(node) && !others.some((operand) => source.isMint(operand))) return;
      report(node, others);
    }

    /** The index of the first operand that is, or is used as, a run ID; otherwise that of the last one. */
    function firstRunId(node, operands) {
      const first = operands.findIndex((operand) => source.isRunId(operand) || isChecked(operand));
      const target = targetOf(node);
      const isTaken = target !== undefined && source.names.isRunId(target);
      const last = operands.at(-1);
      const isOther = source.isRunId(last) || (isSubstitute(source, last) && literalText(last) !== '');
      if (isTaken && isOther) return first === operands.length - 1 ? 0 : Math.max(first, 0);
      return first === -1 ? operands.length : first;
    }

    /** `isRunId(x) && x` */
    function isChecked(node) {
      const inner = unwrap(node);
      return inner?.type === 'LogicalExpression' && inner.operator === '&&' && source.isRunId(inner.right);
    }

    function checkConditional(node) {
      if (source.isLogged(node) || isAnyRead(source, node)) return;
      const others = othersOf(source, node);
      if (others !== undefined) report(node, others);
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
      checkOutcomes(
        branches.flatMap((branch) => outcomesOf(source, [branch])),
        tested,
      );
      checkMissed(branchWithout(source, node));
    }

    /** What is created where a lookup by a run ID found nothing. */
    function checkMissed(branch) {
      for (const mint of branch ? mintsIn(source, branch) : []) {
        if (covered.has(mint)) continue;
        covered.add(mint);
        source.report(context, { node: mint, messageId: 'again' });
      }
    }

    /**
     * Whether a conditional assignment or return replaces a run ID with another value.
     *
     * @param {{ node: any, target?: any, value: any }} outcome
     */
    function isReplacing({ node, target, value }, tested) {
      if (target === undefined) {
        const around = functionAround(node);
        const isOfRunId = isRunIdFunction(functionName(around) ?? '');
        if (source.isMintCall(value) && (tested.length > 0 || (isOfRunId && takesRunId(around)))) return true;
        return tested.length > 0 && isOfRunId && isSubstitute(source, value);
      }
      if (tested.length === 0) return false;
      if (isSubstitute(source, value)) return true;
      if (target.type !== 'Identifier') return false;
      const text = target.name;
      const isSame = tested.some((runId) => source.code.getText(unwrap(runId)) === text);
      const isOther = source.isRunId(value) || isOfOther(value);
      return isSame && isOther && !isAnyRead(source, value) && !isOfItself(value, text);
    }

    function isOfItself(value, text) {
      return source.code.getText(value).includes(text);
    }

    function takesRunId(around) {
      return around.params.some((param) => source.names.isRunId(nameOf(param.left ?? param) ?? ''));
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

    /** `switch (typeof runId) { …; default: return generateRunId(); }` */
    function checkSwitch(node) {
      const tested = testedRunIds(source, node.discriminant);
      for (const { consequent } of node.cases) checkOutcomes(outcomesOf(source, consequent), tested);
    }

    function checkOutcomes(outcomes, tested) {
      for (const outcome of outcomes) {
        if (!covered.has(outcome.value) && isReplacing(outcome, tested))
          report(outcome.node, [outcome.value]);
      }
    }

    /** `_.defaultTo(runId, other)`, `_.get(job, 'data.runId', 'unknown')` */
    function checkUtility(node) {
      const { name, args } = utilityCall(source, node) ?? {};
      const isDefault = /^defaultTo$/.test(name ?? '') && args.some((argument) => source.isRunId(argument));
      const isGet =
        /^(?:get|pathOr|propOr|result)$/.test(name ?? '') &&
        args.length > 2 &&
        args.some((argument) => isRunIdPath(argument));
      const others =
        args?.filter((argument) => isSubstitute(source, argument) && !isRunIdPath(argument)) ?? [];
      if ((isDefault || isGet) && others.length > 0) report(node, others);
    }

    function isRunIdPath(node) {
      const path = node.type === 'ArrayExpression' ? node.elements.at(-1) : node;
      return source.names.isRunId((literalText(path) ?? '').replace(/^.*\./, ''));
    }

    /**
     * `{ runId: generateRunId(), ...job }`, `Object.assign({ runId: 'none' }, job)`, `_.defaults(job, { runId: 'none' })`
     * and the `default` of a schema.
     */
    function checkDefault(node) {
      if (!source.names.isRunId(keyOf(node) ?? '')) return;
      const fallback = schemaDefault(node.value) ?? (isOverridden(node) ? node.value : undefined);
      if (fallback === undefined) return;
      const [made] = isFunction(fallback) ? returnsOf(fallback) : [fallback];
      if (made && isSubstitute(source, made) && !covered.has(made)) report(node, [made, node.value]);
    }

    function isOverridden({ parent: object, ...node }) {
      const { parent: call } = wrapped(object);
      if (object.properties.some(({ type, range }) => type === 'SpreadElement' && range[0] > node.range[0]))
        return true;
      if (call.type !== 'CallExpression') return false;
      const index = call.arguments.indexOf(wrapped(object));
      const name = calleeName(call);
      return name === 'assign' || name === 'merge'
        ? index >= 0 && index < call.arguments.length - 1
        : /^defaults/.test(name ?? '') && index > 0;
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

/** Whether it is the ID of something else, or a text containing one. */
function isOfOther(value) {
  const inner = unwrap(value);
  return (
    inner.type === 'TemplateLiteral' ||
    (inner.type === 'MemberExpression' && /(?:^|[a-z])_?id$/i.test(keyOf(inner) ?? ''))
  );
}

/** A schema's default value: `{ default: x }`, `z.string().default(x)`. */
function schemaDefault(node) {
  const inner = unwrap(node);
  if (inner.type === 'ObjectExpression') {
    const property = inner.properties.find(
      (candidate) => candidate.type === 'Property' && /^default(?:Value)?$/.test(keyOf(candidate) ?? ''),
    );
    return property?.value;
  }
  const isDefault = inner.type === 'CallExpression' && /^(?:default|catch)$/.test(calleeName(inner) ?? '');
  return isDefault ? inner.arguments[0] : undefined;
}

/** Whether it is shown in a text for readers, which has spaces and is not a formula. */
function isInSentence(node) {
  const { parent } = wrapped(node);
  if (parent.type !== 'TemplateLiteral') return false;
  const text = parent.quasis.map(({ value }) => value.raw).join('');
  return /\s/.test(text) && !/[={}]/.test(text);
}

/** Whether only its truthiness is used. */
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
