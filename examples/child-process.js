'use strict';

// A run that continues in a child process. Try it: node examples/child-process.js
//
// The run ID travels in RUN_ID. The child removes it from its environment, so that a grandchild that was handed no run
// gets an error instead of another process's run.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { generateTimestampRunId } = require('unified-run-id');
const { childEnv, requireRunId, runIdFromEnv, runWithRunId } = require('unified-run-id/context');

async function main() {
  console.log(`parent  ${requireRunId()}`);
  const child = spawn(process.execPath, [__filename, 'score'], { env: childEnv(), stdio: 'inherit' });
  [process.exitCode] = await once(child, 'exit');
}

async function score() {
  await null; // the context holds over every await
  console.log(`child   ${requireRunId()}`);
}

if (process.argv[2] === 'score') runWithRunId(runIdFromEnv(), score);
else runWithRunId(generateTimestampRunId('Ann-Carver'), main);
