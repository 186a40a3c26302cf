#!/usr/bin/env node
'use strict';

// Packs the package into the working directory, as it is published.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { findNpm } = require('../tools/npm.js');
const { writePackedTree } = require('../tools/packed-tree.js');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-pack-'));
try {
  writePackedTree(folder);
  execFileSync(process.execPath, [findNpm(), 'pack', '--ignore-scripts', folder], { stdio: 'inherit' });
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
