'use strict';

const fs = require('node:fs/promises');
const { Replacement } = require('../cli/replacement.js');

/**
 * Overwrites existing files. All are first written next to their places, so that a full disk leaves each file as it was;
 * then each is moved into place in one step.
 *
 * @param {{ file: string, path: string, text: string | null }[]} modules with their new texts
 * @returns the files that were written, and those that were not, with the reason why the first of them could not be
 */
async function writeAll(modules) {
  const written = [];
  const replacements = [];
  try {
    for (const { path, text } of modules) {
      replacements.push(await Replacement.of(await fs.realpath(path), text));
    }
    for (const { file } of modules) {
      await replacements[written.length].put();
      written.push(file);
    }
    return { written, unwritten: [], problem: null };
  } catch (error) {
    for (const replacement of replacements.slice(written.length)) replacement.discard();
    const unwritten = modules.slice(written.length).map(({ file }) => file);
    return { written, unwritten, problem: error.message };
  }
}

module.exports = { writeAll };
