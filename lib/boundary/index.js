'use strict';

const { enterRun } = require('./enter-run.js');
const { keepNames } = require('../core/names.js');

module.exports = { enterRun };

keepNames(module.exports);
