'use strict';

/** The key in ESLint's `settings`. */
const KEY = 'run-id';

const LISTS = ['names', 'ignore', 'legacyModules'];

const KEYS = `${LISTS.slice(0, -1).join(', ')} and ${LISTS.at(-1)}`;

const NONE = { names: [], ignore: [], legacyModules: [] };

const read = new WeakMap();

/** The contents of `settings['run-id']`: lists of patterns, each for a whole name. */
function settingsOf({ settings }) {
  const given = settings?.[KEY];
  if (given === undefined) return NONE;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`settings['${KEY}'] must be an object with the keys ${KEYS}, not ${kindOf(given)}.`);
  let result = read.get(given);
  if (result === undefined) {
    result = parse(given);
    read.set(given, result);
  }
  return result;
}

function parse(given) {
  const unknown = Object.keys(given).find((key) => !LISTS.includes(key));
  if (unknown !== undefined)
    throw new TypeError(
      `settings['${KEY}'] has an unknown key ${JSON.stringify(unknown)}: it takes ${KEYS}.`,
    );
  return Object.fromEntries(LISTS.map((list) => [list, patterns(list, given[list] ?? [])]));
}

function patterns(list, given) {
  const where = `settings['${KEY}'].${list}`;
  if (!Array.isArray(given))
    throw new TypeError(`${where} must be an array of patterns, not ${kindOf(given)}.`);
  return given.map((pattern, index) => {
    if (typeof pattern !== 'string' || pattern === '')
      throw new TypeError(
        `${where}[${index}] must be a regular expression as a string, not ${kindOf(pattern)}.`,
      );
    try {
      return new RegExp(list === 'legacyModules' ? `(?:^|/)(?:${pattern})$` : `^(?:${pattern})$`, 'u');
    } catch (error) {
      throw new TypeError(`${where}[${index}] is not a valid regular expression: ${error.message}.`, {
        cause: error,
      });
    }
  });
}

function kindOf(value) {
  if (value === null || value === '') return JSON.stringify(value);
  return Array.isArray(value) ? 'array' : typeof value;
}

module.exports = { KEY, settingsOf };
