'use strict';

// The tree that is packed: this checkout's, except that everything index.js loads at once is one file, lib/packed-core.js. Node.js
// takes about 0.2 ms to find, read and compile even a short file, and users wait for that at each start of a process.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { transformSync } = require('esbuild-wasm');
const { findNpm } = require('./npm.js');

const ROOT = path.join(__dirname, '..');
const BUNDLE = 'lib/packed-core.js';

/** Loads the addon. Not in a function of the bundle, because it uses Node's own `module`. */
const ADDON = 'lib/binding.js';

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
    modules.reduce((text, file) => text.replace(`require('./${file}')`, `bundle['${file}']()`), source),
  );
  rewrite('index.js', (source) =>
    source.replace(STRICT, `${STRICT}const bundle = require('./${BUNDLE}');\n`),
  );
  rewrite('package.json', withoutDevelopment);
  // Other files load them too, and get the ones in the bundle: each exists once.
  for (const file of modules) {
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

/** What index.js loads at once. */
function loadedByIndex() {
  const modules = new Set(['index.js']);
  for (const from of modules) {
    for (const [, before, request] of fs.readFileSync(path.join(ROOT, from), 'utf8').matchAll(REQUIRED)) {
      const isLoadedLater = /^\s/.test(before);
      const file = fileOf(from, request);
      if (!isLoadedLater) modules.add(file);
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
  const inFunctions = modules.filter((file) => file !== ADDON);
  const functions = inFunctions.map(
    (file) => `  '${file}': (function (module, exports) {\n${bundled(file, modules)}}),\n`,
  );
  const exported = [
    `  '${ADDON}': () => addon,\n`,
    ...inFunctions.map((file) => `  '${file}': () => requireBundled('${file}'),\n`),
  ];
  return `${STRICT}${bundled(ADDON, modules)}\n${LOADER}const functions = {\n${functions.join('')}};\n\nmodule.exports = {\n${exported.join('')}};\n`;
}

const LOADER = `const addon = module.exports;
const loaded = {};

function requireBundled(file) {
  if (loaded[file] === undefined) {
    loaded[file] = { exports: {} };
    functions[file](loaded[file], loaded[file].exports);
  }
  return loaded[file].exports;
}

`;

/**
 * Short, because V8 takes a millisecond for 40 KB. A module's own functions keep their names, which stacks show; lines are
 * short because Node.js prints the one from which an error was thrown and not caught. ES2020, because ncc reads nothing
 * newer, and leaves the addons behind if it can't read the file that names their folder. The statements are left as they
 * are: a value returned by way of a variable keeps the caller's frame in Bun, whose tail calls have none.
 */
const FORMAT = {
  charset: 'ascii',
  target: 'es2020',
  minifyWhitespace: true,
  minifyIdentifiers: true,
  lineLimit: 110,
};

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
  // The addon's loader tells by its name whether a user has bundled it.
  const renamed =
    file === ADDON ? located.replaceAll(`'${path.basename(ADDON)}'`, `'${path.basename(BUNDLE)}'`) : located;
  return transformSync(renamed, FORMAT).code;
}

module.exports = { ROOT, writePackedTree };
