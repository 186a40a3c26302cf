'use strict';

const binding = require('../../binding.js');
const { stripThenAdd, strippedFrom } = require('../base.js');
const { isTested, keyOf, nameOf, receiver, unwrap, wrapped } = require('../expressions.js');
const { isHomeMade } = require('../helpers.js');
const { suggestCall } = require('../import-addition.js');
const {
  API,
  RETIRED,
  RETIRED_VALUES,
  isHelper,
  isPartHelper,
  isTelling,
  isValidator,
} = require('../names.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

const REPLACED = 'generateRunId';
const REPLACEMENT = 'generateTimestampRunId';

/** `service.generateRunId.call(service)` */
const HANDING_ON = new Set(['apply', 'bind', 'call']);

const words = new Map();

/** The addon's own message when the name is used: one text for both. */
function wordsFor(name) {
  let text = words.get(name);
  if (text === undefined) {
    const [, message] = binding.refuse('retired', undefined, name);
    text = message.slice(message.indexOf(': ') + 2);
    words.set(name, text);
  }
  return text;
}

const replacements = new Map();

/** The calls that the message for a name recommends, by the number of their arguments. */
function replacementsFor(name) {
  let found = replacements.get(name);
  if (found === undefined) {
    found = recommendedIn(wordsFor(name));
    replacements.set(name, found);
  }
  return found;
}

function recommendedIn(text) {
  const advice = text.slice(text.indexOf('. ') + 2);
  if (!advice.startsWith('Use ')) return [];
  return [...advice.matchAll(/\b(\w+)\(([^)]*)\)(?! ===)/g)]
    .filter(([, replacement]) => API.has(replacement))
    .map(([, replacement, parameters]) => ({
      name: replacement,
      count: parameters === '' ? 0 : parameters.split(',').length,
    }));
}

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow helpers of the legacy run ID service, and home-made ones like them',
      url: page('no-deprecated-helper'),
    },
    fixable: 'code',
    hasSuggestions: true,
    messages: {
      retired: '{{words}}',
      homeMade:
        '{{name}}() is a home-made helper: an ID that it creates or changes is not the one that the record has. Use the function of unified-run-id that does this; it throws on a bad ID instead of repairing it.',
      call: 'Replace with {{call}}.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    return {
      CallExpression(node) {
        for (const argument of node.arguments) checkCallback(argument);
        const name = source.calledName(node);
        if (name === undefined) return;
        if (isRetiredUse(source, node.callee, name, node.arguments)) reportRetired(node, name);
        else if (isHomeMadeUse(source, node, name))
          source.report(context, { node, messageId: 'homeMade', data: { name } });
        else if (HANDING_ON.has(name)) checkCallback(receiver(node));
      },
      MemberExpression(node) {
        const name = nameOf(node.object);
        if (name === undefined) return;
        const imported = source.importedName(node.object) ?? name;
        if (!RETIRED_VALUES.has(imported) || source.providerOf(node.object) === undefined) return;
        source.report(context, { node, messageId: 'retired', data: { words: wordsFor(imported) } });
      },
    };

    /** `ids.map(stripClientSuffix)` */
    function checkCallback(argument) {
      const inner = unwrap(argument);
      if (inner?.type !== 'Identifier' && inner?.type !== 'MemberExpression') return;
      const name = source.importedName(inner) ?? nameOf(inner);
      if (name === undefined || RETIRED_VALUES.has(name) || source.names.isRunId(name)) return;
      if (!isRetiredUse(source, inner, name, [])) return;
      source.report(context, { node: inner, messageId: 'retired', data: { words: wordsFor(name) } });
    }

    function reportRetired(node, name) {
      source.report(context, {
        node,
        messageId: 'retired',
        data: { words: wordsFor(name) },
        fix: fixOf(source, node, name),
        suggest: suggestions(source, node, name),
      });
    }
  },
};

function isRetiredUse(source, callee, name, args) {
  if (!RETIRED.has(name)) return false;
  const provider = source.providerOf(callee);
  if (provider === 'addon') return true;
  if (isTelling(name)) return true;
  const called = source.bindings.functionOf(callee);
  if (called !== undefined) return isHomeMade(source, called);
  return provider === 'legacy' || source.isLegacyFile || args.some((argument) => source.isRunId(argument));
}

/** A helper of the project itself: in another file, by its name; in this one, by what it does. */
function isHomeMadeUse(source, { callee, arguments: args }, name) {
  if (API.has(name) || RETIRED.has(name)) return false;
  const isOfPart = isPartHelper(name) && args.some((argument) => source.isRunId(argument));
  if (!isHelper(name) && !isOfPart) return false;
  const called = source.bindings.functionOf(callee);
  if (called !== undefined) return isHomeMade(source, called);
  if (/^is[A-Z]/.test(name) && !isValidator(name)) return false;
  const provider = source.providerOf(callee);
  if (provider !== undefined) return provider === 'legacy';
  const module = source.bindings.originOf(callee)?.module;
  return module?.startsWith('.') ?? false;
}

/** `generateRunId()` always threw, so renaming it changes nothing that worked. */
function fixOf(source, node, name) {
  if (name !== REPLACED || node.arguments.length > 0) return undefined;
  const callee = unwrap(node.callee);
  if (source.providerOf(callee) === undefined) return undefined;
  if (callee.type === 'MemberExpression') {
    if (callee.computed || keyOf(callee) !== REPLACED) return undefined;
    return (fixer) => fixer.replaceText(callee.property, REPLACEMENT);
  }
  const edits = renamings(source, callee);
  return edits && ((fixer) => edits.map((edit) => fixer.replaceText(edit, REPLACEMENT)));
}

/** What has to be renamed together with an imported name; undefined if that would change more than these calls. */
function renamings(source, callee) {
  const variable = source.bindings.variableOf(callee);
  const declared = variable?.defs.length === 1 ? variable.identifiers[0] : undefined;
  if (declared === undefined) return undefined;
  const { parent } = declared;
  const isSpecifier = parent.type === 'ImportSpecifier';
  if (!isSpecifier && (parent.type !== 'Property' || parent.parent.type !== 'ObjectPattern'))
    return undefined;
  const imported = isSpecifier ? parent.imported : parent.key;
  const uses = variable.references.filter((reference) => !reference.init).map(({ identifier }) => identifier);
  if (!uses.every(isBareCall)) return undefined;
  if (imported.name !== REPLACED) return undefined;
  const isSame = isSpecifier ? parent.local.range[0] === imported.range[0] : parent.shorthand;
  if (!isSame) return [imported];
  return source.bindings.declares(REPLACEMENT) ? undefined : [isSpecifier ? imported : parent, ...uses];
}

function isBareCall(identifier) {
  const { parent } = wrapped(identifier);
  return (
    parent.type === 'CallExpression' && parent.callee === wrapped(identifier) && parent.arguments.length === 0
  );
}

function suggestions(source, node, name) {
  // After a base that was cut off, each of them would write to another client's run.
  if (stripThenAdd(source, node) !== undefined || isAddedTo(source, node)) return [];
  const args = node.arguments.map((argument) => source.code.getText(argument)).join(', ');
  const asksFirst = isTested(node) ? isQuestion : () => 0;
  return replacementsFor(name)
    .toSorted((one, other) => asksFirst(other) - asksFirst(one))
    .filter(
      ({ count }) => count === node.arguments.length || (name === REPLACED && node.arguments.length === 1),
    )
    .filter((replacement) => replacement.name !== REPLACEMENT || name === REPLACED)
    .flatMap((replacement) => suggestCall(source, node, replacement.name, args));
}

/** 1 for functions that return true or false, 0 for functions that throw. */
function isQuestion({ name }) {
  return Number(/^is[A-Z]/.test(name));
}

/** Whether a client is added to the base that this call cuts off. */
function isAddedTo(source, node) {
  if (strippedFrom(source, node) === undefined) return false;
  const { parent } = wrapped(node);
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
    const variable = source.bindings.variableOf(parent.id);
    return variable.references.some(({ identifier }) => isAdding(source, identifier.parent));
  }
  return isAdding(source, parent);
}

function isAdding(source, node) {
  return (
    ['CallExpression', 'TemplateLiteral', 'BinaryExpression'].includes(node.type) &&
    stripThenAdd(source, node) !== undefined
  );
}
