'use strict';

// The headers of a request, and the one with the run ID.

const HEADER = 'run-id';

/** Calls back with the name and value of each header, whatever their form. Creates no entries: a request has many headers. */
function eachHeader(headers, raw, tell) {
  if (Array.isArray(headers)) eachOfList(headers, tell);
  else if (typeof headers === 'object' && headers !== null) {
    if (typeof headers.entries === 'function')
      for (const [name, value] of headers.entries()) tell(name, value);
    else for (const name of Object.keys(headers)) tell(name, headers[name]);
  } else if (Array.isArray(raw)) {
    // A spread copy of Node's request has lost its headers, except for the raw ones.
    eachOfList(raw, tell);
  }
}

/** A list of pairs, or one in which names and values alternate. */
function eachOfList(list, tell) {
  if (Array.isArray(list[0])) for (const pair of list) tell(pair?.[0], pair?.[1]);
  else for (let at = 0; at < list.length; at += 2) tell(list[at], list[at + 1]);
}

/** The header's value; an array if it was sent more than once, in any case. */
function runIdInHeaders(headers, raw) {
  const values = [];
  eachHeader(headers, raw, (name, value) => {
    if (isHeader(name) && value !== undefined && value !== null) values.push(value);
  });
  return values.length < 2 ? severalOf(values[0]) : values;
}

function isHeader(name) {
  return typeof name === 'string' && name.length === HEADER.length && name.toLowerCase() === HEADER;
}

/** Several headers of one name arrive as an array, or joined by commas. */
function severalOf(value) {
  return typeof value === 'string' && value.includes(',') ? value.split(',') : value;
}

module.exports = { HEADER, eachHeader, isHeader, runIdInHeaders, severalOf };
