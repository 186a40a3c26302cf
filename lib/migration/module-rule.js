'use strict';

// What a module exports, and what is removed when the package replaces its helpers. An ESLint rule that reports nothing:
// this way, a file is parsed as the project's own ESLint parses it.

const { MODULE_NAMES } = require('./names.js');
const { isModuleExports, requiredBy } = require('./exports.js');
const { rewritten } = require('./rewriting.js');

/** Where the names of a re-export are lost outside the exports of a module. */
const SPREAD = Object.freeze({
  form: 'spread',
  replaced: [],
  kept: [],
  text: null,
  reason: 'it spreads a module that becomes a re-export, and a spread drops non-enumerable names',
  lostComments: 0,
});

/**
 * @typedef {{ form: string, replaced: string[], kept: string[], text: string | null, reason: string | null, lostComments: number }} Rewriting
 * @param {(file: string, rewriting: Rewriting) => void} tell is called with each module that exports names of the package
 * @param {(file: string, source: string) => boolean} isReexport whether a file requires a module that becomes a re-export
 */
function moduleRule(tell, isReexport) {
  return {
    meta: { type: 'suggestion', schema: [] },
    create(context) {
      const { sourceCode, filename } = context;
      const isKnown = (source) => isReexport(filename, source);
      const spreads = [];
      return {
        'ObjectExpression > SpreadElement'(node) {
          const source = requiredBy(node.argument, sourceCode);
          if (source !== null && isKnown(source)) spreads.push(node);
        },
        'Program:exit'() {
          const found = rewritten(sourceCode, MODULE_NAMES, isKnown);
          if (found !== null) tell(filename, found);
          if (spreads.some(({ parent }) => !isExported(parent))) tell(filename, SPREAD);
        },
      };
    },
  };
}

function isExported({ parent }) {
  return parent.type === 'AssignmentExpression' && isModuleExports(parent.left);
}

module.exports = { moduleRule };
