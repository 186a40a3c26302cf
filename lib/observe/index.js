'use strict';

const { keepNames } = require('../core/names.js');
const { observeResolve, observeRunId } = require('./observe.js');

module.exports = { observeResolve, observeRunId };

keepNames(module.exports);
