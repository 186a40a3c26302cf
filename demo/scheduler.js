'use strict';

// The scheduler: starts one run for each client it is given, and prints their IDs.

const { generateTimestampRunId } = require('unified-run-id');

console.log(JSON.stringify(process.argv.slice(2).map((clientId) => generateTimestampRunId(clientId))));
