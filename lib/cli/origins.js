'use strict';

// Replaces extracts with the files from which they were made.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const binding = require('../binding.js');
const { onInterruption } = require('./interruption.js');

class Origins {
  /** @type {string | null} */
  #folder = null;
  #listening = () => {};

  /**
   * @param {string[]} paths files that can be read more than once
   * @param {string[]} names on the command line
   * @returns the paths and names of all files that are not extracts, followed by those from which extracts were made
   */
  async inPlaceOf(paths, names) {
    const extracts = await binding.extractsAmong(paths);
    if (extracts.length === 0) return { paths, names, made: [] };
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unified-run-id-'));
    this.#folder = folder;
    this.#listening = onInterruption(() => this.#delete());
    const of = (all) => extracts.map((at) => all[at]);
    const made = JSON.parse(await binding.divideExtracts(of(paths), of(names), folder));
    const known = new Set(extracts);
    const others = (all) => all.filter((_, at) => !known.has(at));
    return {
      paths: [...others(paths), ...made.map((origin) => origin.path)],
      names: [...others(names), ...made.map((origin) => origin.name)],
      made,
    };
  }

  remove() {
    this.#listening();
    this.#delete();
  }

  #delete() {
    if (this.#folder !== null) fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

module.exports = { Origins };
