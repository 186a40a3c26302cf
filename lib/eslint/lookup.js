'use strict';

const {
  calleeName,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  nameOf,
  partsOf,
  receiver,
  unwrap,
  wrapped,
} = require('./expressions.js');

/** Methods that look for a record among others. */
const FINDING = new Set(['filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'some', 'every']);

const PARTIAL = new Set(['includes', 'startsWith', 'endsWith', 'indexOf', 'search', 'match', 'test']);

const LIKE = /like|contains|startsWith|endsWith|rege?x|similar|^!?~/i;

/** Names that search engines give to a partial match. */
const PARTIAL_QUERIES = new Set(
  'fuzzy match_bool_prefix match_phrase_prefix prefix regexp wildcard'.split(' '),
);

/** Whether a call or a text compares a part of a run ID, within a search for a record. */
function isPartialMatch(source, node) {
  if (node.type === 'CallExpression') {
    if (!PARTIAL.has(calleeName(node))) return false;
    const around = functionAround(node);
    return isFunction(around) && isFindCallback(around);
  }
  return isLikePattern(source, node);
}

function isFindCallback(node) {
  const { parent } = wrapped(node);
  return (
    parent.type === 'CallExpression' &&
    parent.arguments.includes(node) &&
    FINDING.has(calleeName(parent)) &&
    receiver(parent) !== undefined
  );
}

/** `${runId}%`, `run:${runId}*` */
function isLikePattern(source, node) {
  if (node.type !== 'TemplateLiteral' && node.type !== 'BinaryExpression') return false;
  const parts = partsOf(node);
  const isGlob = parts.some(
    (part, index) =>
      typeof part !== 'string' &&
      source.isRunId(part) &&
      (/^[-_]?\*(?!\*)/.test(String(parts[index + 1])) || /(?<![*/])\*$/.test(String(parts[index - 1]))),
  );
  if (isGlob && parts.every((part) => typeof part !== 'string' || !/\s/.test(part))) return true;
  if (parts.length > 3 || !parts.some((part) => typeof part !== 'string' && source.isRunId(part)))
    return false;
  return (
    parts.some((part) => typeof part === 'string' && /^%|%$/.test(part)) &&
    parts.every((part) => typeof part !== 'string' || /^[%\-_]+$/.test(part))
  );
}

/** `{ runId: { contains: x } }`, `{ runId: { $regex: x } }` */
function isPartialOperator(source, property) {
  const key = keyOf(property);
  const value = unwrap(property.value);
  if (PARTIAL_QUERIES.has(key)) return isOfRunId(source, value);
  if (key === undefined || !source.names.isRunId(key.replace(/^.*\./, ''))) return false;
  if (value?.type === 'Literal' && value.regex) return true;
  if (value?.type === 'NewExpression') return value.callee.name === 'RegExp';
  if (value?.type === 'CallExpression')
    return /^(?:Like|ILike|Raw|Op)$/.test(calleeName(value) ?? '') && calleeName(value) !== 'Raw';
  if (value?.type !== 'ObjectExpression') return false;
  return value.properties.some((operator) => {
    if (operator.type !== 'Property') return false;
    const name =
      operator.computed && operator.key.type === 'MemberExpression' ? keyOf(operator.key) : keyOf(operator);
    return (
      name !== undefined &&
      /^\$?(?:contains|startsWith|endsWith|i?[lL]ike|i?regexp?|regex|startswith|substring|iLike|search|text)$/.test(
        name,
      )
    );
  });
}

/** `{ prefix: { run_id: base } }` */
function isOfRunId(source, value) {
  return (
    value?.type === 'ObjectExpression' &&
    value.properties.some(
      (property) =>
        property.type === 'Property' && source.names.isRunId((keyOf(property) ?? '').replace(/^.*\./, '')),
    )
  );
}

/** `.where('run_id', 'like', x)`, `.whereLike('run_id', x)`, `like(runs.runId, x)` */
function isLikeCall(source, node) {
  const name = calleeName(node);
  if (name === undefined) return false;
  const [field, operator] = node.arguments;
  const column = literalText(field) ?? nameOf(field);
  if (column === undefined || !source.names.isRunId(column.replace(/^.*\./, ''))) return false;
  if (/^(?:or|and)?where(?:I?Like)$|^i?like$/i.test(name)) return true;
  return (
    /^(?:or|and)?where$|^having$|^filter$|^andWhere$/i.test(name) && LIKE.test(literalText(operator) ?? '')
  );
}

module.exports = { isLikeCall, isLikePattern, isPartialMatch, isPartialOperator };
