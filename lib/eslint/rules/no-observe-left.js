'use strict';

const { nameOf } = require('../expressions.js');
const { suggestCall } = require('../import-addition.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

const ENTRY = 'unified-run-id/observe';

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: {
      description: 'disallow calls that only observe, once everything has been switched over',
      url: page('no-observe-left'),
    },
    hasSuggestions: true,
    messages: {
      left: '{{name}}() only watches: a bad run ID still gets through. Once check lists this place as ready, replace the call with {{instead}}.',
      call: 'Replace with {{call}}. A bad run ID will then throw.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.code.text.includes('observe')) return {};

    return {
      CallExpression(node) {
        check(node, node.callee);
        // `runIds.forEach(observeRunId)`
        for (const argument of node.arguments) {
          if (argument.type === 'Identifier' || argument.type === 'MemberExpression')
            check(argument, argument);
        }
      },
    };

    function check(node, callee) {
      const name = source.importedName(callee) ?? nameOf(callee);
      if (name !== 'observeRunId' && name !== 'observeResolve') return;
      const origin = source.originOf(callee);
      if (origin !== undefined && origin.module !== ENTRY && !origin.module.startsWith('.')) return;
      if (origin === undefined && source.bindings.functionOf(callee) !== undefined) return;
      const isValue = name === 'observeRunId';
      source.report(context, {
        node,
        messageId: 'left',
        data: { name, instead: isValue ? 'normalizeRunId(runId)' : 'resolveRunId(req)' },
        suggest: isValue && node.type === 'CallExpression' ? switched(node) : [],
      });
    }

    function switched(node) {
      const [value, options] = node.arguments;
      if (value === undefined || value.type === 'SpreadElement') return [];
      const expected = propertyOf(options, 'expectClientId');
      const text = source.code.getText(value);
      if (expected === undefined) return suggestCall(source, node, 'normalizeRunId', text);
      return suggestCall(source, node, 'clientRunIdFor', `${text}, ${source.code.getText(expected.value)}`);
    }
  },
};

function propertyOf(node, name) {
  return node?.type === 'ObjectExpression'
    ? node.properties.find((property) => property.type === 'Property' && property.key.name === name)
    : undefined;
}
