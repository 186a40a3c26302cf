'use strict';

const { functionName } = require('../expressions.js');
const { isHomeMade } = require('../helpers.js');
const { RETIRED_VALUES } = require('../names.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow functions of your own that create, change or check run IDs',
      url: page('no-home-made-helper'),
    },
    messages: {
      helper:
        '{{name}} is a second set of rules for run IDs beside those of the package. Delete it, or turn its file into a re-export: module.exports = require("unified-run-id").',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    function check(node) {
      if (isHomeMade(source, node))
        source.report(context, {
          node: declarationOf(node),
          messageId: 'helper',
          data: { name: `${functionName(node)}()` },
        });
    }

    /** The tables of the legacy service. */
    function checkValue(node) {
      const { id, init } = node;
      if (id.type !== 'Identifier' || !init || !RETIRED_VALUES.has(id.name)) return;
      if (source.bindings.originOf(init) === undefined)
        source.report(context, { node: id, messageId: 'helper', data: { name: id.name } });
    }

    return {
      VariableDeclarator: checkValue,
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

/** What names the function. */
function declarationOf(node) {
  if (node.id) return node.id;
  const { parent } = node;
  return parent.id ?? parent.key ?? parent.left;
}
