'use strict';

const fs = require('node:fs');
const { answersRuns } = require('../support/answers.js');

/**
 * Settings of the workspace: what packages may see of each other's dependencies. By default that is the Fastify of the
 * first app, which is another one than that of ours.
 */
const LAYOUTS = [
  ['the default layout', ''],
  ['hoist: false', 'hoist: false\n'],
];

let tarball;

async function install(file, project) {
  tarball = file;
  await project.installLocked();
}

async function check(t, project) {
  const workspace = project.path('workspace');
  const api = project.path('workspace', 'apps', 'api');
  const pnpm = (...args) =>
    project.succeed(
      process.execPath,
      [project.bin('pnpm'), ...args, `--store-dir=${project.path('store')}`],
      {
        cwd: workspace,
      },
    );

  for (const [name, settings] of LAYOUTS) {
    await t.test(name, async (t) => {
      for (const folder of ['', 'apps/admin', 'apps/api']) {
        fs.rmSync(project.path('workspace', folder, 'node_modules'), { recursive: true, force: true });
      }
      project.write('workspace/pnpm-workspace.yaml', `packages:\n  - 'apps/*'\n${settings}`);
      await pnpm('install', '--frozen-lockfile', '--ignore-scripts');
      await pnpm('--filter=api', 'add', '--ignore-scripts', tarball);

      await t.test('compiles', () =>
        project.succeed(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: api }),
      );
      const server = await project.serve(['dist/server.js'], { cwd: api });
      await answersRuns(t, 'it', server);
      await server.close();
      await pnpm('--filter=api', 'remove', 'unified-run-id');
    });
  }
}

module.exports = [{ name: 'pnpm', install, check }];
