'use strict';

const {
  awaited,
  calleeName,
  keyOf,
  literalText,
  nameOf,
  receiver,
  rootOf,
  unwrap,
} = require('./expressions.js');
const { propertyFor } = require('./bindings.js');
const { isNothing } = require('./fallback.js');
const { isSourceName } = require('./names.js');
const { utilityCall } = require('./text-work.js');

const REQUEST = /^_?(?:req|request|ctx|context|c|http_?req|httpRequest|expressReq|incoming|event|evt)$/i;

/** The types of a handler's request parameter. */
const REQUEST_TYPE = /Req(?:uest)?$|Context$|^APIGateway\w*Event/;

/** The names of a handler's second parameter. */
const RESPONSE = /^_?(?:res|response|reply|rep|next|h)$/i;

const PARTS = new Set(
  'query body rawBody queryStringParameters multiValueQueryStringParameters searchParams querystring'.split(
    ' ',
  ),
);

/** Methods of requests that return the query or the body: of `fetch`, Hono and the like. */
const PART_METHODS = new Set('formData json parseBody queries query valid'.split(' '));

/** Functions that get a request, or a part of it, and return a part: `readBody(event)`, `JSON.parse(event.body)`. */
const PART_FUNCTIONS =
  /^(?:(?:get|read|parse)(?:Query|Body|Json|JsonBody|SearchParams|FormData)|assign|clone|cloneDeep|defaults|merge|omit|parse|pick|plainToInstance|safeParse|URLSearchParams|validate|validateSync)$/;

/** Methods that return a property by name. */
const GETTERS = new Set(['get', 'getOr', 'path', 'pathOr', 'prop', 'propOr', 'result']);

const STEPS = 5;

/** Whether an expression is the query or the body of a request. */
function isRequestPart(source, node, steps = STEPS) {
  const inner = awaited(node);
  if (!inner || steps === 0) return false;
  switch (inner.type) {
    case 'MemberExpression':
      if (/^(?:data|output|value)$/.test(keyOf(inner) ?? ''))
        return isRequestPart(source, inner.object, steps - 1);
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
    case 'NewExpression':
    case 'CallExpression': {
      const name = calleeName(inner) ?? '';
      const object = receiver(inner);
      if (object !== undefined && PART_METHODS.has(name) && isRequest(source, object))
        return name !== 'query' || inner.arguments.length === 0;
      return PART_FUNCTIONS.test(name) && inner.arguments.some((given) => isGiven(source, given, steps - 1));
    }
    default:
      return false;
  }
}

/** A request, its URL or a part of it. */
function isGiven(source, node, steps) {
  const inner = awaited(node);
  if (isRequest(source, inner) || isRequestPart(source, inner, steps)) return true;
  if (inner?.type === 'LogicalExpression') return isGiven(source, inner.left, steps);
  const root = rootOf(inner);
  return inner !== root && isRequest(source, root) && /\burl\b/.test(source.code.getText(inner).slice(0, 60));
}

function isRequest(source, node) {
  const inner = unwrap(node);
  if (inner?.type === 'Identifier') return REQUEST.test(inner.name) || isRequestParameter(source, inner);
  if (inner?.type !== 'MemberExpression') return false;
  const key = keyOf(inner) ?? '';
  return (
    /^(?:req|request|ctx)$/.test(key) ||
    (/^(?:nextUrl|valid(?:ated)?)$/.test(key) && isRequest(source, inner.object))
  );
}

/** `(r, res) => …`, `(r: Request) => …` */
function isRequestParameter(source, identifier) {
  const definition = source.bindings.variableOf(identifier)?.defs[0];
  if (definition?.type !== 'Parameter') return false;
  const { name, node } = definition;
  if (REQUEST_TYPE.test(typeNameOf(name) ?? '')) return true;
  const [first, second] = node.params;
  return first === name && second?.type === 'Identifier' && RESPONSE.test(second.name);
}

/** The name of a parameter's declared type. */
function typeNameOf({ typeAnnotation }) {
  const type = typeAnnotation?.typeAnnotation;
  const name = type?.type === 'TSTypeReference' ? type.typeName : undefined;
  return name?.type === 'TSQualifiedName' ? name.right.name : name?.name;
}

function isPartVariable(source, identifier, steps) {
  const variable = source.bindings.variableOf(identifier);
  const definition = variable?.defs[0];
  if (definition === undefined) return false;
  if (definition.type === 'Parameter') return isPartOfParameter(definition) || isDecorated(definition.name);
  if (definition.type !== 'Variable') return false;
  const { id, init } = definition.node;
  if (id.type === 'Identifier')
    return source.bindings.writesTo(variable).some((value) => isRequestPart(source, value, steps));
  const property = init && id.type === 'ObjectPattern' ? propertyFor(id, definition.name) : undefined;
  if (property === undefined) return false;
  const key = keyOf(property);
  if (PARTS.has(key) && isRequest(source, init)) return true;
  // `const { query } = url.parse(req.url)`, `const { value } = schema.validate(req.body)`
  return /^(?:data|output|query|searchParams|value)$/.test(key ?? '') && isPartHolder(source, init, steps);
}

/** `url.parse(req.url)`, `new URL(req.url)`, `schema.validate(req.body)` */
function isPartHolder(source, node, steps) {
  const inner = awaited(node);
  if (isRequestPart(source, inner, steps)) return true;
  return inner?.type === 'NewExpression' && inner.arguments.some((given) => isGiven(source, given, steps));
}

/** `({ query, body }, res) => …` */
function isPartOfParameter({ name, node }) {
  const [first] = node.params;
  const property = first?.type === 'ObjectPattern' ? propertyFor(first, name) : undefined;
  const key = property && keyOf(property);
  return PARTS.has(key) && (node.params.length > 1 || /^(?:multi|queryS)/.test(key));
}

/** `@Body() body: StartRun` in NestJS and the like. */
function isDecorated({ decorators = [] }) {
  return decorators.some(
    ({ expression }) => isPartDecorator(expression) && expression.arguments.length === 0,
  );
}

function isPartDecorator(node) {
  return (
    node.type === 'CallExpression' && /^(?:Body|Query|QueryParams?|BodyProp)$/.test(calleeName(node) ?? '')
  );
}

/** Whether a decorator passes the run ID of a request to a parameter unchanged: `@Query('runId')`. */
function isReadByDecorator(source, { expression }) {
  if (!isPartDecorator(expression) || expression.arguments.length !== 1) return false;
  const name = literalText(expression.arguments[0]);
  return name !== undefined && isSource(source, name);
}

/** Whether an expression reads the run ID of a request: `req.query.runId`, `searchParams.get('runId')`. */
function isRequestRead(source, node) {
  const inner = unwrap(node);
  if (inner?.type === 'MemberExpression') {
    const name = keyOf(inner);
    return name !== undefined && isSource(source, name) && isRequestPart(source, inner.object);
  }
  if (inner?.type !== 'CallExpression') return false;
  if (isGotRead(source, inner)) return true;
  const object = receiver(inner);
  const name = literalText(inner.arguments[0]);
  if (object === undefined || name === undefined || !isSource(source, name)) return false;
  const called = calleeName(inner);
  if (called === 'get' || called === 'getAll')
    return (
      /searchParams|^query$|^params$|^form$/i.test(nameOf(object) ?? '') || isRequestPart(source, object)
    );
  return (called === 'query' || called === 'param') && isRequest(source, object);
}

/** `_.get(req, 'query.runId')` */
function isGotRead(source, call) {
  const utility = utilityCall(source, call);
  if (utility === undefined || !GETTERS.has(utility.name)) return false;
  const [path] = utility.args.map(pathOf).filter(Boolean);
  if (path === undefined || !isSource(source, path.at(-1))) return false;
  return utility.args.some(
    (given) => isRequestPart(source, given) || (PARTS.has(path.at(-2)) && isRequest(source, given)),
  );
}

/** The names in `'query.runId'` or `['query', 'runId']`. */
function pathOf(node) {
  if (node.type === 'ArrayExpression') return node.elements.map((element) => literalText(element) ?? '');
  return literalText(node)?.split('.');
}

/** Whether `runId` is read there; names from the settings count, too. */
function isSource(source, name) {
  return source.names.isRunId(name) && (isSourceName(name) || !/run/i.test(name));
}

/** The same, or one of its headers or path parameters, which count only in combination with those. */
function isAnyRead(source, node) {
  const inner = unwrap(node);
  if (isRequestRead(source, inner)) return true;
  if (inner?.type === 'LogicalExpression') return isGuarded(source, inner);
  if (inner?.type === 'ConditionalExpression') return isChosen(source, inner);
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

/** `req.query && req.query.runId` */
function isGuarded(source, { operator, left, right }) {
  return (
    operator === '&&' &&
    isAnyRead(source, right) &&
    source.code.getText(unwrap(right)).startsWith(source.code.getText(unwrap(left)))
  );
}

/** `req.query.runId ? req.query.runId : req.body.runId` */
function isChosen(source, { test, consequent, alternate }) {
  const isTest = isAnyRead(source, test) || isRequestPart(source, test);
  return isTest && [consequent, alternate].every((branch) => isNothing(branch) || isAnyRead(source, branch));
}

module.exports = { isAnyRead, isDecorated, isReadByDecorator, isRequestPart, isRequestRead, isSource };
