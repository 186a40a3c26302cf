'use strict';

const { UsageError, quoted } = require('./usage-error.js');

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** Milliseconds of a duration such as `90s`, `15m`, `1h` or `2d`. */
function readDuration(text, option) {
  const [, count, unit] = /^([0-9]{1,15})(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(count) * UNITS[unit];
  if (Number.isSafeInteger(ms)) return ms;
  throw new UsageError(`${option} needs a duration such as 90s, 15m, 1h or 2d, not ${quoted(text)}`);
}

/** A span of time in its two largest units, such as `1 h 4 min`. */
function spellDuration(ms) {
  const seconds = Math.round(ms / SECOND);
  /** @type {[number, string][]} */
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** The time since a start: `+0.123 s`, or from one minute on `+4:10.123`. */
function spellOffset(ms) {
  const sign = ms < 0 ? '-' : '+';
  const whole = Math.abs(ms);
  const fraction = String(whole % SECOND).padStart(3, '0');
  const seconds = Math.floor(whole / SECOND);
  if (seconds < 60) return `${sign}${seconds}.${fraction} s`;
  const two = (number) => String(number).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const tail = `${two(seconds % 60)}.${fraction}`;
  if (minutes < 60) return `${sign}${minutes}:${tail}`;
  return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${tail}`;
}

module.exports = { DAY, HOUR, MINUTE, SECOND, readDuration, spellDuration, spellOffset };
