'use strict';

const { runs } = require('../support/bundle.js');

async function check(t, project) {
  await t.test('ncc takes the addons along', async () => {
    await project.succeed(process.execPath, [project.bin('ncc'), 'build', 'app.js', '-o', 'dist']);
    await runs(project, project.deploy('dist'), 'index.js');
  });

  await t.test('ncc takes the addons along, minified', async () => {
    await project.succeed(process.execPath, [project.bin('ncc'), 'build', 'app.js', '-m', '-o', 'small']);
    await runs(project, project.deploy('small'), 'index.js');
  });

  await t.test('@vercel/nft finds the addons', async () => {
    await project.succeed(process.execPath, ['trace.mjs']);
    await runs(project, project.deploy('traced'), 'app.js');
  });
}

module.exports = [{ name: 'tracing', folders: ['bundled', 'tracing'], check }];
