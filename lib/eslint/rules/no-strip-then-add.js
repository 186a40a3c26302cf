'use strict';

const { stripThenAdd } = require('../base.js');
const { wrapped } = require('../expressions.js');
const { suggestCall } = require('../import-addition.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow adding a client to the base of another run ID',
      url: page('no-strip-then-add'),
    },
    hasSuggestions: true,
    messages: {
      added:
        "Removing the client from a run ID and adding another makes one client's run ID out of a different client's, and writes to that run. Use clientRunIdFor(runId, clientId), which takes the base or this client's own ID and rejects any other.",
      call: "Replace with {{call}}. Another client's run ID will then throw.",
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    function check(node) {
      const { parent } = wrapped(node);
      if (
        node.type !== 'CallExpression' &&
        (parent.type === 'TemplateLiteral' || (parent.type === 'BinaryExpression' && parent.operator === '+'))
      )
        return;
      const found = stripThenAdd(source, node);
      if (found === undefined || source.isLogged(node)) return;
      source.report(context, { node, messageId: 'added', suggest: suggest(node, found) });
    }

    function suggest(node, { runId, client }) {
      if (client === undefined) return [];
      const args = `${source.code.getText(runId)}, ${source.code.getText(client)}`;
      return suggestCall(source, node, 'clientRunIdFor', args);
    }

    return {
      CallExpression: check,
      TemplateLiteral: check,
      BinaryExpression(node) {
        if (node.operator === '+') check(node);
      },
    };
  },
};
