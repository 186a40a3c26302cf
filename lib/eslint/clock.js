'use strict';

const { calleeName, isFunction, keyOf, literalText, nameOf, pushAll, unwrap } = require('./expressions.js');
const { isRunIdFunction } = require('./names.js');
const { wordsOf } = require('./words.js');

/** The maximum of nodes inspected to answer one question. */
const BUDGET = 1_000;

/** Methods that read a part of a date, or format it. */
const DATE_PART =
  /^(?:get(?:UTC)?(?:FullYear|Year|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|Time)|to(?:ISO|UTC|Locale|LocaleDate|LocaleTime|Date|Time)String|toJSON|toISODate|toISOTime|toMillis|valueOf|unix)$/;

/** Functions that return a text from texts. */
const TEXT_METHODS = new Set(
  (
    'at charAt concat filter flat flatMap join map normalize padEnd padStart pop reduce repeat replace replaceAll reverse shift slice ' +
    'split startOf substr substring toFixed toLowerCase toString toUpperCase trim trimEnd trimStart utc tz local format toFormat'
  ).split(' '),
);

/** Functions with these words in their names return a number as text. */
const PADDING = new Set([
  'pad',
  'padded',
  'padding',
  'lpad',
  'two',
  'zero',
  'zeros',
  'digits',
  'fill',
  'fmt',
  'format',
  'string',
  'number',
  'stamp',
]);

/** A pattern of date-fns, dayjs, moment or luxon that writes a day and a time without separators between their parts. */
const DATE_FORMAT =
  /^(?:\[?'?[\w-]*'?\]?)?(?:yy(?:yy)?(?:MM|LL)dd|YY(?:YY)?MMDD)['[]?[-_T]?['\]]?HHmmss|%y%m%d[-_T]?%H%M%S/;

/** The same with a two-digit year, including strftime. */
const RUN_ID_FORMAT = /(?<![yY])(?:yy(?:MM|LL)dd|YYMMDD)['[\]]*[-_]['[\]]*HHmmss|%y%m%d[-_]%H%M%S/;

const CLOCKS = new Set(['now', 'hrtime', 'bigint']);

/** Functions that return the current time if they get no argument. */
const NOW = /^(?:moment|dayjs)$/;
const NOW_METHOD = /^(?:utc|local)$/;

/** Whether values come from the clock. */
class Clock {
  #bindings;
  #names;
  #answers = new Map();

  constructor(bindings, names) {
    this.#bindings = bindings;
    this.#names = names;
  }

  /** Whether a part of a text, or its origin, is a part of the current time or of a date. */
  isIn(node) {
    const known = this.#answers.get(node);
    if (known !== undefined) return known;
    const answer = this.#search(node);
    this.#answers.set(node, answer);
    return answer;
  }

  #search(start) {
    const seen = new Set();
    const open = [start];
    while (open.length > 0 && seen.size < BUDGET) {
      const node = unwrap(open.pop());
      if (!node || seen.has(node)) continue;
      seen.add(node);
      if (this.#answers.get(node) || isSource(this.#bindings, node)) return true;
      for (const next of this.#partsOf(node)) open.push(next);
    }
    return false;
  }

  #partsOf(node) {
    switch (node.type) {
      case 'TemplateLiteral':
        return node.expressions;
      case 'BinaryExpression':
        return /^[-+*/%|]$/.test(node.operator) ? [node.left, node.right] : [];
      case 'LogicalExpression':
        return [node.left, node.right];
      case 'ConditionalExpression':
        return [node.consequent, node.alternate];
      case 'AssignmentExpression':
        return [node.right];
      case 'AwaitExpression':
      case 'SpreadElement':
      case 'UnaryExpression':
        return [node.argument];
      case 'ArrayExpression':
        return node.elements;
      case 'CallExpression':
        return this.#partsOfCall(node);
      case 'Identifier':
        return this.#names.isRunId(node.name) ? [] : this.#bindings.writesTo(this.#bindings.variableOf(node));
      case 'MemberExpression':
        return this.#partsOfMember(node);
      default:
        return [];
    }
  }

  #partsOfCall(node) {
    const name = calleeName(node);
    // It is reported at its own place.
    if (name !== undefined && isRunIdFunction(name)) return [];
    const inline = unwrap(node.callee);
    const called = isFunction(inline) ? inline : this.#bindings.functionOf(inline);
    const results = called ? returnsOf(called) : [];
    if (results.length > 0) return [...results, ...node.arguments];
    if (name === undefined) return [];
    const callee = inline;
    const isText = callee.type === 'MemberExpression' && TEXT_METHODS.has(name);
    const isPadding =
      wordsOf(name).some((word) => PADDING.has(word)) ||
      /^(?:parseInt|BigInt)$/.test(name) ||
      (callee.type === 'MemberExpression' && callee.object.name === 'Math');
    return [
      ...(isText ? [callee.object] : []),
      ...(isPadding || name === 'concat' || name === 'join'
        ? node.arguments.filter(({ type }) => !/Function/.test(type))
        : []),
    ];
  }

  #partsOfMember(node) {
    const name = keyOf(node);
    const object = unwrap(node.object);
    if (name !== undefined && this.#names.isRunId(name)) return [];
    if (object.type !== 'Identifier') return object.type === 'ThisExpression' ? [] : [object];
    const table = unwrap(this.#bindings.constantOf(object));
    if (table?.type !== 'ObjectExpression') return [object];
    return table.properties
      .filter((property) => property.type === 'Property' && (name === undefined || keyOf(property) === name))
      .map(({ value }) => value);
  }
}

function isSource(bindings, node) {
  if (node.type === 'NewExpression') return node.callee.type === 'Identifier' && node.callee.name === 'Date';
  if (node.type !== 'CallExpression') return false;
  const name = calleeName(node);
  if (name === undefined) return false;
  const callee = unwrap(node.callee);
  if (callee.type === 'MemberExpression') {
    if (DATE_PART.test(name) && name !== 'valueOf') return true;
    const owner = nameOf(callee.object) ?? '';
    if (
      CLOCKS.has(name) &&
      /^(?:Date|DateTime|_|dayjs|hrtime|lodash|moment|performance|process)$/.test(owner)
    )
      return true;
    if (owner === 'Now' && nameOf(callee.object.object) === 'Temporal') return true;
    if (NOW_METHOD.test(name) && /^(?:DateTime|dayjs|moment)$/.test(owner) && node.arguments.length === 0)
      return true;
  } else if (NOW.test(name) && node.arguments.length === 0) return true;
  return node.arguments.some((argument) => isDateFormat(bindings, argument));
}

/** Whether it is a date format with a day and a time, like those of run IDs. */
function isDateFormat(bindings, node) {
  return DATE_FORMAT.test(constantText(bindings, node));
}

/** The same with a two-digit year and a hyphen, as only run IDs have it. */
function isRunIdFormat(bindings, node) {
  return RUN_ID_FORMAT.test(constantText(bindings, node));
}

/** The text of a literal, or of a constant. */
function constantText(bindings, node) {
  const inner = unwrap(node);
  const value = inner?.type === 'Identifier' ? unwrap(bindings.constantOf(inner)) : inner;
  return literalText(value) ?? '';
}

/** The values that a function returns. */
function returnsOf(node) {
  if (node.body.type !== 'BlockStatement') return [node.body];
  const results = [];
  const open = [...node.body.body];
  for (let count = 0; open.length > 0 && count < BUDGET; count++) {
    const statement = open.pop();
    if (!statement) continue;
    switch (statement.type) {
      case 'ReturnStatement':
        if (statement.argument) results.push(statement.argument);
        break;
      case 'IfStatement':
        open.push(statement.consequent, statement.alternate);
        break;
      case 'BlockStatement':
        pushAll(open, statement.body);
        break;
      case 'TryStatement':
        open.push(statement.block, statement.handler?.body, statement.finalizer);
        break;
      case 'SwitchStatement':
        pushAll(
          open,
          statement.cases.flatMap(({ consequent }) => consequent),
        );
        break;
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'LabeledStatement':
        open.push(statement.body);
        break;
    }
  }
  return results.filter((result) => !isFunction(unwrap(result)));
}

module.exports = { Clock, isDateFormat, isRunIdFormat, returnsOf };
