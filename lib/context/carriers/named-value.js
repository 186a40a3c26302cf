'use strict';

// What is held under the name of a run ID. Neither another spelling nor the first of several values passes for it.

const { isSpellingOfHeader, isSpellingOfRunId } = require('../../core/spelling.js');

/** @typedef {{ isExact(key: string): boolean, isSpelling(key: unknown): boolean }} Name of a run ID in a carrier */

/** What is there in place of one value that can be read. */
class Flaw {
  #isFlaw = true;

  /**
   * @param {string} reason a row of crates/core/src/unread.rs
   * @param {unknown} [value] what is refused, where that is not the carrier
   * @param {string} [key] where it is, other than in the place of the run ID
   */
  constructor(reason, value, key) {
    this.reason = reason;
    this.value = value;
    this.key = key;
  }

  /** Asks no proxy, as `instanceof` would. */
  static is(value) {
    return typeof value === 'object' && value !== null && #isFlaw in value;
  }
}

/** @returns {Name} */
function propertyName(name) {
  return { isExact: (key) => key === name, isSpelling: isSpellingOfRunId };
}

/** @returns {Name} */
function headerName(name) {
  return { isExact: (key) => key === name, isSpelling: isSpellingOfHeader };
}

/** What an object holds in its own properties: a value, a {@link Flaw}, or undefined. */
function valueIn(object, name) {
  /** @type {[string, unknown][]} */
  const entries = [];
  for (const key of Object.keys(object)) {
    if (name.isSpelling(key)) entries.push([key, object[key]]);
  }
  return theOne(entries, name);
}

/** The same of pairs of a key and a value. */
function valueAmong(entries, name) {
  return theOne(
    entries.filter(([key]) => name.isSpelling(key)),
    name,
  );
}

function theOne(entries, name) {
  const held = entries.length === 0 ? entries : entries.filter(([, value]) => isThere(value));
  if (held.length === 0) return undefined;
  if (held.length > 1) return several(held.map(([, value]) => value));
  const [[key, value]] = held;
  return name.isExact(key) ? value : new Flaw('misspelled-place', undefined, key);
}

/** Which of them is meant, equal or not, is not for a receiver to say. */
function several(values) {
  return new Flaw('several-values', values);
}

/** A copy of an object that is a copy already, with a value. An absent one would be sent beside it by another spelling. */
function withValue(copy, name, key, value) {
  for (const each of Object.keys(copy)) if (name.isSpelling(each)) delete copy[each];
  return { ...copy, [key]: value };
}

/** What an object itself has, whatever it inherits; undefined where there is nothing. */
function ownValue(object, key) {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isThere(value) ? value : undefined;
}

function isThere(value) {
  return value !== undefined && value !== null;
}

module.exports = { Flaw, headerName, ownValue, propertyName, several, valueAmong, valueIn, withValue };
