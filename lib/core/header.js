'use strict';

// The headers of a request, and the one that holds a run ID.

const HEADER = 'run-id';

/** `[name, value]` of all headers, of whatever form they are. */
function entriesOfHeaders(headers, raw) {
  if (typeof headers === 'object' && headers !== null) {
    return typeof headers.entries === 'function' ? headers.entries() : Object.entries(headers);
  }
  // A spread copy of Node's request has lost its headers, but for the raw ones.
  return Array.isArray(raw) ? raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]]] : [])) : [];
}

/** What the header holds: an array when it was sent more than once, in whatever case. */
function runIdInHeaders(headers, raw) {
  const values = [];
  for (const [name, value] of entriesOfHeaders(headers, raw)) {
    if (isHeader(name) && value !== undefined && value !== null) values.push(value);
  }
  return values.length < 2 ? severalOf(values[0]) : values;
}

function isHeader(name) {
  return typeof name === 'string' && name.toLowerCase() === HEADER;
}

/** Several headers of one name arrive as an array, or joined by commas. */
function severalOf(value) {
  return typeof value === 'string' && value.includes(',') ? value.split(',') : value;
}

module.exports = { HEADER, entriesOfHeaders, isHeader, runIdInHeaders, severalOf };
