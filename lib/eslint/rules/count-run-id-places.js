'use strict';

const { page } = require('../page.js');
const { sourceOf } = require('../source.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: {
      description: 'count what the other rules report in a file',
      url: page('count-run-id-places'),
    },
    messages: { count: '{{count}} in this file: {{counts}}.' },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    return {
      'Program:exit'(node) {
        const counts = [...source.counts].sort(
          (one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1),
        );
        const sum = counts.reduce((total, [, count]) => total + count, 0);
        if (sum === 0) return;
        context.report({
          node,
          loc: { line: 1, column: 0 },
          messageId: 'count',
          data: {
            count: sum === 1 ? '1 place' : `${sum} places`,
            counts: counts.map(([rule, count]) => `${rule} ${count}`).join(', '),
          },
        });
      },
    };
  },
};
