'use strict';

const { keyOf, literalText, unwrap } = require('./expressions.js');
const { isAddon } = require('./names.js');

const PACKAGE = 'unified-run-id';

/**
 * How to call an export of the package at a node: `text`, and `fix`, which adds the import if it is missing. Undefined
 * if the name means something else there.
 */
function importFor(source, name, node) {
  const { code } = source;
  const found = existing(headOf(code).ofPackage, name);
  if (found !== undefined) {
    return isVisible(source, found.local, node, found.identifier) || found.isNew
      ? isFree(source, found, node)
      : undefined;
  }
  const scoped = visible(source, name, node);
  if (scoped !== undefined) {
    const provider = source.providerOf(scoped);
    const isSame = provider !== undefined && source.importedName(scoped) === name;
    return isSame ? { text: name, fix: () => [] } : undefined;
  }
  return { text: name, fix: (fixer) => [newImport(code, name, fixer)] };
}

const heads = new WeakMap();

/** The information about a file's imports, collected once for all suggestions. */
function headOf(code) {
  let head = heads.get(code);
  if (head === undefined) {
    const { ast, text } = code;
    const isModule = isModuleFile(ast, text);
    head = {
      isModule,
      ofPackage: ast.body.filter(
        (statement) => ofImport(statement, '') !== undefined || ofRequire(statement, '') !== undefined,
      ),
      last: lastImport(ast.body, isModule),
      lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    };
    heads.set(code, head);
  }
  return head;
}

function isFree(source, found, node) {
  if (found.isNew && visible(source, found.local, node) !== undefined) return undefined;
  return { text: found.text, fix: found.fix };
}

/** The existing import or require call of the package, and how to add the name to it. */
function existing(body, name) {
  const finds = body.flatMap((statement) => ofImport(statement, name) ?? ofRequire(statement, name) ?? []);
  return finds.find(({ isNew }) => !isNew) ?? finds[0];
}

function ofImport(statement, name) {
  if (statement.type !== 'ImportDeclaration' || statement.source.value !== PACKAGE) return undefined;
  if (statement.importKind === 'type') return undefined;
  const named = statement.specifiers.filter(
    ({ type, importKind }) => type === 'ImportSpecifier' && importKind !== 'type',
  );
  const own = named.find(({ imported }) => (imported.name ?? imported.value) === name);
  if (own) return there(own.local, own.local.name);
  const whole = statement.specifiers.find(({ type }) => type !== 'ImportSpecifier');
  if (whole) return there(whole.local, `${whole.local.name}.${name}`);
  const last = statement.specifiers.at(-1);
  return last && toAdd(name, (fixer) => fixer.insertTextAfter(last, `, ${name}`));
}

function ofRequire(statement, name) {
  if (statement.type !== 'VariableDeclaration') return undefined;
  const declarator = statement.declarations.find(({ init }) => isRequire(init));
  if (declarator === undefined) return undefined;
  const { id } = declarator;
  if (id.type === 'Identifier') return there(id, `${id.name}.${name}`);
  if (id.type !== 'ObjectPattern' || id.properties.length === 0) return undefined;
  const own = id.properties.find((property) => property.type === 'Property' && keyOf(property) === name);
  if (own?.value.type === 'Identifier') return there(own.value, own.value.name);
  if (own) return undefined;
  return toAdd(name, (fixer) => fixer.insertTextBefore(id.properties[0], `${name}, `));
}

function isRequire(init) {
  const call = unwrap(init);
  return (
    call?.type === 'CallExpression' &&
    call.callee.name === 'require' &&
    literalText(call.arguments[0]) === PACKAGE
  );
}

function there(identifier, text) {
  return { identifier, local: identifier.name, text, isNew: false, fix: () => [] };
}

function toAdd(name, fix) {
  return { local: name, text: name, isNew: true, fix: (fixer) => [fix(fixer)] };
}

/** The identifier that declares a name in the scope of a node; undefined if there is none. */
function visible(source, name, node) {
  for (let scope = source.code.getScope(node); scope; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined && variable.defs.length > 0) return variable.identifiers[0];
  }
  return undefined;
}

function isVisible(source, name, node, identifier) {
  return visible(source, name, node) === identifier;
}

/** A new line after the existing imports. */
function newImport(code, name, fixer) {
  const { isModule, last, lineEnd: end } = headOf(code);
  const line = isModule
    ? `import { ${name} } from '${PACKAGE}';`
    : `const { ${name} } = require('${PACKAGE}');`;
  if (last !== undefined) return fixer.insertTextAfter(last, end + line);
  const [first] = code.ast.body;
  return first === undefined
    ? fixer.insertTextAfterRange([0, 0], line + end)
    : fixer.insertTextBefore(first, line + end);
}

function isModuleFile(ast, text) {
  if (ast.body.some(({ type }) => /^(?:Import|Export)/.test(type))) return true;
  return ast.sourceType === 'module' && !/\brequire\s*\(|\bmodule\.exports\b/.test(text);
}

/** The last of the directives and imports with which a file begins. */
function lastImport(body, isModule) {
  let last;
  for (const statement of body) {
    const isImport = isModule ? statement.type === 'ImportDeclaration' : isRequiring(statement);
    if (!isImport && statement.directive === undefined) break;
    last = statement;
  }
  return last;
}

function isRequiring(statement) {
  if (statement.type === 'ExpressionStatement') {
    const call = unwrap(statement.expression);
    return (
      call?.type === 'CallExpression' &&
      call.callee.type !== 'MemberExpression' &&
      call.callee.name === 'require'
    );
  }
  return (
    statement.type === 'VariableDeclaration' &&
    statement.declarations.every(({ init }) => {
      let inner = unwrap(init);
      while (inner?.type === 'MemberExpression') inner = unwrap(inner.object);
      return inner?.type === 'CallExpression' && inner.callee.name === 'require';
    })
  );
}

/** `x as const`, where `x` cannot be a call. */
function isConst(node) {
  return node.type === 'TSAsExpression' && node.typeAnnotation.typeName?.name === 'const';
}

/** A suggestion that replaces a node with a call of an export; none if the name is in use. */
function suggestCall(source, node, name, args, messageId = 'call') {
  const added = importFor(source, name, node);
  if (added === undefined) return [];
  const text = `${added.text}(${args})`;
  const replaced = isConst(node.parent) ? node.parent : node;
  return [
    {
      messageId,
      data: { call: `${name}(${args.length > 40 ? '…' : args})` },
      fix: (fixer) => [...added.fix(fixer), fixer.replaceText(replaced, text)],
    },
  ];
}

module.exports = { importFor, isAddon, suggestCall };
