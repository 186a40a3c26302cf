#!/usr/bin/env node
'use strict';

// Bundles the script and the style of the page that `flow --html` and `check --html` write, into dist/.

const path = require('node:path');
const { buildSync } = require('esbuild-wasm');

const ROOT = path.join(__dirname, '..');

buildSync({
  absWorkingDir: ROOT,
  entryPoints: { page: 'lib/page/main.js', style: 'lib/page/style/index.css' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022', 'chrome111', 'firefox125', 'safari18'],
  charset: 'ascii',
  logLevel: 'warning',
});
