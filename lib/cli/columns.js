'use strict';

// Objects of one shape as arrays, with each text stored once in a table: a page has thousands. The command line writes
// them, and the page reads them.

/** The properties of an event, texts first. */
const EVENT = {
  texts: ['words', 'runId', 'at', 'file', 'confidence', 'gap', 'kind', 'link'],
  values: ['time', 'offset', 'lane', 'process', 'from', 'isChange', 'line', 'text', 'findings'],
};

/** The properties of a finding in a list. */
const FINDING = {
  texts: ['runId', 'expected', 'process', 'file'],
  values: ['time', 'line', 'start', 'end', 'flow', 'inFlow'],
};

/** Texts by number. */
class TextTable {
  #numbers = new Map();

  number(text) {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** All, by number. */
  all() {
    return this.#numbers.keys();
  }
}

function pack(object, { texts, values }, table) {
  const numbers = texts.map((name) => (object[name] === null ? null : table.number(object[name])));
  return [...numbers, ...values.map((name) => object[name])];
}

/** A class of objects with these properties, each created from its array; a property is read on access. */
function unpacked({ texts, values }, table) {
  class Unpacked {
    constructor(array) {
      this.array = array;
    }
  }
  const readText = (at) =>
    /** @this {Unpacked} */
    function () {
      return this.array[at] === null ? null : table[this.array[at]];
    };
  const readValue = (at) =>
    /** @this {Unpacked} */
    function () {
      return this.array[at];
    };
  const define = (name, get) => Object.defineProperty(Unpacked.prototype, name, { get });
  for (const [at, name] of texts.entries()) define(name, readText(at));
  for (const [at, name] of values.entries()) define(name, readValue(texts.length + at));
  return Unpacked;
}

module.exports = { EVENT, FINDING, TextTable, pack, unpacked };
