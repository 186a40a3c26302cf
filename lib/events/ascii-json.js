'use strict';

/** JSON of printable ASCII: a terminal obeys nothing in it, and it parses to the same value. */
function asciiJson(value, indent) {
  return asAscii(JSON.stringify(value, null, indent));
}

/** The same, of JSON that is a text already; its line ends are layout. */
function asAscii(json) {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

module.exports = { asAscii, asciiJson };
