'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');

/** The addon that this process has loaded. */
function loadedAddon() {
  require('../../index.js');
  return Object.keys(require.cache).find((file) => file.endsWith('.node'));
}

/** A second installation of the package, with the addon of this platform only. Returns its entry and its addon. */
function copyPackage(folder) {
  for (const name of ['index.js', 'lib', 'package.json']) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  const addon = path.join(folder, path.relative(ROOT, loadedAddon()));
  fs.mkdirSync(path.dirname(addon), { recursive: true });
  fs.copyFileSync(loadedAddon(), addon);
  return { entry: path.join(folder, 'index.js'), addon };
}

module.exports = { copyPackage, loadedAddon };
