'use strict';

const { configure, generateTimestampRunId, parseRunId } = require('../../index.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const NOON_BASE = '251006-120000';

/** Stops this thread's clock at noon and starts a new sequence there: the next base is `NOON_BASE`. */
function startAtNoon() {
  configure({ now: () => NOON });
}

/** How many run IDs were used up since `startAtNoon`. Uses up one itself. */
function issuedSinceNoon() {
  return (parseRunId(generateTimestampRunId()).startedAt.getTime() - NOON) / 1000;
}

/** How many run IDs a call uses up, whether it returns or throws. */
function issuedDuring(call) {
  startAtNoon();
  try {
    call();
  } catch {
    // Only the used-up IDs matter here.
  }
  return issuedSinceNoon();
}

module.exports = { NOON, NOON_BASE, issuedDuring, issuedSinceNoon, startAtNoon };
