#!/usr/bin/env node
'use strict';

// smart-resume.js RUN_ID [CLIENT]: goes on with a job through the API.

const { getNormalizedRunId } = require('../jobs/smartResume.js');
const { apiUrl } = require('../config/settings.js');

const [, , runId, clientId] = process.argv; // @run-id none
if (!runId) { // @run-id none
  console.error('usage: smart-resume.js RUN_ID [CLIENT]'); // @run-id none
  process.exit(2);
}

async function main() {
  const normalizedRunId = getNormalizedRunId(runId); // @run-id none
  const response = await fetch(`${apiUrl}/api/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ runId: normalizedRunId, clientId }), // @run-id none
  });
  const answer = await response.json();
  console.log(JSON.stringify({ asked: normalizedRunId, ...answer })); // @run-id none
  process.exitCode = answer.runId === normalizedRunId ? 0 : 1; // @run-id none
}

main();
