'use strict';

const { JobTracking } = require('./job-tracking.js');
const { keepNames } = require('../core/names.js');

module.exports = { JobTracking };

keepNames(module.exports);
