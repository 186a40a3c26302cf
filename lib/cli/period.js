'use strict';

// The values of --since and --until: a day, a minute or a second of the calendar, or a run ID, which is a second.

const { DAY, MINUTE, SECOND } = require('./duration.js');
const { UsageError, quoted } = require('./usage-error.js');

const DATE = '([0-9]{4})-([0-9]{2})-([0-9]{2})';
const TIME = '([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?';
const OFFSET = 'Z|[+-][0-9]{2}(?::?[0-9]{2})?';
const ISO = new RegExp(`^${DATE}(?:[T ]${TIME} ?(${OFFSET})?)?$`, 'i');

/** Milliseconds since the epoch: the first one of the period, and the first one after it. */
function readPeriod(text, option) {
  const period = periodOfRunId(text) ?? periodOfIso(text);
  if (period !== null) return period;
  throw new UsageError(
    `${option} needs a time such as 2025-10-06, 2025-10-06T14:30 or 2025-10-06T14:30:00+02:00, ` +
      `or a run ID, not ${quoted(text)}`,
  );
}

function periodOfRunId(text) {
  const { isRunId, parseRunId } = require('./run-ids.js');
  if (!isRunId(text)) return null;
  const start = parseRunId(text).startedAt.getTime();
  return { start, end: start + SECOND };
}

function periodOfIso(text) {
  const [matched, year, month, day, hour, minute, second, fraction, offset] = ISO.exec(text) ?? [];
  if (matched === undefined) return null;
  const parts = /** @type {Parameters<typeof Date.UTC>} */ (
    [year, Number(month) - 1, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number)
  );
  // Date.UTC changes years below 100, and turns impossible dates into other days.
  const local = new Date(Date.UTC(...parts));
  const back = [
    local.getUTCFullYear(),
    local.getUTCMonth(),
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ];
  if (back.some((part, at) => part !== parts[at])) return null;
  const east = minutesEast(offset);
  if (east === null) return null;
  const start = local.getTime() - east * MINUTE;
  if (fraction !== undefined) {
    const ms = Math.floor(Number(`0.${fraction}`) * SECOND);
    return { start: start + ms, end: start + ms + 1 };
  }
  if (second !== undefined) return { start, end: start + SECOND };
  return { start, end: start + (hour === undefined ? DAY : MINUTE) };
}

/** Minutes ahead of UTC; null for an offset that no time zone can have. */
function minutesEast(offset = 'Z') {
  if (offset.toUpperCase() === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return null;
  return (offset[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

module.exports = { readPeriod };
