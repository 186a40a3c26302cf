'use strict';

/** Milliseconds since a reading of the monotonic clock, rounded to microseconds: more digits are noise. */
function sinceMs(begun) {
  return Math.floor((performance.now() - begun) * 1000) / 1000;
}

module.exports = { sinceMs };
