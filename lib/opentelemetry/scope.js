'use strict';

// Whose meter and tracer it is.

const { name: NAME, version: VERSION } = require('../../package.json');

module.exports = { NAME, VERSION };
