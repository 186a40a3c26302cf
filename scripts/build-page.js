#!/usr/bin/env node
'use strict';

// Bundles into dist/: the script and the style of the page that `flow --html` and `check --html` write, and the ESLint
// plugin, which is smaller that way.

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

buildSync({
  absWorkingDir: ROOT,
  entryPoints: ['lib/eslint/plugin.js'],
  outfile: 'dist/eslint.js',
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['./index.js', './package.json', './lib/binding.js'],
  charset: 'ascii',
  // What lets ESM import the names.
  footer: { js: '0&&(module.exports={meta,rules,configs});' },
  logLevel: 'warning',
});
