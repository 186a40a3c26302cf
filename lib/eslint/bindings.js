'use strict';

const {
  awaited,
  calleeName,
  isFunction,
  keyOf,
  literalText,
  pushAll,
  receiver,
  unwrap,
  wrapped,
} = require('./expressions.js');

/** Methods that call a function with each element of a list. */
const EACH = new Set(
  'every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some'.split(' '),
);

/** The maximum of steps from a name to the module from which it comes. */
const STEPS = 8;

/** Where the names of a file come from, by ESLint's scopes. */
class Bindings {
  #sourceCode;
  #variables;
  #declared;
  #methods;
  #fields;
  #writes = new Map();

  constructor(sourceCode) {
    this.#sourceCode = sourceCode;
  }

  /** The variable that an identifier refers to, or declares. */
  variableOf(identifier) {
    if (this.#variables === undefined) this.#index();
    return this.#variables.get(identifier);
  }

  #index() {
    this.#variables = new Map();
    this.#declared = new Set();
    for (const scope of this.#sourceCode.scopeManager?.scopes ?? []) {
      for (const { identifier, resolved } of scope.references) {
        if (resolved) this.#variables.set(identifier, resolved);
      }
      for (const variable of scope.variables) {
        if (variable.defs.length > 0) this.#declared.add(variable.name);
        for (const identifier of variable.identifiers) this.#variables.set(identifier, variable);
      }
    }
  }

  /** Whether anything in the file has that name. */
  declares(name) {
    if (this.#variables === undefined) this.#index();
    return this.#declared.has(name);
  }

  /** Everything assigned to a variable, including its initial value; for a pattern, the whole value. */
  writesTo(variable) {
    let writes = this.#writes.get(variable);
    if (writes === undefined) {
      // Once for all references, or a variable of a long function would take the square of their number.
      writes = (variable?.references ?? [])
        .filter((reference) => reference.isWrite() && reference.writeExpr)
        .map((reference) => reference.writeExpr);
      this.#writes.set(variable, writes);
    }
    return writes;
  }

  /** The value of a variable that is assigned only once, as a whole, by its declaration. */
  constantOf(identifier) {
    const variable = this.variableOf(identifier);
    const definition = variable?.defs.length === 1 ? variable.defs[0] : undefined;
    if (definition?.type !== 'Variable' || definition.node.id.type !== 'Identifier') return undefined;
    return this.writesTo(variable).length === 1 ? (definition.node.init ?? undefined) : undefined;
  }

  /** The property that a destructured variable contains: `run_id` for `const { run_id: id } = row`. */
  keyOf(identifier) {
    const declared = this.variableOf(identifier)?.defs[0]?.name;
    const holder = declared?.parent?.type === 'AssignmentPattern' ? declared.parent : declared;
    const property = holder?.parent;
    return property?.type === 'Property' && property.value === holder ? keyOf(property) : undefined;
  }

  /** The list of which a variable is an element: in a loop, or as a parameter of a callback. */
  listOf(identifier) {
    const definition = this.variableOf(identifier)?.defs[0];
    if (definition?.type === 'Variable') {
      const loop = definition.node.parent.parent;
      return loop?.type === 'ForOfStatement' && loop.left === definition.node.parent ? loop.right : undefined;
    }
    if (definition?.type !== 'Parameter') return undefined;
    const callback = definition.node;
    const { parent: call } = wrapped(callback);
    if (call.type !== 'CallExpression' || !call.arguments.includes(wrapped(callback))) return undefined;
    const method = calleeName(call);
    const isElement =
      EACH.has(method) && callback.params.indexOf(definition.name) === (method.startsWith('reduce') ? 1 : 0);
    return isElement ? receiver(call) : undefined;
  }

  /** The called function, if it is in the same file. */
  functionOf(callee) {
    const inner = unwrap(callee);
    if (inner?.type === 'MemberExpression') {
      const object = unwrap(inner.object);
      const isOwn = object?.type === 'ThisExpression' || object?.type === 'Identifier';
      return isOwn ? this.#methodOf(object, keyOf(inner)) : undefined;
    }
    if (inner?.type !== 'Identifier') return undefined;
    const definition = this.variableOf(inner)?.defs[0];
    if (definition?.type === 'FunctionName') return definition.node;
    const value = definition?.type === 'Variable' ? unwrap(definition.node.init) : undefined;
    return isFunction(value) ? value : undefined;
  }

  #methodOf(object, name) {
    if (name === undefined) return undefined;
    if (object.type === 'Identifier') {
      const definition = this.variableOf(object)?.defs[0];
      if (definition === undefined || definition.type === 'ImportBinding' || definition.type === 'Parameter')
        return undefined;
      const value = definition.type === 'Variable' ? unwrap(definition.node.init) : undefined;
      if (value?.type === 'CallExpression') return undefined;
    }
    if (this.#methods === undefined) this.#indexMethods();
    return this.#methods.get(name);
  }

  /** Everything assigned to a field of `this` in the file. */
  fieldsOf(member) {
    const name = keyOf(member);
    if (unwrap(member.object).type !== 'ThisExpression' || name === undefined) return [];
    if (this.#fields === undefined) this.#indexFields();
    return this.#fields.get(name) ?? [];
  }

  #indexFields() {
    this.#fields = new Map();
    const add = (holder, value) => {
      const name = keyOf(holder);
      if (name !== undefined) this.#fields.set(name, [...(this.#fields.get(name) ?? []), value]);
    };
    const { ast, visitorKeys } = this.#sourceCode;
    const open = [ast];
    while (open.length > 0) {
      const node = open.pop();
      if (node.type === 'PropertyDefinition' && node.value) add(node, node.value);
      else if (
        node.type === 'AssignmentExpression' &&
        node.left.type === 'MemberExpression' &&
        node.left.object.type === 'ThisExpression'
      )
        add(node.left, node.right);
      for (const key of visitorKeys[node.type] ?? []) pushAll(open, [node[key]].flat().filter(Boolean));
    }
  }

  /** Methods by name, of classes and of objects. */
  #indexMethods() {
    this.#methods = new Map();
    for (const scope of this.#sourceCode.scopeManager?.scopes ?? []) {
      const { block } = scope;
      const { parent } = block;
      if (
        !isFunction(block) ||
        !['MethodDefinition', 'Property', 'PropertyDefinition'].includes(parent?.type)
      )
        continue;
      const name = keyOf(parent);
      if (name !== undefined && parent.value === block && !this.#methods.has(name))
        this.#methods.set(name, block);
    }
  }

  /** The module from which an expression comes, and its name there: `*` is the module itself. */
  originOf(node, steps = STEPS) {
    const inner = awaited(node);
    if (!inner || steps === 0) return undefined;
    switch (inner.type) {
      case 'Identifier':
        return this.#originOfVariable(inner, steps);
      case 'MemberExpression': {
        const origin = this.originOf(inner.object, steps - 1);
        const name = keyOf(inner);
        if (origin === undefined || name === undefined) return undefined;
        return { module: origin.module, name: name === 'default' ? '*' : name };
      }
      case 'CallExpression': {
        const { callee } = inner;
        const [specifier] = inner.arguments;
        const isRequire = callee.type === 'Identifier' && callee.name === 'require';
        const module = isRequire ? literalText(specifier) : undefined;
        return module === undefined ? undefined : { module, name: '*' };
      }
      case 'ImportExpression': {
        const module = literalText(inner.source);
        return module === undefined ? undefined : { module, name: '*' };
      }
      case 'NewExpression':
        return this.originOf(inner.callee, steps - 1);
      default:
        return undefined;
    }
  }

  #originOfVariable(identifier, steps) {
    const definition = this.variableOf(identifier)?.defs[0];
    if (definition?.type === 'ImportBinding') {
      const { node, parent } = definition;
      const module = parent?.source?.value;
      if (typeof module !== 'string') return undefined;
      if (node.type !== 'ImportSpecifier') return { module, name: '*' };
      const name = node.imported.name ?? node.imported.value;
      return { module, name: name === 'default' ? '*' : name };
    }
    if (definition?.type !== 'Variable') return undefined;
    const { id, init } = definition.node;
    if (!init) return undefined;
    const origin = this.originOf(init, steps - 1);
    if (origin === undefined || id.type === 'Identifier') return origin;
    const property = id.type === 'ObjectPattern' ? propertyFor(id, definition.name) : undefined;
    const name = property && keyOf(property);
    return name === undefined ? undefined : { module: origin.module, name };
  }
}

/** The property of a pattern that declares a name. */
function propertyFor(pattern, name) {
  return pattern.properties.find(({ type, value }) => {
    if (type !== 'Property') return false;
    return value === name || (value.type === 'AssignmentPattern' && value.left === name);
  });
}

module.exports = { Bindings, propertyFor };
