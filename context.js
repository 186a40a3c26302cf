'use strict';

const { bindRun, currentRunId, leaveRun, runWithRunId } = require('./lib/context.js');
const {
  childEnv,
  extract,
  inject,
  receive,
  requireRunId,
  runIdFromEnv,
  withRunId,
} = require('./lib/handover.js');
const { keepNames } = require('./lib/names.js');

module.exports = {
  runWithRunId,
  currentRunId,
  requireRunId,
  leaveRun,
  bindRun,
  inject,
  extract,
  receive,
  childEnv,
  runIdFromEnv,
  withRunId,
};

keepNames(module.exports);
