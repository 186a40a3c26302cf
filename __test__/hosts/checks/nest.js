'use strict';

const { answersRuns, continuesRuns, refusesInWords, startsRuns } = require('../support/answers.js');

async function check(t, project) {
  await t.test('compiles', () => project.succeed(process.execPath, [project.bin('tsc')]));
  await answersRuns(t, 'on Express', await project.serve(['dist/express.js']));

  // The plugin is that of the whole application: every route may start a run.
  const fastify = await project.serve(['dist/fastify.js']);
  await t.test('on Fastify continues runs', () => continuesRuns(fastify));
  await t.test('on Fastify starts runs', () => startsRuns(fastify));
  await t.test('on Fastify answers a refusal with 400 and its words', () => refusesInWords(fastify));
}

module.exports = [{ name: 'nest', check }];
