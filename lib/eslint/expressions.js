'use strict';

const WRAPPERS = new Set([
  'ChainExpression',
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);

/** More levels than hand-written code has. */
const DEEPEST = 200;

/** The expression within optional chains, type assertions, brackets and commas. */
function unwrap(node) {
  for (let depth = 0; depth < DEEPEST && node; depth++) {
    if (WRAPPERS.has(node.type)) node = node.expression;
    else if (node.type === 'SequenceExpression') node = node.expressions.at(-1);
    else return node;
  }
  return node;
}

/** The same, also within `await`. */
function awaited(node) {
  const inner = unwrap(node);
  return inner?.type === 'AwaitExpression' ? unwrap(inner.argument) : inner;
}

/** The outermost expression that merely wraps this one. */
function wrapped(node) {
  for (let depth = 0; depth < DEEPEST; depth++) {
    const { parent } = node;
    if (!parent) return node;
    const isLast = parent.type === 'SequenceExpression' && parent.expressions.at(-1) === node;
    if (!WRAPPERS.has(parent.type) && !isLast) return node;
    node = parent;
  }
  return node;
}

/** A literal text: a string, or a template without expressions. */
function literalText(node) {
  const inner = unwrap(node);
  if (inner?.type === 'Literal' && typeof inner.value === 'string') return inner.value;
  if (inner?.type === 'TemplateLiteral' && inner.expressions.length === 0)
    return inner.quasis[0].value.cooked;
  return undefined;
}

/** The property name of a member expression, a property or a method; undefined if it is computed. */
function keyOf(node) {
  const key = node.type === 'MemberExpression' ? node.property : node.key;
  if (!key) return undefined;
  if (key.type === 'PrivateIdentifier') return key.name;
  if (!node.computed && key.type === 'Identifier') return key.name;
  return literalText(key);
}

const READERS = new Set(['get', 'getCellValue', 'getCellValueAsString', 'header', 'param']);

/** The name of an expression's value: the last name in `a.b.runId` or `record.get('Run ID')`. */
function nameOf(node) {
  const inner = unwrap(node);
  switch (inner?.type) {
    case 'Identifier':
      return inner.name;
    case 'MemberExpression':
      return keyOf(inner);
    case 'CallExpression': {
      const callee = unwrap(inner.callee);
      if (callee?.type !== 'MemberExpression' || !READERS.has(keyOf(callee))) return undefined;
      return literalText(inner.arguments[0]);
    }
    default:
      return undefined;
  }
}

/** The name of the function that is called. */
function calleeName(call) {
  const callee = unwrap(call.callee);
  return callee?.type === 'Identifier'
    ? callee.name
    : callee?.type === 'MemberExpression'
      ? keyOf(callee)
      : undefined;
}

/** The object on which a method is called. */
function receiver(call) {
  const callee = unwrap(call.callee);
  return callee?.type === 'MemberExpression' ? unwrap(callee.object) : undefined;
}

/** The function passed to a call; undefined unless it is written inline. */
function callbackOf(call) {
  return call.arguments.map((argument) => unwrap(argument)).find(isFunction);
}

/** The identifier or `this` at the start of a chain of members and calls. */
function rootOf(node) {
  let inner = unwrap(node);
  for (let depth = 0; depth < DEEPEST && inner; depth++) {
    if (inner.type === 'MemberExpression') inner = unwrap(inner.object);
    else if (inner.type === 'CallExpression' || inner.type === 'NewExpression') inner = unwrap(inner.callee);
    else if (inner.type === 'AwaitExpression') inner = unwrap(inner.argument);
    else return inner;
  }
  return inner;
}

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionDeclaration', 'FunctionExpression']);

function isFunction(node) {
  return FUNCTIONS.has(node?.type);
}

/** The function that contains a node. */
function functionAround(node) {
  let inner = node.parent;
  while (inner && !isFunction(inner)) inner = inner.parent;
  return inner ?? undefined;
}

/** The name of a function: its own, or that of the variable or property to which it is assigned. */
function functionName(node) {
  if (node.id) return node.id.name;
  const { parent } = node;
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined;
    case 'AssignmentExpression':
      return parent.right === node ? nameOf(parent.left) : undefined;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.value === node ? keyOf(parent) : undefined;
    default:
      return undefined;
  }
}

/** The operands of a chain of `||` and `??`, from the left. */
function operandsOf(node) {
  const operands = [];
  const open = [node];
  while (open.length > 0) {
    const next = unwrap(open.pop());
    if (next?.type === 'LogicalExpression' && next.operator !== '&&') open.push(next.right, next.left);
    else if (next) operands.push(next);
  }
  return operands;
}

/** The name to which a value is assigned, in a declaration, an assignment or a property. */
function targetOf(node) {
  const outer = wrapped(node);
  const { parent } = outer;
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.init === outer ? nameOf(parent.id) : undefined;
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return parent.right === outer ? nameOf(parent.left) : undefined;
    case 'Property':
    case 'PropertyDefinition':
      return parent.value === outer ? keyOf(parent) : undefined;
    default:
      return undefined;
  }
}

/** The values inserted by `util.format` and the like. */
const PLACEHOLDER = /%[sdifjoO]/;

/** The parts that a call joins, from the left: `[a, b].join('-')`, `a.concat('-', b)`, `format('%s-%s', a, b)`. */
function piecesOf(call) {
  const name = calleeName(call);
  const object = receiver(call);
  const [first, ...others] = call.arguments;
  if (name === 'join' && object?.type === 'ArrayExpression') {
    const separator = literalText(first);
    const isPlain = object.elements.every((element) => element && element.type !== 'SpreadElement');
    if (separator === undefined || !isPlain) return undefined;
    return object.elements.flatMap((element, index) => (index === 0 ? [element] : [separator, element]));
  }
  const isText = [object, ...call.arguments].some((piece) => piece && literalText(piece) !== undefined);
  if (name === 'concat' && object && isText) return [object, ...call.arguments];
  const text = /^(?:v?sprintf|format)$/.test(name ?? '') ? literalText(first)?.split(PLACEHOLDER) : undefined;
  if (text === undefined || text.length < 2) return undefined;
  return text.flatMap((piece, index) => (index === 0 ? [piece] : [others[index - 1] ?? '', piece]));
}

/** Whether only the truthiness of a value is used: in a condition, a negation, the left of `&&` and `||`. */
function isTested(node) {
  const outer = wrapped(node);
  const { parent } = outer;
  if (parent.type === 'UnaryExpression') return parent.operator === '!';
  if (parent.type === 'LogicalExpression')
    return (parent.operator !== '??' && parent.left === outer) || isTested(parent);
  return (
    /^(?:If|While|DoWhile|For)Statement$|^ConditionalExpression$/.test(parent.type) && parent.test === outer
  );
}

/** Adds items to a list. A generated file has lists that do not fit on the stack as arguments of `push`. */
function pushAll(list, items) {
  for (const item of items) list.push(item);
}

/** The parts of a composed text, from the left; strings are those of the source. */
function partsOf(node) {
  const parts = [];
  const open = [node];
  while (open.length > 0) {
    const next = unwrap(open.pop());
    const pieces = next?.type === 'CallExpression' ? piecesOf(next) : undefined;
    if (typeof next === 'string') {
      if (next !== '') parts.push(next);
    } else if (pieces) pushAll(open, pieces.reverse());
    else if (next?.type === 'BinaryExpression' && next.operator === '+') open.push(next.right, next.left);
    else if (next?.type === 'TemplateLiteral') {
      next.quasis.forEach(({ value }, index) => {
        if (value.cooked) parts.push(value.cooked);
        if (index < next.expressions.length) parts.push(next.expressions[index]);
      });
    } else if (next) parts.push(literalText(next) ?? next);
  }
  return parts;
}

module.exports = {
  DEEPEST,
  awaited,
  callbackOf,
  calleeName,
  functionAround,
  functionName,
  isFunction,
  isTested,
  keyOf,
  literalText,
  nameOf,
  operandsOf,
  partsOf,
  pushAll,
  receiver,
  rootOf,
  targetOf,
  unwrap,
  wrapped,
};
