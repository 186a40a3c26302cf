'use strict';

const { answersRuns } = require('../support/answers.js');

const hostOf = (name, script) => ({
  name,
  check: async (t, project) => answersRuns(t, name, await project.serve([script])),
});

module.exports = [hostOf('http', 'server.js'), hostOf('koa', 'server.js'), hostOf('hono', 'server.mjs')];
