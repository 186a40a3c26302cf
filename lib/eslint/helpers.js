'use strict';

const {
  awaited,
  calleeName,
  functionName,
  keyOf,
  literalText,
  pushAll,
  receiver,
  unwrap,
} = require('./expressions.js');
const { API, RETIRED, isHelper, isRunIdFunction, isTelling } = require('./names.js');
const { isDateFormat, returnsOf } = require('./clock.js');
const { textWorkOf } = require('./text-work.js');

/** The maximum of nodes inspected in a function. */
const BUDGET = 3_000;

/** Other functions that work on texts, or read the clock. */
const WORK =
  /^(?:test|exec|toString|join|toISOString|get(?:UTC)?(?:FullYear|Month|Date|Hours|Minutes|Seconds)|now)$/;

const answers = new WeakMap();

/** Whether a function does the package's work itself: its name says so, and it works on texts or reads the clock. */
function isHomeMade(source, node) {
  let answer = answers.get(node);
  if (answer === undefined) {
    answer = decide(source, node);
    answers.set(node, answer);
  }
  return answer;
}

function decide(source, node) {
  if (!node.body) return false;
  const name = functionName(node);
  if (name === undefined) return false;
  if (RETIRED.has(name) && (isTelling(name) || source.isLegacyFile))
    return !onlyDelegates(source, node, ['addon']);
  if (isHelper(name) || RETIRED.has(name) || API.has(name)) {
    const isAbout = isHelper(name) || /runid/i.test(name) || takesRunId(source, node);
    return (
      isAbout &&
      !onlyDelegates(source, node, ['addon', 'legacy', undefined]) &&
      (works(source, node) || API.has(name))
    );
  }
  return isRunIdFunction(name) && source.isMadeIn(node);
}

/** Whether a parameter is named like a run ID. */
function takesRunId(source, { params }) {
  return params.some((param) => {
    const inner = param.type === 'AssignmentPattern' ? param.left : param;
    return inner.type === 'Identifier' && source.names.isRunId(inner.name);
  });
}

/** Whether it only returns results of the package's functions, and none of this file's. */
function onlyDelegates(source, node, providers) {
  const results = returnsOf(node);
  return (
    results.length > 0 &&
    results.every((result) => isDelegation(source, awaited(result), providers)) &&
    !works(source, node)
  );
}

function isDelegation(source, call, providers) {
  if (call?.type !== 'CallExpression' || !source.isApiCall(call)) return false;
  return (
    source.bindings.functionOf(call.callee) === undefined &&
    providers.includes(source.providerOf(call.callee))
  );
}

/** Whether the body works on texts, builds a text or reads the clock. */
function works(source, node) {
  const { visitorKeys } = source.code;
  const open = [node.body];
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const inner = open.pop();
    if (isWork(source, inner)) return true;
    for (const key of visitorKeys[inner.type] ?? []) {
      const child = inner[key];
      if (Array.isArray(child)) pushAll(open, child.filter(Boolean));
      else if (child) open.push(child);
    }
  }
  return false;
}

function isWork(source, node) {
  switch (node.type) {
    case 'Literal':
      return node.regex !== undefined;
    case 'TemplateLiteral':
      return (
        node.expressions.length > 1 &&
        !source.isLogged(node) &&
        node.quasis.every(({ value }) => !/\s/.test(value.raw))
      );
    case 'BinaryExpression':
      return (
        node.operator === '+' &&
        !source.isLogged(node) &&
        [node.left, node.right].some((side) => source.isRunId(side) || literalText(side) === '-')
      );
    case 'UnaryExpression':
      return (
        node.operator === 'typeof' &&
        node.parent.type === 'BinaryExpression' &&
        node.parent.right.value === 'object'
      );
    case 'NewExpression':
      return node.callee.name === 'Date' || node.callee.name === 'RegExp';
    case 'LogicalExpression':
      return node.operator !== '&&' && source.isRunId(node.left);
    case 'CallExpression': {
      const name = calleeName(node);
      if (name === undefined) return false;
      if (name === 'String') return !source.isLogged(node);
      if (name === 'uuid' || name === 'uuidv4' || name === 'randomUUID') return true;
      const isHelperCall = RETIRED.has(name) && isTelling(name) && !API.has(name);
      if (isHelperCall || textWorkOf(source, node) !== undefined) return true;
      if (node.arguments.some((argument) => isDateFormat(source.bindings, argument))) return true;
      return receiver(node) !== undefined && WORK.test(name) && !isOfPath(node);
    }
    default:
      return false;
  }
}

/** `path.join` is not about IDs. */
function isOfPath(call) {
  const callee = unwrap(call.callee);
  return keyOf(callee) === 'join' && unwrap(callee.object).name === 'path';
}

module.exports = { isHomeMade };
