'use strict';

// A value from a log inside a sentence of ours: whatever it says, it stays recognizable as a value.

const binding = require('../binding.js');
const { visible } = require('./visible.js');

const MAX_LENGTH = 80;

/** What cannot be taken for a word of the sentence: a name, a path, a place. All else is quoted. */
const PLAIN = /^[\p{L}\p{N}_$.@/:\\+~%#=*<>[\]-]+$/u;

/** The value as it is, or in quotes where it could pass for more than a name; cut where it is long. */
function loggedValue(text) {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
  return PLAIN.test(cut) ? visible(cut) : quotedValue(cut, Infinity);
}

/** The same, always in quotes. */
function quotedValue(text, maxLength = MAX_LENGTH) {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
  return `"${visible(cut.replace(/["\\]/g, '\\$&'))}"`;
}

/** The service of a process; where it ran, of one that names no service. */
function serviceOf(process) {
  const service = binding.serviceOf(process);
  const isNamed = service === process || (service !== '' && service !== '-');
  return isNamed ? service : process.slice(service.length + '@'.length);
}

module.exports = { loggedValue, quotedValue, serviceOf };
