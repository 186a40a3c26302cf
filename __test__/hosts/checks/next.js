'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { answersRuns } = require('../support/answers.js');
const { BUNDLER_SENTENCE } = require('../support/bundle.js');

const BUILDS = [
  ['Turbopack', '--turbopack'],
  ['webpack', '--webpack'],
];

async function check(t, project) {
  const configured = fs.readFileSync(project.path('next.config.mjs'), 'utf8');
  const bundled = fs.readFileSync(project.path('next.bundled.config.mjs'), 'utf8');

  for (const [name, option] of BUILDS) {
    await t.test(`${name}: the build of a package that is bundled says what to do`, async () => {
      project.write('next.config.mjs', bundled);
      const { code, output } = await project.command('next', ['build', option]);
      assert.equal(code, 1, output);
      assert.match(output, BUNDLER_SENTENCE);
    });

    await t.test(`${name}: builds, starts and answers`, async (t) => {
      project.write('next.config.mjs', configured);
      fs.rmSync(project.path('.next'), { recursive: true });
      await project.succeed(process.execPath, [project.bin('next'), 'build', option]);

      const cwd = project.deploy('.next/standalone');
      const env = { PORT: await project.freePort(), HOSTNAME: '127.0.0.1' };
      const server = await project.serve(['server.js'], { cwd, env });
      assert.match((await server.ask('/')).answer, /<p>[0-9]{6}-[0-9]{6}-Ann-Carver<\/p>/);
      await answersRuns(t, 'it', server);
      await server.close();
    });
  }
}

module.exports = [{ name: 'next', check }];
