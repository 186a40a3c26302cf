'use strict';

// An error's text in the form in which a row stores it.

const { types } = require('node:util');

/** Longer texts are cut: a row is not a log. */
const MAX_LENGTH = 4096;

/** The text of any value that may be thrown. The database accepts neither NUL nor half a surrogate pair. */
function wordsOf(thrown) {
  const text = textOf(thrown).slice(0, MAX_LENGTH).replaceAll('\0', '\ufffd').toWellFormed();
  return text === '' ? 'an error without words' : text;
}

function textOf(thrown) {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown === 'function') return 'a function was thrown';
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const message = textIn(thrown, 'message');
  return message === '' ? textIn(thrown, 'name') : message;
}

function textIn(thrown, key) {
  if (types.isProxy(thrown)) return '';
  try {
    const value = thrown[key];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

module.exports = { wordsOf };
