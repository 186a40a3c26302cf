'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { copyPrebuilds, runs, runsAsDocumented, saysWhatToDo } = require('../support/bundle.js');

/** Builds, with nothing that webpack finds fault with. */
async function build(project, ...options) {
  fs.rmSync(project.path('dist'), { recursive: true, force: true });
  const output = await project.succeed(process.execPath, [project.bin('webpack'), ...options]);
  assert.match(output, /compiled successfully/);
  assert.doesNotMatch(output, /WARNING|ERROR/);
}

async function check(t, project) {
  for (const mode of ['production', 'development']) {
    await t.test(`a ${mode} bundle without the addons says what to do`, async () => {
      await build(project, `--mode=${mode}`);
      await saysWhatToDo(project, project.deploy('dist'), 'app.js');
    });

    await t.test(`a ${mode} bundle with prebuilds/ beside it runs`, async () => {
      await build(project, `--mode=${mode}`);
      copyPrebuilds(project, 'dist');
      await runs(project, project.deploy('dist'), 'app.js');
    });
  }

  await t.test('a bundle with prebuilds/ one folder up runs', async () => {
    await build(project, '--output-path=dist/server');
    copyPrebuilds(project, 'dist');
    await runs(project, project.deploy('dist'), path.join('server', 'app.js'));
  });

  await t.test('a bundle that leaves the package out runs', async () => {
    await build(project, '--config=webpack.external.config.js');
    await runs(project, project.folder, path.join('dist', 'app.js'));
  });

  await runsAsDocumented(t, project, 'webpack');
}

module.exports = [{ name: 'webpack', folders: ['bundled', 'webpack'], check }];
