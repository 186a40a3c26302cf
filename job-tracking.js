'use strict';

const { JobTracking } = require('./lib/job-tracking/job-tracking.js');

module.exports = { JobTracking };
