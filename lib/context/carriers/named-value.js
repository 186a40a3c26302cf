'use strict';

// The value under the name of a run ID. Neither another spelling nor the first of several values is accepted.

const { isSpellingOfRunId } = require('../../core/spelling.js');

const { hasOwnProperty: hasOwn } = Object.prototype;

/** Why there is no single value that can be read. */
class Flaw {
  #isFlaw = true;
  // Declared, here and below: an assignment alone would meet setters of a polluted `Object.prototype`.
  reason;
  value;
  key;

  /**
   * @param {string} reason a row of crates/core/src/unread.rs
   * @param {unknown} [value] the refused value, if it is not the carrier
   * @param {string} [key] its name, if it is not the run ID's own
   */
  constructor(reason, value, key) {
    this.reason = reason;
    this.value = value;
    this.key = key;
  }

  /** Does not trigger proxy traps, as `instanceof` would. */
  static is(value) {
    return typeof value === 'object' && value !== null && #isFlaw in value;
  }
}

/** The name of a run ID in a carrier. */
class Name {
  exact;
  isSpelling;
  isExact;

  /**
   * @param {string} exact
   * @param {(key: unknown) => boolean} [isSpelling]
   * @param {(key: string) => boolean} [isExact]
   */
  constructor(exact, isSpelling = isSpellingOfRunId, isExact = (key) => key === exact) {
    this.exact = exact;
    this.isSpelling = isSpelling;
    this.isExact = isExact;
  }
}

/** Searches one object after another for the value under a name. */
class Search {
  name;
  /** @type {any} */
  key = undefined;
  /** @type {any} */
  value = undefined;
  /** @type {unknown[] | null} */
  values = null;

  /** @param {Name} name */
  constructor(name) {
    this.name = name;
  }

  look(key, value) {
    if (!isThere(value) || !this.#isSpelling(key)) return;
    if (this.key !== undefined) {
      this.values ??= [this.value];
      this.values.push(value);
    }
    this.key = key;
    this.value = value;
  }

  /** Searches an object's own properties. */
  lookIn(object) {
    for (const key of Object.keys(object)) if (this.#isSpelling(key)) this.look(key, object[key]);
    return this;
  }

  lookAmong(entries) {
    for (const [key, value] of entries) this.look(key, value);
    return this;
  }

  #isSpelling(key) {
    return key === this.name.exact || this.name.isSpelling(key);
  }

  /** A value, a {@link Flaw}, or undefined. */
  get found() {
    if (this.values !== null) return several(this.values);
    const isExact = this.key === undefined || this.key === this.name.exact || this.name.isExact(this.key);
    return isExact ? this.value : new Flaw('misspelled-place', undefined, this.key);
  }
}

/** The value in an object's own properties: a value, a {@link Flaw}, or undefined. */
function valueIn(object, name) {
  return new Search(name).lookIn(object).found;
}

/** The same for pairs of a key and a value. */
function valueAmong(entries, name) {
  return new Search(name).lookAmong(entries).found;
}

/** Equal or not, a receiver cannot know which of them is meant. */
function several(values) {
  return new Flaw('several-values', values);
}

/** A copy with a value added. A value under another spelling would be sent along with it. */
function withValue(copy, name, value) {
  for (const key of Object.keys(copy)) if (name.isSpelling(key)) delete copy[key];
  return { ...copy, [name.exact]: value };
}

/** An object's own property, never an inherited one; undefined if there is none. */
function ownValue(object, key) {
  return (hasOwn.call(object, key) ? object[key] : undefined) ?? undefined;
}

function isThere(value) {
  return value !== undefined && value !== null;
}

module.exports = { Flaw, Name, Search, ownValue, several, valueAmong, valueIn, withValue };
