'use strict';

// A test's clock. It stands still.

const { isDate } = require('node:util').types;
const { clockOf } = require('../core/generate.js');
const { typeError } = require('../core/options.js');

/** A time in UTC to the second or the millisecond: a text without a zone is not a time. */
const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,3})?Z$/;

const MAX_LENGTH = '2025-10-06T14:30:00.000Z'.length;

/** The range of a Date, in milliseconds in either direction. */
const MAX_MS = 8.64e15;

function clockFor(test) {
  let now = NaN;

  function set(time) {
    now = millisecondsOf(time);
    test.clock ??= clockOf(() => now);
  }

  function advance(ms) {
    if (test.clock === null) throw typeError('clock.advance: call clock.set(time) first', advance);
    if (!isTime(ms) || !isTime(now + ms)) {
      throw typeError('clock.advance: ms must be a number of milliseconds', advance);
    }
    now += ms;
  }

  function millisecondsOf(time) {
    const ms = isDate(time)
      ? Date.prototype.getTime.call(time)
      : typeof time === 'string'
        ? parse(time)
        : time;
    if (isTime(ms)) return ms;
    const wanted = "a time in UTC such as '2025-10-06T14:30:00Z', a valid Date, or milliseconds since 1970";
    throw typeError(`clock.set: time must be ${wanted}`, set);
  }

  return Object.freeze({ set, advance });
}

function isTime(ms) {
  return typeof ms === 'number' && Math.abs(ms) <= MAX_MS;
}

/** NaN if it is not such a text, or if the day does not exist. */
function parse(text) {
  const found = text.length > MAX_LENGTH ? null : ISO.exec(text);
  if (found === null) return NaN;
  const ms = Date.parse(text);
  return isTime(ms) && new Date(ms).toISOString().startsWith(found[1]) ? ms : NaN;
}

module.exports = { clockFor };
