'use strict';

const { JobTracking } = require('./lib/job-tracking/job-tracking.js');
const { keepNames } = require('./lib/names.js');

module.exports = { JobTracking };

keepNames(module.exports);
