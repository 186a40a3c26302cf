'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { visible, widthOf } = require('../lib/cli/visible.js');

test('what overprints, hides or moves other characters is written by its number', () => {
  for (const [kind, characters] of Object.entries({
    controls: '\u0000\u001b\u007f\u009b',
    'combining marks': '\u0301\u0489\u20dd\u0e49\ufe0f',
    'bidi controls': '\u202e\u2066\u061c',
    'characters without a width': '\u200b\u00ad\ufeff\u{e0041}',
    'line ends': '\n\r\u0085\u2028\u2029',
    'white space': '\u00a0\u2003\u3000',
    'lone surrogates': '\ud800',
    unassigned: '\u0378',
  })) {
    for (const character of characters) {
      const number = `\\u{${character.codePointAt(0).toString(16)}}`;
      assert.equal(visible(`a${character}b`), `a${number}b`, kind);
      assert.equal(widthOf(`a${character}b`), number.length + 2, kind);
    }
  }
});

test('letters are shown as they are', () => {
  for (const text of ['Ann Carver', 'Zo\u00eb', '\u65e5\u672c', '\u{1f600}', '\u0915']) {
    assert.equal(visible(text), text);
  }
});
