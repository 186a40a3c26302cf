'use strict';

// Names that differ from `runId` only in spelling: a run ID under one of them would be overlooked.

const { show } = require('../binding.js');

const LOWER = 'runid';
const UPPER = 'RUNID';

/** Longer names are something else, and would take long to compare. */
const MAX_LENGTH = 64;

/** The character codes with which a spelling may begin: most keys are ruled out by them. */
const FIRST = new Set([...'rR_-['].map((character) => character.charCodeAt(0)));

/** Whether a spelling of `runId` may begin with this code unit. */
function mayBeginSpelling(code) {
  return FIRST.has(code);
}

/** What is left of a `&` that was escaped as in HTML: `?a=1&amp;runId=…` */
const ESCAPED = 'amp;';

/**
 * Whether a name differs from `runId` only in case, `_`, `-` and brackets: `run_id`, `RunId`, `run-id`, `runId[]`. SPEC §4.
 * Compared unit by unit: many keys of a request begin like it, and a pattern takes ten times as long to reject them.
 */
function isSpellingOfRunId(name) {
  if (typeof name !== 'string' || name.length > MAX_LENGTH) return false;
  let spelled = 0;
  for (let at = 0; at < name.length; at++) {
    const unit = name[at];
    if (unit === '_' || unit === '-') continue;
    if (unit === '[') {
      at = name.indexOf(']', at);
      if (at === -1) return false;
    } else if (unit === LOWER[spelled] || unit === UPPER[spelled]) spelled += 1;
    else
      return (
        at === 0 &&
        unit === ESCAPED[0] &&
        name.startsWith(ESCAPED) &&
        isSpellingOfRunId(name.slice(ESCAPED.length))
      );
  }
  return spelled === LOWER.length;
}

/** The same for a header, which may begin with `x-`. */
function isSpellingOfHeader(name) {
  if (isSpellingOfRunId(name)) return true;
  const isX = typeof name === 'string' && (name[0] === 'x' || name[0] === 'X');
  return isX && /[-_]/.test(name[1]) && isSpellingOfRunId(name.slice(2));
}

/** A key as errors name it. It came from outside, so it is escaped and cut. */
function placeOf(path, key) {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${show(key)}"]`;
}

module.exports = { isSpellingOfHeader, isSpellingOfRunId, mayBeginSpelling, placeOf };
