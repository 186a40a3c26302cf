'use strict';

const { awaited, calleeName, keyOf, literalText, partsOf, receiver, unwrap } = require('./expressions.js');

/** Functions that return the base of a run ID, in one call. */
const STRIPPING =
  /^(?:stripClientSuffix|getBaseRunId|(?:strip|remove|drop|cut|trim)\w*Suffix|(?:to|get|extract|strip)\w*Base(?:Run)?Id|stripClient(?:Id)?|baseRunIdOf|(?:get|to|extract)BaseRun)$/;

/** Functions that add a client to it. */
const ADDING =
  /^(?:addClientSuffix|createClientRunId|clientRunIdFor|(?:add|append|attach)\w*Suffix|(?:add|append|attach)Client(?:Id)?|(?:build|make|compose|to|format)ClientRunId)$/;

const SEPARATOR = '-';

/** The length of a base, and the position of a client ID after it. */
const { BASE_LENGTH } = require('../binding.js');

const numberOf = (node) => (unwrap(node)?.type === 'Literal' ? unwrap(node).value : undefined);

/**
 * The part that a chain of text methods takes from a run ID, if it is one of the usual chains: `{ runId, part }`, where
 * `part` is `base` or `client`.
 */
function cutOf(source, node) {
  const call = unwrap(node);
  if (call?.type !== 'CallExpression') return undefined;
  const name = calleeName(call);
  const object = receiver(call);
  if (object === undefined) return undefined;
  const [from, to] = call.arguments.map(numberOf);
  if (['slice', 'substring', 'substr'].includes(name) && source.isRunId(object)) {
    if (from === 0 && to === BASE_LENGTH) return { runId: object, part: 'base' };
    return from === BASE_LENGTH + 1 && call.arguments.length === 1
      ? { runId: object, part: 'client' }
      : undefined;
  }
  if (name !== 'join' || literalText(call.arguments[0]) !== SEPARATOR) return undefined;
  return cutOfParts(source, object);
}

/** `runId.split('-').slice(0, 2)` and `….slice(2)`. */
function cutOfParts(source, node) {
  const slice = unwrap(node);
  if (slice?.type !== 'CallExpression' || calleeName(slice) !== 'slice') return undefined;
  const list = followed(source, receiver(slice));
  if (
    list?.type !== 'CallExpression' ||
    calleeName(list) !== 'split' ||
    literalText(list.arguments[0]) !== SEPARATOR
  )
    return undefined;
  const runId = receiver(list);
  if (!source.isRunId(runId)) return undefined;
  const [from, to] = slice.arguments.map(numberOf);
  if (from === 0 && to === 2) return { runId, part: 'base' };
  return from === 2 && slice.arguments.length === 1 ? { runId, part: 'client' } : undefined;
}

function followed(source, node) {
  const inner = awaited(node);
  return inner?.type === 'Identifier' ? awaited(source.bindings.constantOf(inner)) : inner;
}

/** The run ID from which a base was taken, directly or through variables; undefined if the node is not such a base. */
function strippedFrom(source, node, steps = 4) {
  const inner = awaited(node);
  if (!inner || steps === 0) return undefined;
  if (inner.type === 'Identifier') return strippedFromVariable(source, inner, steps - 1);
  if (inner.type === 'ConditionalExpression')
    return (
      strippedFrom(source, inner.consequent, steps - 1) ?? strippedFrom(source, inner.alternate, steps - 1)
    );
  if (inner.type === 'MemberExpression') {
    if (keyOf(inner) === 'baseRunId') {
      const runId = strippedFromParts(source, inner.object);
      if (runId !== undefined) return runId;
    }
    return strippedFrom(source, source.bindings.fieldsOf(inner).at(-1), steps - 1);
  }
  if (inner.type !== 'CallExpression') return undefined;
  const name = source.calledName(inner);
  if (name !== undefined && STRIPPING.test(name)) return inner.arguments[0];
  const cut = cutOf(source, inner);
  return cut?.part === 'base' ? cut.runId : undefined;
}

/** The same for a variable to which a base is assigned, or that is one of the parts of a run ID. */
function strippedFromVariable(source, identifier, steps) {
  const { bindings } = source;
  const variable = bindings.variableOf(identifier);
  if (bindings.keyOf(identifier) === 'baseRunId')
    return strippedFromParts(source, variable.defs[0].node.init);
  return strippedFrom(source, bindings.writesTo(variable).at(-1), steps);
}

/** The same for `parseRunId(runId).baseRunId`. */
function strippedFromParts(source, node) {
  const parts = followed(source, node);
  return parts?.type === 'CallExpression' && calleeName(parts) === 'parseRunId'
    ? parts.arguments[0]
    : undefined;
}

/** A client added to a base that was taken from another run ID: `{ runId, client }`. */
function stripThenAdd(source, node) {
  if (node.type === 'CallExpression') {
    const name = source.calledName(node);
    if (name === undefined || !ADDING.test(name)) return undefined;
    const runId = strippedFrom(source, node.arguments[0]);
    return runId === undefined ? undefined : { runId, client: node.arguments[1] };
  }
  const parts = partsOf(node);
  const cut = cutBefore(source, parts);
  if (cut !== undefined) return cut;
  if (
    parts.length !== 3 ||
    typeof parts[0] === 'string' ||
    !/^[-_:]$/.test(parts[1]) ||
    typeof parts[2] === 'string'
  )
    return undefined;
  const runId = strippedFrom(source, parts[0]);
  return runId === undefined ? undefined : { runId, client: parts[2] };
}

/** `${day}-${time}-${clientId}` after `const [day, time] = runId.split('-')` */
function cutBefore(source, parts) {
  const [day, , time, , client, ...more] = parts;
  if (!client || typeof client === 'string' || more.length > 0) return undefined;
  const runIds = [day, time].map((part, index) => splitOf(source, part, index));
  return runIds[0] && runIds[0] === runIds[1] ? { runId: runIds[0], client } : undefined;
}

/** The run ID of which a variable is the piece at an index. */
function splitOf(source, node, index) {
  const definition = node.type === 'Identifier' ? source.bindings.variableOf(node)?.defs[0] : undefined;
  const { id, init } = definition?.type === 'Variable' ? definition.node : {};
  if (id?.type !== 'ArrayPattern' || id.elements[index] !== definition.name) return undefined;
  const call = unwrap(init);
  const isSplit = call?.type === 'CallExpression' && calleeName(call) === 'split';
  return isSplit && source.isRunId(receiver(call)) ? receiver(call) : undefined;
}

module.exports = { cutOf, stripThenAdd, strippedFrom };
