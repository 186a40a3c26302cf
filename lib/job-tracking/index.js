'use strict';

const { nearRunIds, rankNear } = require('./diagnosis.js');
const { JobTracking } = require('./job-tracking.js');
const { claimRunId } = require('./store.js');
const { keepNames } = require('../core/names.js');

module.exports = { JobTracking, claimRunId, nearRunIds, rankNear };

keepNames(module.exports);
