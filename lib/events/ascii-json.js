'use strict';

/** JSON in printable ASCII: it contains nothing that a terminal obeys, and parses to the same value. */
function asciiJson(value, indent) {
  return asAscii(JSON.stringify(value, null, indent));
}

/** The same for JSON that is already a text; its line ends are layout. */
function asAscii(json) {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

module.exports = { asAscii, asciiJson };
