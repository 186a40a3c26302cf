'use strict';

// The labels of the lines of __test__/legacy.

const { readFileSync, readdirSync } = require('node:fs');
const { join, relative, sep } = require('node:path');

const TREE = join(__dirname, '..', 'legacy');
const LABEL = /\/\/ @run-id ([a-z, -]+)$/;

/** The file extensions of the tree. */
const isSource = (name) => /\.m?js$/.test(name);

/** The files of a folder and of those in it, as paths relative to it. */
function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.startsWith('node_modules/'))
    .sort();
}

/** Every labelled line as `{ file, line, rules, text }`; `rules` is empty where nothing may be reported. */
function labelledLines(folder = TREE) {
  return sourcesOf(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .map((text, index) => ({ text, line: index + 1, label: LABEL.exec(text)?.[1] }))
      .filter(({ label }) => label !== undefined)
      .map(({ text, line, label }) => {
        const names = label.split(',').map((name) => name.trim());
        return { file, line, rules: names[0] === 'none' ? [] : names, text };
      }),
  );
}

module.exports = { TREE, sourcesOf, labelledLines };
