'use strict';

// Names that are `runId` but for their spelling: a run ID under one of them would be passed over.

const { show } = require('../binding.js');

/** Longer names are something else, and would take long to compare. */
const MAX_LENGTH = 64;

const FIRST = /^[rR_\-[]/;

const X = /^x[-_]/i;

/** Whether a name is `runId` but for case, `_`, `-` and brackets: `run_id`, `RunId`, `run-id`, `runId[]`. SPEC §4. */
function isSpellingOfRunId(name) {
  if (name === 'runId') return true;
  if (typeof name !== 'string' || name.length > MAX_LENGTH || !FIRST.test(name)) return false;
  return name.replace(/\[[^\]]*\]|[_-]/g, '').toLowerCase() === 'runid';
}

/** The same of a header, before which there may be an `x-`. */
function isSpellingOfHeader(name) {
  if (name === 'run-id') return true;
  return (
    isSpellingOfRunId(name) || (typeof name === 'string' && X.test(name) && isSpellingOfRunId(name.slice(2)))
  );
}

/** A key as errors name it. It came from outside, so it is escaped and cut. */
function placeOf(path, key) {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${show(key)}"]`;
}

module.exports = { isSpellingOfHeader, isSpellingOfRunId, placeOf };
