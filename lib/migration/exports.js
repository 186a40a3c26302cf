'use strict';

// The exports of a module, in the forms that can be read without running it.

/**
 * @typedef {{ name: string, node: any, statement: any, specifier?: any }} Entry
 * @param isReexport whether a required module has the names of the package
 * @returns null if it exports nothing; `reason` says why it cannot be rewritten
 */
function exportsOf(ast, isReexport, sourceCode) {
  /** @type {{ form: string, entries: Entry[], statements: any[], spread: any, reason: string | null }} */
  const found = { form: '', entries: [], statements: [], spread: null, reason: null };
  for (const statement of ast.body) readStatement(statement, found, isReexport, sourceCode);
  if (found.statements.length === 0) return null;
  const forms = new Set(found.statements.map(formOf));
  found.form = forms.size === 1 ? [...forms][0] : '';
  if (forms.size > 1 || (found.form === 'object' && found.statements.length > 1)) {
    found.reason ??= 'it mixes several forms of export';
  }
  return found;
}

function formOf(statement) {
  if (statement.type !== 'ExpressionStatement') return 'esm';
  return isModuleExports(statement.expression.left) ? 'object' : 'members';
}

function readStatement(statement, found, isReexport, sourceCode) {
  switch (statement.type) {
    case 'ExpressionStatement':
      readAssignment(statement, found, isReexport, sourceCode);
      break;
    case 'ExportNamedDeclaration':
      found.statements.push(statement);
      for (const entry of namedEntries(statement)) found.entries.push(entry);
      break;
    case 'ExportDefaultDeclaration':
      found.statements.push(statement);
      found.reason ??= 'it has a default export';
      break;
    default:
  }
}

function readAssignment(statement, found, isReexport, sourceCode) {
  const { expression } = statement;
  if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return;
  const { left, right } = expression;
  if (isModuleExports(left)) {
    found.statements.push(statement);
    if (right.type === 'ObjectExpression') readObject(right, statement, found, isReexport, sourceCode);
    else if (requiredBy(right, sourceCode) === null) found.reason ??= 'it exports a single value';
  } else if (left.type === 'MemberExpression' && isExports(left.object) && !left.computed) {
    found.statements.push(statement);
    found.entries.push({ name: left.property.name, node: right, statement });
  }
}

function readObject(object, statement, found, isReexport, sourceCode) {
  for (const property of object.properties) {
    if (property.type === 'Property' && !property.computed) {
      found.entries.push({ name: property.key.name ?? property.key.value, node: property, statement });
      continue;
    }
    const source = property.type === 'Property' ? null : requiredBy(property.argument, sourceCode);
    if (source === null) found.reason ??= 'it exports names that cannot be read from its source';
    else if (found.spread !== null) found.reason ??= 'it spreads several modules';
    else if (isReexport(source)) found.spread = property.argument;
    else found.reason ??= 'it spreads another module';
  }
}

function* namedEntries(statement) {
  const { declaration, specifiers, source } = statement;
  // Another module's names are that module's.
  if (source) return;
  for (const specifier of specifiers) {
    yield { name: specifier.exported.name, node: specifier.local, statement, specifier };
  }
  if (!declaration) return;
  const declared = declaration.declarations?.map(({ id }) => id) ?? [declaration.id];
  for (const id of declared)
    if (id?.type === 'Identifier') yield { name: id.name, node: statement, statement };
}

function isModuleExports(node) {
  return (
    node.type === 'MemberExpression' && node.object.name === 'module' && node.property.name === 'exports'
  );
}

function isExports(node) {
  return node.name === 'exports' || isModuleExports(node);
}

/** The module that an expression stands for, required in place or through a variable; null for any other. */
function requiredBy(node, sourceCode) {
  if (node.type === 'CallExpression' && node.callee.name === 'require') {
    const [argument] = node.arguments;
    return typeof argument?.value === 'string' ? argument.value : null;
  }
  if (node.type !== 'Identifier') return null;
  const init = sourceCode.ast.body
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ declarations }) => declarations)
    .find(({ id }) => id.type === 'Identifier' && id.name === node.name)?.init;
  return init?.type === 'CallExpression' ? requiredBy(init, sourceCode) : null;
}

module.exports = { exportsOf, isModuleExports, requiredBy };
