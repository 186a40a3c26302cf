'use strict';

// The grammar of SPEC §2 a second time, written from the text alone and in a different way from the library:
// character by character, and with Date.UTC as the calendar. It favours being obvious over being fast.

const BASE_LENGTH = 13;
const MAX_CLIENT_LENGTH = 64;
const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ENDS = DIGITS + LETTERS;
const INSIDE = `${ENDS}-_`;

const isOneOf = (allowed) => (unit) => allowed.indexOf(unit) !== -1;

function hasShape(units, shape) {
  return (
    units.length === shape.length &&
    units.every((unit, at) => (shape[at] === '0' ? isOneOf(DIGITS)(unit) : unit === shape[at]))
  );
}

function isBase(text) {
  if (!hasShape(text.split(''), '000000-000000')) return false;
  const [year, month, day, hour, minute, second] = [0, 2, 4, 7, 9, 11].map((at) =>
    Number(text.slice(at, at + 2)),
  );
  const moment = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second));
  return (
    moment.getUTCFullYear() === 2000 + year &&
    moment.getUTCMonth() === month - 1 &&
    moment.getUTCDate() === day &&
    moment.getUTCHours() === hour &&
    moment.getUTCMinutes() === minute &&
    moment.getUTCSeconds() === second
  );
}

function isClientId(text) {
  const units = text.split('');
  return (
    units.length >= 1 &&
    units.length <= MAX_CLIENT_LENGTH &&
    isOneOf(ENDS)(units[0]) &&
    isOneOf(ENDS)(units[units.length - 1]) &&
    units.every(isOneOf(INSIDE)) &&
    !hasShape(units.slice(0, BASE_LENGTH), '000000-000000')
  );
}

/** True for exactly the values that SPEC §2 calls run IDs. */
function isRunIdByOracle(value) {
  if (typeof value !== 'string') return false;
  if (value.length === BASE_LENGTH) return isBase(value);
  return isBase(value.slice(0, BASE_LENGTH)) && value[BASE_LENGTH] === '-' && isClientId(value.slice(14));
}

module.exports = { isClientIdByOracle: isClientId, isRunIdByOracle };
