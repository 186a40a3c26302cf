'use strict';

// The tree that is packed: this checkout's, except that everything index.js loads at once is one file, lib/core.js. Node.js
// takes about 0.2 ms to find, read and compile even a short file, and users wait for that at each start of a process.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { findNpm } = require('./npm.js');

const ROOT = path.join(__dirname, '..');
const BUNDLE = 'lib/core.js';

/** Not in the bundle: it looks for the addons relative to itself, and the commands load it without the rest. */
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
  const { modules, later } = loadedByIndex();
  fs.writeFileSync(path.join(folder, BUNDLE), bundle(modules, later));
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
  // Other files load them too, and get the ones in the bundle: each exists once.
  for (const file of modules.filter((name) => !STATELESS.includes(name))) {
    const bundle = path.posix.relative(path.posix.dirname(file), BUNDLE).replace(/^(?!\.)/, './');
    rewrite(file, () => `${STRICT}module.exports = require('${bundle}')['${file}']();\n`);
  }
}

const STRICT = "'use strict';\n\n";

/** The files that npm would pack here. */
function packedFiles() {
  const args = [findNpm(), 'pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }));
  return files.map((file) => file.path);
}

/** A line that requires a file of the package: what stands before, and which file. */
const REQUIRED = /^(.*)\brequire\('(\.\.?\/[^']+)'\)/gm;

/** What index.js loads at once, except the addon, and what these files load when they are called. */
function loadedByIndex() {
  const modules = new Set(['index.js']);
  const later = new Set();
  for (const from of modules) {
    for (const [, before, request] of fs.readFileSync(path.join(ROOT, from), 'utf8').matchAll(REQUIRED)) {
      const file = fileOf(from, request);
      if (file === ADDON) continue;
      if (/^\s/.test(before)) later.add(file);
      else modules.add(file);
    }
  }
  modules.delete('index.js');
  return { modules: [...modules].sort(), later: [...later] };
}

const fileOf = (from, request) => path.posix.join(path.posix.dirname(from), request);

const REQUIRE_ADDON = 'require("./binding.js")';

function bundle(modules, later) {
  const entries = modules.map((file) => `  '${file}': () => require('./${file}'),\n`);
  const { outputFiles } = buildSync({
    stdin: { contents: `module.exports = {\n${entries.join('')}};`, resolveDir: ROOT, sourcefile: BUNDLE },
    absWorkingDir: ROOT,
    outfile: BUNDLE,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: [ADDON, ...later].map((file) => `./${file}`),
    charset: 'ascii',
    logLevel: 'warning',
  });
  // Each `require` costs time, even of a file that is already loaded.
  return `${STRICT}const addon = ${REQUIRE_ADDON};\n${outputFiles[0].text.replaceAll(REQUIRE_ADDON, 'addon')}`;
}

module.exports = { ROOT, writePackedTree };
