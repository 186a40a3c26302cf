'use strict';

const {
  awaited,
  calleeName,
  isFunction,
  keyOf,
  literalText,
  nameOf,
  operandsOf,
  pushAll,
  receiver,
  unwrap,
} = require('./expressions.js');

/** A call with such a name checks whether an ID is valid. */
const VALIDITY =
  /^is\w*RunId$|valid|standard|^ok$|^is(?:Blank|Empty|Falsy|Missing|Nil|Null|NullOrUndefined|Undefined)$/i;

/** What one of these is asked about is meant to be a run ID, whatever it is called. */
const RUN_ID_ASKED = /^is\w*RunId$/i;

/** The maximum of statements inspected in a branch. */
const BUDGET = 400;

/** Whether the value is null or undefined, which leaves the ID absent. */
function isNothing(node) {
  const inner = unwrap(node);
  if (inner?.type === 'Literal') return inner.value === null && !inner.regex;
  if (inner?.type === 'Identifier') return inner.name === 'undefined';
  return inner?.type === 'UnaryExpression' && inner.operator === 'void';
}

/** Whether the value can't be an ID: an object, a function, a call that throws. */
function isNoId(node) {
  const inner = unwrap(node);
  if (/^(?:Array|Object)Expression$/.test(inner.type) || isFunction(inner)) return true;
  if (inner.type !== 'CallExpression') return false;
  return (
    isFunction(unwrap(inner.callee)) ||
    /^(?:fail|raise|throw|panic|reject|bail|die|refuse)/.test(calleeName(inner) ?? '')
  );
}

/** Whether a text is meant for readers, such as `(no run ID)`, and is never used as a key. */
function isForReaders(node) {
  return /\s|^[([<]/.test(literalText(node) ?? '');
}

/** Whether it replaces a missing ID: a new one, or a text such as `unknown`. */
function isSubstitute(source, node) {
  const inner = awaited(node);
  if (!inner || isNothing(inner) || isForReaders(inner)) return false;
  return literalText(inner) !== undefined || source.isMint(inner);
}

/** The run IDs whose truthiness or presence a condition checks. */
function testedRunIds(source, test, found = []) {
  const inner = unwrap(test);
  switch (inner?.type) {
    case 'UnaryExpression':
      testedRunIds(source, inner.argument, found);
      break;
    case 'LogicalExpression':
    case 'BinaryExpression': {
      const isComparison = inner.type === 'BinaryExpression';
      const sides = [inner.left, inner.right];
      if (isComparison && !/^[!=]==?$/.test(inner.operator)) break;
      const isPresence =
        !isComparison || sides.some((side) => isNothing(side) || literalText(side) !== undefined);
      if (isPresence && found.length < 20) for (const side of sides) testedRunIds(source, side, found);
      break;
    }
    case 'CallExpression':
      if (!VALIDITY.test(calleeName(inner) ?? '')) break;
      for (const argument of inner.arguments)
        if (source.isRunId(argument) || RUN_ID_ASKED.test(calleeName(inner))) found.push(argument);
      break;
    case 'AwaitExpression':
      break;
    default:
      if (inner && source.isRunId(inner)) found.push(inner);
  }
  return found;
}

/** If a test asks for a record that was looked up by a run ID: the branch of `if` that runs without one. */
function branchWithout(source, { test, consequent, alternate }) {
  let inner = unwrap(test);
  let isAbsent = false;
  if (inner.type === 'UnaryExpression' && inner.operator === '!') {
    isAbsent = true;
    inner = unwrap(inner.argument);
  } else if (inner.type === 'BinaryExpression' && isEmptiness(inner)) {
    isAbsent = inner.operator[0] !== '!';
    inner = unwrap(inner.left);
  }
  if (inner.type === 'MemberExpression' && keyOf(inner) === 'length') inner = unwrap(inner.object);
  if (inner.type !== 'Identifier' || !isLookedUp(source, source.bindings.variableOf(inner))) return undefined;
  return isAbsent ? consequent : alternate;
}

const lookedUp = new WeakMap();

/** Whether a variable holds what was looked up by a run ID; determined once for all its tests. */
function isLookedUp(source, variable) {
  if (variable === undefined) return false;
  let answer = lookedUp.get(variable);
  if (answer === undefined) {
    answer = source.bindings.writesTo(variable).some((value) => isLookup(source, value));
    lookedUp.set(variable, answer);
  }
  return answer;
}

/** `x === null`, `x.length === 0` */
function isEmptiness({ operator, left, right }) {
  if (!/^[!=]==?$/.test(operator)) return false;
  return isNothing(right) || (keyOf(unwrap(left)) === 'length' && unwrap(right).value === 0);
}

/** `await find(runId)`, `await find({ where: { runId } }).catch(() => null)` */
function isLookup(source, node) {
  let call = awaited(node);
  if (call?.type === 'CallExpression' && calleeName(call) === 'catch') call = unwrap(receiver(call));
  if (call?.type !== 'CallExpression' || source.isRunId(call) || source.isMintCall(call)) return false;
  const open = [...call.arguments];
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const argument = unwrap(open.pop());
    if (!argument) continue;
    if (source.isRunId(argument)) return true;
    if (argument.type === 'ObjectExpression')
      pushAll(
        open,
        argument.properties.flatMap(({ value }) => (value ? [value] : [])),
      );
    else if (argument.type === 'ArrayExpression') pushAll(open, argument.elements);
  }
  return false;
}

/** The calls in a branch that make a new run ID, without those of inner functions. */
function mintsIn(source, branch) {
  const found = [];
  const open = [branch];
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const inner = open.pop();
    if (!inner || isFunction(inner)) continue;
    if (source.isMintCall(inner)) found.push(inner);
    for (const key of source.code.visitorKeys[inner.type] ?? []) pushAll(open, [inner[key]].flat());
  }
  return found;
}

/** The assignments to run IDs and the returned values in statements, without those of inner functions. */
function outcomesOf(source, statements) {
  const outcomes = [];
  const open = [...statements].reverse();
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const statement = open.pop();
    switch (statement?.type) {
      case 'BlockStatement':
        pushAll(open, [...statement.body].reverse());
        break;
      case 'ExpressionStatement': {
        const { expression } = statement;
        if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') break;
        const name = nameOf(expression.left);
        const isRunId = name !== undefined && (source.names.isRunId(name) || source.isRunId(expression.left));
        if (isRunId || source.isMintCall(expression.right))
          outcomes.push({ node: expression, target: expression.left, value: expression.right });
        break;
      }
      case 'VariableDeclaration':
        for (const { id, init } of statement.declarations) {
          if (id.type === 'Identifier' && init && source.names.isRunId(id.name))
            outcomes.push({ node: statement, target: id, value: init });
        }
        break;
      case 'ReturnStatement':
        if (statement.argument) outcomes.push({ node: statement, value: statement.argument });
        break;
      case 'IfStatement':
        open.push(statement.alternate, statement.consequent);
        break;
      case 'TryStatement':
        open.push(statement.finalizer, statement.block);
        break;
    }
  }
  return outcomes;
}

/**
 * The alternative to a run ID in a conditional expression: `other` in `runId ? runId : other`. Undefined if it does not
 * replace one.
 */
function othersOf(source, node) {
  const tested = testedRunIds(source, node.test);
  const branches = [unwrap(node.consequent), unwrap(node.alternate)];
  if (branches.some((branch) => isNothing(branch) || isForReaders(branch))) return undefined;
  const runId = branches.find(
    (branch) => source.isRunId(branch) && !isDugOut(source, node, branch) && !source.isMint(branch),
  );
  const others = branches.filter((branch) => branch !== runId);
  const isMinted = others.some((branch) => source.isMint(branch));
  if (isMinted && (tested.length > 0 || runId !== undefined)) return others;
  if (tested.length === 0 || runId === undefined) return undefined;
  return others.some((other) => isDugOut(source, node, other)) ? undefined : others;
}

/** `typeof runId === 'object' ? runId.id : runId` and casts belong to another rule. */
function isDugOut(source, { test }, branch) {
  const inner = unwrap(branch);
  if (inner?.type === 'CallExpression' && /^(?:String|toString)$/.test(calleeName(inner) ?? '')) return true;
  const text = source.code.getText(test);
  return operandsOf(inner).some(
    (operand) =>
      operand.type === 'MemberExpression' &&
      /\btypeof\b/.test(text) &&
      text.includes(source.code.getText(unwrap(operand.object))),
  );
}

/** Whether a chain only looks for the ID within one object: `run.runId || run.id || run`. */
function isDigging(source, node) {
  const operands = operandsOf(node);
  const text = (operand) => source.code.getText(unwrap(operand)).replaceAll('?.', '.');
  if (operands.length < 2) return false;
  const members = operands.filter(({ type }) => type === 'MemberExpression');
  const isPartOf = (operand, whole) =>
    operand.type === 'MemberExpression' && INNER.has(keyOf(operand)) && text(operand.object) === whole;
  return members.some(({ object }) => {
    const whole = text(object);
    const parts = operands.filter((operand) => isPartOf(operand, whole));
    const isAll = operands.every((operand) => parts.includes(operand) || text(operand) === whole);
    return isAll && operands.some((operand) => source.isRunId(operand));
  });
}

/** Properties under which the run ID is, in an object that should have been an ID. */
const INNER = new Set(
  'id runId run_id runid value baseRunId baseId normalizedRunId clientRunId data fields _id standardRunId'.split(
    ' ',
  ),
);

module.exports = {
  branchWithout,
  isLookup,
  mintsIn,
  INNER,
  isDigging,
  othersOf,
  isForReaders,
  isNoId,
  isNothing,
  isSubstitute,
  outcomesOf,
  testedRunIds,
};
