'use strict';

// The instrumentation scope of the meter and tracer.

const { name: NAME, version: VERSION } = require('../../package.json');

module.exports = { NAME, VERSION };
