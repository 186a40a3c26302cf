'use strict';

const { keyOf, nameOf } = require('../expressions.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

const OWN = new Set(['RunId', 'BaseRunId', 'ClientRunId']);

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description:
        "disallow another system's ID where a run ID is expected (needs type information from typescript-eslint)",
      url: page('no-external-run-id'),
    },
    messages: {
      external:
        'A {{type}} is the ID of another system, and no record exists under it. Pass the run ID, and link the other ID with linkExternalId({ runId, system, externalId }) of JobTracking.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    const { program, esTreeNodeToTSNodeMap } = source.code.parserServices ?? {};
    if (!source.isOfInterest) return {};
    if (!program || !esTreeNodeToTSNodeMap) {
      if (TYPESCRIPT.test(context.filename)) sayOnce();
      return {};
    }
    const checker = program.getTypeChecker();

    return {
      Property(node) {
        if (node.parent.type === 'ObjectExpression' && isRunIdName(keyOf(node))) check(node.value);
      },
      VariableDeclarator(node) {
        if (node.init && node.id.type === 'Identifier' && isRunIdName(node.id.name)) check(node.init);
      },
      AssignmentExpression(node) {
        if (node.operator === '=' && isRunIdName(nameOf(node.left))) check(node.right);
      },
      CallExpression: checkArguments,
      NewExpression: checkArguments,
    };

    function isRunIdName(name) {
      return name !== undefined && source.names.isRunId(name);
    }

    function checkArguments(node) {
      if (node.arguments.length === 0) return;
      const signature = checker.getResolvedSignature(esTreeNodeToTSNodeMap.get(node));
      const parameters = signature?.getParameters() ?? [];
      for (const [index, argument] of node.arguments.entries()) {
        if (argument.type === 'SpreadElement') return;
        const name = parameters[index]?.getName();
        if (isRunIdName(name)) check(argument);
      }
    }

    function check(node) {
      const type = checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(node));
      const name = brandOf(type);
      if (name !== undefined && !OWN.has(name))
        source.report(context, { node, messageId: 'external', data: { type: name } });
    }
  },
};

const TYPESCRIPT = /\.[cm]?tsx?$/;

let isSaid = false;

/** A rule that can't find anything must say so. */
function sayOnce() {
  if (isSaid) return;
  isSaid = true;
  process.emitWarning(
    'run-id/no-external-run-id reports nothing: it needs type information from typescript-eslint (parserOptions.projectService)',
  );
}

/** The name of a branded string type; undefined for a plain string. */
function brandOf(type) {
  const isBranded = type.isIntersection() && type.types.some((part) => (part.flags & STRING_LIKE) !== 0);
  return isBranded ? (type.aliasSymbol?.getName() ?? type.symbol?.getName()) : undefined;
}

/** `ts.TypeFlags.StringLike`; TypeScript is not loaded for this one number. */
const STRING_LIKE = 402653316;
