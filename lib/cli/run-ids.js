'use strict';

// The public API without logging: a rejection is output of the command, not an event of this process.

const runIds = require('../../index.js');

runIds.configure({ logger: null });

module.exports = runIds;
