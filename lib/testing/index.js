'use strict';

const { expectUnchanged, isolate, silence } = require('./testing.js');
const { keepNames } = require('../core/names.js');

module.exports = { isolate, expectUnchanged, silence };

keepNames(module.exports);
