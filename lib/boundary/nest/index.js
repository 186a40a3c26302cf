'use strict';

const { RunIdModule } = require('./run-id-module.js');
const { RunId, runIdGuard } = require('./run-in-handler.js');
const { keepNames } = require('../../core/names.js');

module.exports = { RunIdModule, RunId, runIdGuard };

keepNames(module.exports);
