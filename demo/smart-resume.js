'use strict';

// The "smart resume" script: finds the record of a run by the ID it is given, and prints what it found.

const fs = require('node:fs');
const path = require('node:path');
const { getNormalizedRunId, parseRunId } = require('unified-run-id');

const runId = getNormalizedRunId(process.argv[2]);
const { clientId, startedAt } = parseRunId(runId);
const record = path.join(process.env.DEMO_RECORDS, `${runId}.json`);
const found = fs.existsSync(record) && JSON.parse(fs.readFileSync(record, 'utf8')).runId === runId;

console.log(JSON.stringify({ runId, clientId, startedAt, found }));
