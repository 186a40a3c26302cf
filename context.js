'use strict';

const {
  childEnv,
  currentRunId,
  requireRunId,
  runIdFromEnv,
  runWithRunId,
  withRunId,
} = require('./lib/context.js');

module.exports = { runWithRunId, currentRunId, requireRunId, childEnv, runIdFromEnv, withRunId };
