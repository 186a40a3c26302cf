'use strict';

const { keepNames } = require('../core/names.js');
const { instrumentRunIds } = require('./instrumentation.js');
const { RunIdLogRecordProcessor } = require('./log-processor.js');

module.exports = { instrumentRunIds, RunIdLogRecordProcessor };

keepNames(module.exports);
