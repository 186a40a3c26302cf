'use strict';

// A value from a log within one of our sentences: whatever it says, it remains recognizable as a value.

const binding = require('../binding.js');
const { visible } = require('./visible.js');

const MAX_LENGTH = 80;

/** Values that cannot be mistaken for words of the sentence: a name, a path, a place. Everything else is quoted. */
const PLAIN = /^[\p{L}\p{N}_$.@/:\\+~%#=*<>[\]-]+$/u;

/** The value unchanged, or in quotes if it could pass for more than a name; cut if it is long. */
function loggedValue(text) {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
  return PLAIN.test(cut) ? visible(cut) : quotedValue(cut, Infinity);
}

/** The same, always in quotes. */
function quotedValue(text, maxLength = MAX_LENGTH) {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
  return `"${visible(cut.replace(/["\\]/g, '\\$&'))}"`;
}

/** The service of a process; if it names none, where it ran. */
function serviceOf(process) {
  const service = binding.serviceOf(process);
  const isNamed = service === process || (service !== '' && service !== '-');
  return isNamed ? service : process.slice(service.length + '@'.length);
}

module.exports = { loggedValue, quotedValue, serviceOf };
