'use strict';

// The public API, silent: a rejection is an answer of the command, not an event of this process.

const runIds = require('../../index.js');

runIds.configure({ logger: null });

module.exports = runIds;
