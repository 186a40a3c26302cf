'use strict';

const { Bindings } = require('./bindings.js');
const { Clock, returnsOf } = require('./clock.js');
const {
  awaited,
  callbackOf,
  calleeName,
  functionName,
  keyOf,
  literalText,
  nameOf,
  partsOf,
  receiver,
  rootOf,
  unwrap,
} = require('./expressions.js');
const {
  API,
  Names,
  isAboutRunIds,
  isAddon,
  isForeign,
  isKeyedByRunId,
  isMint,
  isRunIdFunction,
  isRunIdListName,
} = require('./names.js');
const { isRequestRead } = require('./request.js');
const { wordsOf } = require('./words.js');
const { settingsOf } = require('./settings.js');

/** The maximum of variables followed from one to the next. */
const STEPS = 6;

/** Functions that return the same ID, or what is meant to be one. */
const SAME = new Set([
  'String',
  'toString',
  'trim',
  'trimStart',
  'trimEnd',
  'toLowerCase',
  'toUpperCase',
  'decodeURIComponent',
]);

/** Functions that return a list of the same. */
const SAME_LIST = new Set(
  'compact concat filter flat from reverse slice sort sorted toReversed toSorted uniq unique'.split(' '),
);

/** Names of calls that only log or print a run ID. */
const LOG_METHODS = new Set(
  'alert critical debug dir error event fatal info log notice progress silly success trace verbose warn warning write'.split(
    ' ',
  ),
);

const UUID = /^(?:random)?uuid(?:v?[0-9])?$|^v[1-8]$|^nanoid$|^ulid$|^ObjectId$|^cuid2?$/i;

/** How many levels up to look for the call or statement that uses an expression. */
const CLIMB = 12;

const sources = new WeakMap();

/** A linted file, and what is known about its expressions; shared by all rules. */
function sourceOf(context) {
  const { sourceCode } = context;
  let source = sources.get(sourceCode);
  if (source === undefined) {
    source = new Source(context);
    sources.set(sourceCode, source);
  }
  return source;
}

class Source {
  constructor(context) {
    this.code = context.sourceCode;
    this.names = new Names(settingsOf(context));
    this.bindings = new Bindings(this.code);
    this.clock = new Clock(this.bindings, this.names);
    this.isLegacyFile = isFilePath(context.filename) && this.names.isLegacyModule(moduleOf(context.filename));
    this.isOfInterest = this.names.mayOccurIn(this.code.text, context.filename);
    this.runIds = new Map();
    this.origins = new Map();
    this.counts = new Map();
  }

  /** Reports a place, and counts it. */
  report(context, descriptor) {
    const rule = context.id.slice(context.id.lastIndexOf('/') + 1);
    this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
    context.report(descriptor);
  }

  /** Whether an expression is a run ID, by its name or by its origin. */
  isRunId(node, steps = STEPS) {
    const inner = awaited(node);
    if (!inner) return false;
    let answer = this.runIds.get(inner);
    if (answer === undefined) {
      answer = this.#decide(inner, steps);
      this.runIds.set(inner, answer);
    }
    return answer;
  }

  #decide(node, steps) {
    const name = nameOf(node);
    if (name !== undefined && this.names.isRunId(name)) return !this.#isOfAnother(node);
    if (steps === 0) return false;
    switch (node.type) {
      case 'Identifier': {
        const value = this.bindings.constantOf(node);
        if (value !== undefined) return this.#isHandedOn(value, steps - 1);
        const key = this.bindings.keyOf(node);
        if (key !== undefined) return this.names.isRunId(key) && !this.#isOfAnother(node);
        const list = this.bindings.listOf(node);
        return list !== undefined && this.isRunIdList(list, steps - 1);
      }
      case 'CallExpression':
        return this.#isResult(node, steps - 1);
      case 'TemplateLiteral':
        return isAlone(node) && this.isRunId(node.expressions[0], steps - 1);
      case 'LogicalExpression':
        return node.operator !== '&&' && this.isRunId(node.left, steps - 1);
      case 'ConditionalExpression':
        return this.isRunId(node.consequent, steps - 1) && this.isRunId(node.alternate, steps - 1);
      default:
        return false;
    }
  }

  /** Whether a variable with this value is a run ID under another name. */
  #isHandedOn(value, steps) {
    const inner = awaited(value);
    return inner !== undefined && this.isRunId(inner, steps);
  }

  #isResult(call, steps) {
    const name = calleeName(call);
    if (name === undefined) return false;
    if (SAME.has(name)) {
      const object = receiver(call);
      return this.isRunId(object === undefined ? call.arguments[0] : object, steps);
    }
    return isRunIdFunction(name);
  }

  /** Whether an expression is a list of run IDs, by its name or by its origin. */
  isRunIdList(node, steps = STEPS) {
    const inner = awaited(node);
    if (!inner || steps === 0) return false;
    const name = inner.type === 'CallExpression' ? calleeName(inner) : nameOf(inner);
    if (name !== undefined && isRunIdListName(name)) return true;
    switch (inner.type) {
      case 'Identifier':
        return this.isRunIdList(this.bindings.constantOf(inner), steps - 1);
      case 'ArrayExpression':
        return (
          inner.elements.length > 0 &&
          inner.elements.every((element) =>
            element?.type === 'SpreadElement'
              ? this.isRunIdList(element.argument, steps - 1)
              : this.isRunId(element, steps - 1),
          )
        );
      case 'NewExpression':
        return nameOf(inner.callee) === 'Set' && this.isRunIdList(inner.arguments[0], steps - 1);
      case 'LogicalExpression':
        return this.isRunIdList(inner.left, steps - 1);
      case 'CallExpression':
        return this.#givesRunIdList(inner, name, steps - 1);
      default:
        return false;
    }
  }

  #givesRunIdList(call, name, steps) {
    const [first] = call.arguments;
    if (name === 'map') {
      const callback = callbackOf(call);
      return callback !== undefined && returnsOf(callback).some((result) => this.isRunId(result, steps));
    }
    if (name === 'keys') return isKeyedByRunId(nameOf(first) ?? nameOf(receiver(call)) ?? '');
    if (!SAME_LIST.has(name)) return false;
    const object = receiver(call);
    return [object, first].some((list) => list && this.isRunIdList(list, steps));
  }

  /** Whether a value named like a run ID belongs to another system: created by it, taken from its response, or passed to it. */
  #isOfAnother(node) {
    if (node.type === 'MemberExpression') return this.#isOfAnotherChain(node.object);
    if (node.type === 'CallExpression') return this.#isOfAnotherChain(node.callee);
    if (node.type !== 'Identifier') return false;
    const variable = this.bindings.variableOf(node);
    if (variable === undefined) return false;
    let answer = this.runIds.get(variable);
    if (answer === undefined) {
      this.runIds.set(variable, false);
      answer = this.#isVariableOfAnother(variable);
      this.runIds.set(variable, answer);
    }
    return answer;
  }

  #isVariableOfAnother(variable) {
    const [definition] = variable.defs;
    if (definition?.type === 'Parameter') {
      const name = functionName(definition.node);
      if (
        name !== undefined &&
        isForeign(name) &&
        !this.names.isRunId(name) &&
        !/registerApify|link/i.test(name)
      )
        return true;
      const owner = classAround(definition.node);
      if (owner !== undefined && isForeign(owner)) return true;
    }
    const values = this.bindings.writesTo(variable).map((value) => awaited(value));
    if (values.some((value) => this.#isForeignValue(value))) return true;
    return variable.references.some(({ identifier }) => this.#isGivenToAnother(identifier));
  }

  /** Whether a chain of members and calls begins or continues with something of another system. */
  #isOfAnotherChain(node) {
    let inner = awaited(node);
    let isFollowed = false;
    for (let depth = 0; depth < 20 && inner; depth++) {
      switch (inner.type) {
        case 'Identifier':
          if (isForeign(inner.name)) return true;
          inner = awaited(this.bindings.constantOf(inner));
          isFollowed = true;
          break;
        case 'MemberExpression': {
          const name = keyOf(inner);
          if (name !== undefined && isForeign(name)) return true;
          inner = awaited(inner.object);
          break;
        }
        case 'CallExpression':
          // The result of `links.byApify(id)` no longer belongs to the other system.
          inner = isFollowed ? receiver(inner) : unwrap(inner.callee);
          break;
        default:
          return false;
      }
    }
    return false;
  }

  #isForeignValue(value) {
    if (!value) return false;
    if (value.type === 'LogicalExpression' && isRequestRead(this, value.left)) return false;
    if (value.type === 'LogicalExpression')
      return this.#isForeignValue(awaited(value.left)) || this.#isForeignValue(awaited(value.right));
    if (value.type === 'CallExpression' || value.type === 'NewExpression') {
      const name = calleeName(value);
      if (isUuid(value)) return true;
      if (name !== undefined && value.type === 'CallExpression' && receiver(value) === undefined)
        return isForeign(name) && !isMint(name);
    }
    if (value.type === 'Identifier') return isForeign(value.name);
    return this.#isOfAnotherChain(value);
  }

  #isGivenToAnother(identifier) {
    const { parent } = identifier;
    if (parent?.type !== 'CallExpression' || !parent.arguments.includes(identifier)) return false;
    const name = calleeName(parent);
    if (name !== undefined && wordsOf(name).includes('uuid')) return true;
    const root = rootOf(parent.callee);
    if (receiver(parent) === undefined || root?.type !== 'Identifier') return false;
    return (
      isForeign(root.name) && (name === 'run' || /run$/i.test(name ?? '')) && !/^register|^link/.test(name)
    );
  }

  /** Whether it calls a function that generates a run ID, by its name. */
  isMintCall(node) {
    const inner = awaited(node);
    if (inner?.type !== 'CallExpression') return false;
    const name = this.calledName(inner);
    return name !== undefined && isMint(name);
  }

  /** Whether it generates a run ID: a call of a helper that does, or a text built from the clock. */
  isMint(node) {
    const inner = awaited(node);
    if (!inner) return false;
    if (inner.type === 'CallExpression') {
      if (this.isMintCall(inner)) return true;
      if (isUuid(inner)) return true;
      const called = this.bindings.functionOf(inner.callee);
      if (called !== undefined) return this.isMadeIn(called);
      return this.clock.isIn(inner);
    }
    return (inner.type === 'TemplateLiteral' || inner.type === 'BinaryExpression') && this.clock.isIn(inner);
  }

  /** Whether a function returns a text built from the clock. */
  isMadeIn(called) {
    return returnsOf(called).some((result) => {
      const inner = awaited(result);
      const value = inner?.type === 'Identifier' ? this.bindings.constantOf(inner) : undefined;
      return this.clock.isIn(value ?? result);
    });
  }

  /** The name under which a function was exported by its module, whatever its name here. */
  importedName(callee) {
    const origin = this.originOf(callee);
    return origin === undefined || origin.name === '*' ? undefined : origin.name;
  }

  /** The name of the called function, as its module exports it. */
  calledName(call) {
    return this.importedName(call.callee) ?? calleeName(call);
  }

  /** The module from which a function comes, and its name there. */
  originOf(callee) {
    if (this.origins.has(callee)) return this.origins.get(callee);
    const origin = this.bindings.originOf(callee);
    this.origins.set(callee, origin);
    return origin;
  }

  /** Whether a function of this package is called, even through a module that re-exports it. */
  isApiCall(node) {
    const call = awaited(node);
    if (call?.type !== 'CallExpression') return false;
    if (this.providerOf(call.callee) === 'addon') return true;
    const name = this.calledName(call);
    return name !== undefined && API.has(name);
  }

  /** Where a function comes from: `addon`, `legacy` or undefined. */
  providerOf(callee) {
    const origin = this.originOf(callee);
    if (origin !== undefined) {
      if (isAddon(origin.module)) return 'addon';
      return this.names.isLegacyModule(origin.module) ? 'legacy' : undefined;
    }
    const inner = unwrap(callee);
    if (inner?.type !== 'MemberExpression') return undefined;
    const owner = nameOf(inner.object);
    return owner !== undefined && isAboutRunIds(owner) && !this.names.isRunId(owner) ? 'legacy' : undefined;
  }

  /** The constant text of an expression; undefined if it is not known. */
  textOf(node) {
    const texts = partsOf(node).map((part) => (typeof part === 'string' ? part : this.#constantText(part)));
    return texts.includes(undefined) ? undefined : texts.join('');
  }

  #constantText(node) {
    const isSource = node.type === 'MemberExpression' && keyOf(node) === 'source';
    const inner = isSource ? unwrap(node.object) : node;
    const value = inner.type === 'Identifier' ? unwrap(this.bindings.constantOf(inner)) : inner;
    return isSource ? value?.regex?.pattern : literalText(value);
  }

  /** Whether a text is only output: in a log line or an error's message. */
  isLogged(node) {
    let child = node;
    for (let climbed = 0; climbed < CLIMB; climbed++) {
      const { parent } = child;
      switch (parent?.type) {
        case 'CallExpression':
          if (parent.callee !== child && isLog(parent)) return true;
          if (parent.callee !== child && !['String', 'stringify', 'join'].includes(calleeName(parent)))
            return false;
          break;
        case 'NewExpression':
          return parent.callee !== child && /Error$/.test(nameOf(parent.callee) ?? '');
        case 'Property':
        case 'ObjectExpression':
        case 'ArrayExpression':
        case 'TemplateLiteral':
        case 'BinaryExpression':
        case 'LogicalExpression':
        case 'ConditionalExpression':
        case 'ChainExpression':
        case 'MemberExpression':
        case 'TSAsExpression':
        case 'TSNonNullExpression':
          break;
        default:
          return false;
      }
      child = parent;
    }
    return false;
  }

  /** Whether a value goes straight into a function of this package that checks it. */
  isChecked(node) {
    const { parent } = node;
    return parent?.type === 'CallExpression' && parent.arguments.includes(node) && this.isApiCall(parent);
  }
}

/** Whether it generates an ID of the kind that other systems give their runs. */
function isUuid(node) {
  const inner = unwrap(node);
  return (
    (inner?.type === 'CallExpression' || inner?.type === 'NewExpression') &&
    UUID.test(calleeName(inner) ?? '')
  );
}

/** Whether a template is one expression and nothing else. */
function isAlone({ expressions, quasis }) {
  return expressions.length === 1 && quasis.every(({ value }) => value.raw === '');
}

/** Not the `<input>` of an editor. */
function isFilePath(filename) {
  return typeof filename === 'string' && !filename.startsWith('<');
}

/** A file in the form of an import specifier. */
function moduleOf(filename) {
  const file = filename.replaceAll('\\', '/');
  return file.slice(file.lastIndexOf('/') + 1);
}

function isLog(call) {
  const name = calleeName(call);
  if (name === undefined) return false;
  const object = receiver(call);
  if (object === undefined)
    return /^(?:log|debug|warn|print|trace)(?:$|[A-Z])|Log(?:ger)?$|^[A-Z]\w*Error$|^createError$/.test(name);
  const root = rootOf(object);
  const owner = `${nameOf(object) ?? ''} ${root?.type === 'Identifier' ? root.name : ''}`;
  return LOG_METHODS.has(name) && /log|console|stderr|stdout|trace|span|winston|pino|debug/i.test(owner);
}

function classAround(node) {
  let inner = node.parent;
  for (let depth = 0; depth < 4 && inner; depth++) {
    if (inner.type === 'ClassDeclaration' || inner.type === 'ClassExpression') return inner.id?.name;
    inner = inner.parent;
  }
  return undefined;
}

module.exports = { isAlone, isUuid, sourceOf };
