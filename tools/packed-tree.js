'use strict';

// The tree that is packed: this checkout's, except that everything index.js loads at once is one file, lib/core.js. Node.js
// takes about 0.2 ms to find, read and compile even a short file, and users wait for that at each start of a process.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { transformSync } = require('esbuild-wasm');
const { findNpm } = require('./npm.js');

const ROOT = path.join(__dirname, '..');
const BUNDLE = 'lib/core.js';

/** Not in the bundle: ncc copies the addons for a file that names them at its top, and the commands load it without the rest. */
const ADDON = 'lib/binding.js';

/** It has no state, so it may exist twice: the commands load it without the rest. */
const STATELESS = ['lib/events/ascii-json.js'];

/** Writes the tree into a folder that is empty or does not exist. */
function writePackedTree(folder) {
  for (const file of packedFiles()) {
    const copy = path.join(folder, file);
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(path.join(ROOT, file), copy);
  }
  const modules = loadedByIndex();
  fs.writeFileSync(path.join(folder, BUNDLE), bundle(modules));
  const rewrite = (file, change) => {
    const place = path.join(folder, file);
    fs.writeFileSync(place, change(fs.readFileSync(place, 'utf8')));
  };
  rewrite('index.js', (source) =>
    [ADDON, ...modules].reduce(
      (text, file) => text.replace(`require('./${file}')`, `bundle['${file}']()`),
      source,
    ),
  );
  rewrite('index.js', (source) =>
    source.replace(STRICT, `${STRICT}const bundle = require('./${BUNDLE}');\n`),
  );
  rewrite('package.json', withoutDevelopment);
  // Other files load them too, and get the ones in the bundle: each exists once.
  for (const file of modules.filter((name) => !STATELESS.includes(name))) {
    const bundle = path.posix.relative(path.posix.dirname(file), BUNDLE).replace(/^(?!\.)/, './');
    rewrite(file, () => `${STRICT}module.exports = require('${bundle}')['${file}']();\n`);
  }
}

const STRICT = "'use strict';\n\n";

/** Node.js reads this file, too, when it loads the package: half of it is about development. */
function withoutDevelopment(source) {
  const { scripts, devDependencies, overrides, ...published } = JSON.parse(source);
  return `${JSON.stringify(published, null, 2)}\n`;
}

/** The files that npm would pack here. */
function packedFiles() {
  const args = [findNpm(), 'pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }));
  return files.map((file) => file.path);
}

/** A line that requires a file of the package: what stands before, and which file. */
const REQUIRED = /^(.*)\brequire\('(\.\.?\/[^']+)'\)/gm;

/** What index.js loads at once, except the addon. */
function loadedByIndex() {
  const modules = new Set(['index.js']);
  for (const from of modules) {
    for (const [, before, request] of fs.readFileSync(path.join(ROOT, from), 'utf8').matchAll(REQUIRED)) {
      const isLoadedLater = /^\s/.test(before);
      const file = fileOf(from, request);
      if (!isLoadedLater && file !== ADDON) modules.add(file);
    }
  }
  modules.delete('index.js');
  return [...modules].sort();
}

const fileOf = (from, request) => path.posix.join(path.posix.dirname(from), request);

/**
 * A file with one function per module, in parentheses so that V8 compiles it while parsing the file, instead of parsing it
 * again when it is called.
 */
function bundle(modules) {
  const functions = modules.map(
    (file) => `  '${file}': (function (module, exports) {\n${bundled(file, modules)}}),\n`,
  );
  const exported = [
    `  '${ADDON}': () => addon,\n`,
    ...modules.map((file) => `  '${file}': () => requireBundled('${file}'),\n`),
  ];
  return `${STRICT}${LOADER}const functions = {\n${functions.join('')}};\n\nmodule.exports = {\n${exported.join('')}};\n`;
}

const LOADER = `const addon = require('./binding.js');
const loaded = {};

function requireBundled(file) {
  if (loaded[file] === undefined) {
    // The constructor of a module is the one that creates others.
    loaded[file] = { exports: {}, constructor: module.constructor };
    functions[file](loaded[file], loaded[file].exports);
  }
  return loaded[file].exports;
}

`;

/** The source of a module in the bundle: without comments, and with the paths of what it loads adapted. */
function bundled(file, modules) {
  const source = fs.readFileSync(path.join(ROOT, file), 'utf8').replace(STRICT, '');
  const located = source.replace(REQUIRED, (_, before, request) => {
    const required = fileOf(file, request);
    // Each `require` costs time, even of a file that is already loaded.
    if (required === ADDON) return `${before}addon`;
    if (modules.includes(required)) return `${before}requireBundled('${required}')`;
    return `${before}require('./${path.posix.relative(path.posix.dirname(BUNDLE), required)}')`;
  });
  return transformSync(located, { charset: 'ascii', target: 'node20' }).code;
}

module.exports = { ROOT, writePackedTree };
