'use strict';

const { bindRun, currentRunId, leaveRun, runWithRunId } = require('./run-in-hand.js');
const {
  childEnv,
  extract,
  inject,
  receive,
  requireRunId,
  runIdFromEnv,
  withRunId,
} = require('./handover.js');
const { keepNames } = require('../core/names.js');

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
