#!/usr/bin/env node
'use strict';

// The packed package in real projects of its users: test runners, bundlers, frameworks. Run with --help.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { parseArgs } = require('node:util');
const { pack } = require('../../tools/tarball.js');
const { Project } = require('./support/project.js');

/** Each with the longest first, so that two at a time end together. */
const HOSTS = [
  ...require('./checks/next.js'),
  ...require('./checks/jest.js'),
  ...require('./checks/pnpm.js'),
  ...require('./checks/nest.js'),
  ...require('./checks/vitest.js'),
  ...require('./checks/webpack.js'),
  ...require('./checks/tracing.js'),
  ...require('./checks/esbuild.js'),
  ...require('./checks/servers.js'),
  ...require('./checks/node.js'),
];

const AT_ONCE = 2;

const USAGE = `Usage: npm run test:hosts -- [options]

Packs this checkout, installs it into a copy of each project of __test__/hosts/projects, in a temporary folder, and
runs that. Needs the npm registry.

  --only NAMES  just these, with commas: ${HOSTS.map(({ name }) => name).join(', ')}
  --help        this text`;

function chosen() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(USAGE);
    process.exit();
  }
  if (values.only === undefined) return HOSTS;
  return values.only.split(',').map((wanted) => {
    const host = HOSTS.find(({ name }) => name === wanted);
    assert.ok(host !== undefined, `No host is called ${wanted}.\n${USAGE}`);
    return host;
  });
}

const hosts = chosen();

describe('hosts', { concurrency: AT_ONCE }, () => {
  let tarball;
  before(async () => {
    tarball = await pack();
  });
  after(() => tarball.remove());

  for (const { name, folders = [name], install, check } of hosts) {
    test(name, async (t) => {
      const project = new Project(folders);
      t.after(() => project.remove());
      await (install ?? ((file) => project.install(file)))(tarball.file, project);
      await check(t, project);
    });
  }
});
