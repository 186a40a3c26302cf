'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Npm } = require('./npm.js');
const { ROOT, writePackedTree } = require('./packed-tree.js');

/** Packs this checkout as it would be published, into a new folder that `remove` deletes. */
async function pack() {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'run-id-pack-'));
  const npm = new Npm(path.join(folder, 'npm'));
  const packed = path.join(folder, 'packed');
  fs.mkdirSync(packed);
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree);
  writePackedTree(tree);
  await npm.run(tree, 'pack', '--ignore-scripts', '--silent', `--pack-destination=${packed}`);
  const [name] = fs.readdirSync(packed);
  return {
    folder,
    npm,
    file: path.join(packed, name),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

module.exports = { ROOT, pack };
