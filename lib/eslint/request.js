'use strict';

const { awaited, calleeName, keyOf, literalText, nameOf, receiver, unwrap } = require('./expressions.js');
const { propertyFor } = require('./bindings.js');
const { isSourceName } = require('./names.js');

const REQUEST = /^(?:req|request|ctx|context|c|httpReq|httpRequest|expressReq|_req|incoming|event)$/;

const PARTS = new Set(['query', 'body', 'queryStringParameters', 'searchParams']);

const STEPS = 5;

/** Whether an expression is the query or the body of a request. */
function isRequestPart(source, node, steps = STEPS) {
  const inner = awaited(node);
  if (!inner || steps === 0) return false;
  switch (inner.type) {
    case 'MemberExpression':
      return PARTS.has(keyOf(inner)) && isRequest(source, inner.object);
    case 'Identifier':
      return isPartVariable(source, inner, steps - 1);
    case 'LogicalExpression':
      return isRequestPart(source, inner.left, steps - 1) || isRequestPart(source, inner.right, steps - 1);
    case 'ConditionalExpression':
      return (
        isRequestPart(source, inner.consequent, steps - 1) ||
        isRequestPart(source, inner.alternate, steps - 1)
      );
    case 'ObjectExpression':
      return inner.properties.some(
        (property) =>
          property.type === 'SpreadElement' && isRequestPart(source, property.argument, steps - 1),
      );
    case 'CallExpression': {
      const name = calleeName(inner);
      if (name === 'assign')
        return inner.arguments.some((argument) => isRequestPart(source, argument, steps - 1));
      const object = receiver(inner);
      if (object === undefined) return false;
      return (name === 'json' || name === 'formData' || name === 'parseBody') && isRequest(source, object);
    }
    default:
      return false;
  }
}

function isRequest(source, node) {
  const inner = unwrap(node);
  if (inner?.type === 'Identifier') return REQUEST.test(inner.name);
  if (inner?.type !== 'MemberExpression') return false;
  const key = keyOf(inner);
  return key === 'req' || key === 'request' || (key === 'nextUrl' && isRequest(source, inner.object));
}

function isPartVariable(source, identifier, steps) {
  const definition = source.bindings.variableOf(identifier)?.defs[0];
  if (definition === undefined) return false;
  if (definition.type === 'Parameter') return isPartOfParameter(definition);
  if (definition.type !== 'Variable') return false;
  const { id, init } = definition.node;
  if (!init) return false;
  if (id.type === 'Identifier') return isRequestPart(source, init, steps);
  const property = id.type === 'ObjectPattern' ? propertyFor(id, definition.name) : undefined;
  return property !== undefined && PARTS.has(keyOf(property)) && isRequest(source, init);
}

/** `({ query, body }, res) => …` */
function isPartOfParameter({ name, node }) {
  const [first] = node.params;
  if (first?.type !== 'ObjectPattern' || node.params.length < 2) return false;
  const property = propertyFor(first, name);
  return property !== undefined && PARTS.has(keyOf(property));
}

/** Whether an expression reads the run ID of a request: `req.query.runId`, `searchParams.get('runId')`. */
function isRequestRead(source, node) {
  const inner = unwrap(node);
  if (inner?.type === 'MemberExpression') {
    const name = keyOf(inner);
    return name !== undefined && isSource(source, name) && isRequestPart(source, inner.object);
  }
  if (inner?.type !== 'CallExpression') return false;
  const object = receiver(inner);
  const name = literalText(inner.arguments[0]);
  if (object === undefined || name === undefined || !isSource(source, name)) return false;
  const called = calleeName(inner);
  if (called === 'get') return /searchParams|^query$|^params$|^form$/i.test(nameOf(object) ?? '');
  return (called === 'query' || called === 'param') && isRequest(source, object);
}

/** Whether `runId` is read there: what a setting calls so counts, too. */
function isSource(source, name) {
  return source.names.isRunId(name) && (isSourceName(name) || !/run/i.test(name));
}

/** The same, or one of its headers or path parameters, which mean something beside those only. */
function isAnyRead(source, node) {
  const inner = unwrap(node);
  if (isRequestRead(source, inner)) return true;
  if (inner?.type === 'MemberExpression') {
    const holder = unwrap(inner.object);
    const isHolder =
      holder?.type === 'MemberExpression' && /^(?:headers|params|cookies)$/.test(keyOf(holder) ?? '');
    return (isHolder && isRequest(source, holder.object)) || isRequestPart(source, holder);
  }
  return (
    inner?.type === 'CallExpression' &&
    /^(?:get|header)$/.test(calleeName(inner) ?? '') &&
    isRequest(source, receiver(inner))
  );
}

module.exports = { isAnyRead, isRequestPart, isRequestRead, isSource };
