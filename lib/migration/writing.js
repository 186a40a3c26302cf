'use strict';

const fs = require('node:fs/promises');
const { Replacement } = require('../cli/replacement.js');

/**
 * Writes files that are there already. All are written beside their places first, so that a full disk leaves each as it
 * was; then each is put in its place in one step.
 *
 * @param {{ file: string, path: string, text: string | null }[]} modules with their new texts
 * @returns the files that were written, and of the first that could not be written and those after it also why
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
