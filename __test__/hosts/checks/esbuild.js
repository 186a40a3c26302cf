'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { copyPrebuilds, runs, runsAsDocumented, saysWhatToDo } = require('../support/bundle.js');

const BUNDLE = ['app.js', '--bundle', '--platform=node', '--log-level=warning'];

/** Builds, with nothing that esbuild finds fault with. */
async function build(project, program, args) {
  fs.rmSync(project.path('dist'), { recursive: true, force: true });
  assert.equal(await project.succeed(process.execPath, [program, ...args]), '');
}

async function check(t, project) {
  const esbuild = (...args) => build(project, project.bin('esbuild'), [...BUNDLE, ...args]);

  await t.test('a bundle without the addons says what to do', async () => {
    await esbuild('--outfile=dist/app.js');
    await saysWhatToDo(project, project.deploy('dist'), 'app.js');
  });

  for (const options of [[], ['--minify']]) {
    await t.test(`a bundle with prebuilds/ beside it runs ${options.join(' ')}`, async () => {
      await esbuild('--outfile=dist/app.js', ...options);
      copyPrebuilds(project, 'dist');
      await runs(project, project.deploy('dist'), 'app.js');
    });
  }

  await t.test('a bundle with prebuilds/ one folder up runs', async () => {
    await esbuild('--outfile=dist/server/app.js');
    copyPrebuilds(project, 'dist');
    await runs(project, project.deploy('dist'), path.join('server', 'app.js'));
  });

  await t.test('a bundle that leaves the package out runs', async () => {
    await esbuild('--outfile=dist/app.js', '--external:unified-run-id');
    await runs(project, project.folder, path.join('dist', 'app.js'));
  });

  await t.test('an ESM bundle with prebuilds/ beside it runs', async () => {
    await build(project, project.path('esbuild.mjs'), []);
    copyPrebuilds(project, 'dist');
    await runs(project, project.deploy('dist'), 'app.mjs');
  });

  await runsAsDocumented(t, project, 'esbuild');
}

module.exports = [{ name: 'esbuild', folders: ['bundled', 'esbuild'], check }];
