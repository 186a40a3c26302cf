'use strict';

const { answersRuns } = require('../support/answers.js');

async function check(t, project) {
  await t.test('compiles', () => project.succeed(process.execPath, [project.bin('tsc')]));
  await answersRuns(t, 'on Express', await project.serve(['dist/express.js']));
  await answersRuns(t, 'on Fastify', await project.serve(['dist/fastify.js']));
}

module.exports = [{ name: 'nest', check }];
