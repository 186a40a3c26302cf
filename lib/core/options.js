'use strict';

const binding = require('../binding.js');

/** @typedef {{ accepts(value: any): boolean, wants: string } | null} Rule what an option must be; null for anything */

/** The plain error of a wrong call: not about a run ID, so not a RunIdError. */
function typeError(message, caller) {
  const error = new TypeError(message);
  Error.captureStackTrace?.(error, caller);
  return error;
}

/** A plain object; arrays, promises and class instances are not options. */
function isPlainObject(value) {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Copies the known keys of an options object, each read once.
 *
 * @template {string} Name
 * @param {object} given
 * @param {Record<Name, Rule>} known
 * @param {Function} caller the public function that was called
 * @returns {Record<Name, any>}
 */
function readOptions(given, known, caller) {
  // Without a prototype: a property of a polluted `Object.prototype` is not an option.
  /** @type {Record<string, any>} */
  const options = { __proto__: null };
  // In two parts, because `Reflect.ownKeys` takes twice as long.
  for (const key of Object.getOwnPropertyNames(given)) {
    if (!Object.hasOwn(known, key)) throw unknownOption(key, known, caller);
    const rule = known[key];
    const value = given[key];
    if (rule !== null && value !== undefined && !rule.accepts(value)) {
      throw typeError(`${caller.name}: ${key} must be ${rule.wants}`, caller);
    }
    options[key] = value;
  }
  const [symbol] = Object.getOwnPropertySymbols(given);
  if (symbol !== undefined) throw unknownOption(symbol, known, caller);
  return options;
}

function unknownOption(key, known, caller) {
  const names = Object.keys(known).join(', ');
  const message = `unknown option "${binding.show(String(key))}"; expected one of ${names}`;
  return typeError(`${caller.name}: ${message}`, caller);
}

function requireFunction(value, name, caller) {
  if (typeof value !== 'function') throw typeError(`${caller.name}: ${name} must be a function`, caller);
}

module.exports = { isPlainObject, readOptions, requireFunction, typeError };
