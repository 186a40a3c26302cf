'use strict';

// The union of the error codes in index.d.ts, from the addon; the rest of the declarations is written by hand.

const { CODES } = require('../../lib/binding.js');

const UNION = /(export type RunIdErrorCode =)[^;]*;/;

const text = (old) =>
  old.replace(UNION, (_, begin) => `${begin}${CODES.map(({ code }) => `\n  | '${code}'`).join('')};`);

module.exports = { file: 'index.d.ts', text };
