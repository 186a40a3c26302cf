'use strict';

/** JSON of printable ASCII: a terminal obeys nothing in it, and it is the same value to whoever parses it. */
function inertJson(value) {
  return inert(JSON.stringify(value, null, 2));
}

/** The same, of JSON that is a text already. */
function inert(json) {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

module.exports = { inert, inertJson };
