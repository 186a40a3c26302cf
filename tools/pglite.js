'use strict';

// A new PGlite database, for tests and for processes that they start. It is loaded from a copy of an empty one, because
// creating one takes four times as long. The copy is made once, and kept in build/.

const fs = require('node:fs');
const path = require('node:path');
const { PGlite } = require('@electric-sql/pglite');

const ROOT = path.join(__dirname, '..');

const { version } = JSON.parse(
  fs.readFileSync(path.join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'package.json'), 'utf8'),
);
const COPY = path.join(ROOT, 'build', `pglite-${version}.tar`);

/** @param {string} [dataDir] a folder that does not exist yet; by default, the database is in memory */
async function createPGlite(dataDir) {
  if (!fs.existsSync(COPY)) await writeCopy();
  return PGlite.create({ dataDir, loadDataDir: new Blob([fs.readFileSync(COPY)]) });
}

/** In one step, because other test files may be doing the same. */
async function writeCopy() {
  const db = await PGlite.create();
  const copy = await db.dumpDataDir('none');
  await db.close();
  fs.mkdirSync(path.dirname(COPY), { recursive: true });
  const partial = `${COPY}.${process.pid}`;
  fs.writeFileSync(partial, Buffer.from(await copy.arrayBuffer()));
  try {
    fs.renameSync(partial, COPY);
  } catch (error) {
    // Windows does not replace a file that another process is reading.
    fs.rmSync(partial);
    if (!fs.existsSync(COPY)) throw error;
  }
}

module.exports = { createPGlite };
