'use strict';

// What a module exports, and what of it goes when the package takes the place of its helpers. An ESLint rule that reports
// nothing: it is how a file is seen as the project's own ESLint parses it.

const { MODULE_NAMES } = require('./names.js');
const { rewritten } = require('./rewriting.js');

/**
 * @typedef {{ replaced: string[], kept: string[], text: string | null, reason: string | null, lostComments: number }} Rewriting
 * @param {(file: string, rewriting: Rewriting) => void} tell is given each module that exports names of the package
 * @param {(file: string, source: string) => boolean} isReexport whether a file requires a module that becomes a re-export
 */
function moduleRule(tell, isReexport) {
  return {
    meta: { type: 'suggestion', schema: [] },
    create(context) {
      const { sourceCode, filename } = context;
      return {
        'Program:exit'() {
          const found = rewritten(sourceCode, MODULE_NAMES, (source) => isReexport(filename, source));
          if (found !== null) tell(filename, found);
        },
      };
    },
  };
}

module.exports = { moduleRule };
