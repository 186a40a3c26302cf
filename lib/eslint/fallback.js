'use strict';

const { awaited, literalText, nameOf, unwrap } = require('./expressions.js');

/** So many statements of a branch are looked at. */
const BUDGET = 400;

/** Whether nothing stands there: null or undefined, which leaves an ID absent. */
function isNothing(node) {
  const inner = unwrap(node);
  if (inner?.type === 'Literal') return inner.value === null && !inner.regex;
  if (inner?.type === 'Identifier') return inner.name === 'undefined';
  return inner?.type === 'UnaryExpression' && inner.operator === 'void';
}

/** Whether a text is one for readers, such as `(no run ID)`: nobody looks a record up under it. */
function isForReaders(node) {
  return /\s|^[([<]/.test(literalText(node) ?? '');
}

/** Whether it takes the place of an ID that is not there: a new one, a text such as `unknown`. */
function isSubstitute(source, node) {
  const inner = awaited(node);
  if (!inner || isNothing(inner) || isForReaders(inner)) return false;
  return literalText(inner) !== undefined || source.isMint(inner);
}

/** The run IDs whose truth or presence a test asks about. */
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
      for (const argument of inner.arguments) if (source.isRunId(argument)) found.push(argument);
      break;
    case 'AwaitExpression':
      break;
    default:
      if (inner && source.isRunId(inner)) found.push(inner);
  }
  return found;
}

/** The assignments to run IDs and the answers in statements, without those of inner functions. */
function outcomesOf(source, statements) {
  const outcomes = [];
  const open = [...statements].reverse();
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const statement = open.pop();
    switch (statement?.type) {
      case 'BlockStatement':
        open.push(...[...statement.body].reverse());
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

module.exports = { isForReaders, isNothing, isSubstitute, outcomesOf, testedRunIds };
