'use strict';

// A run that goes on in a worker thread. Try it: node examples/worker.js
//
// A thread has a context of its own: the run ID travels in workerData, and is checked again where it arrives.

const { Worker, isMainThread, workerData } = require('node:worker_threads');
const { generateTimestampRunId } = require('unified-run-id');
const { requireRunId, runWithRunId } = require('unified-run-id/context');

function scoreInThread() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { runId: requireRunId() } });
    worker.once('error', reject);
    worker.once('exit', resolve);
  });
}

async function score() {
  await null; // the context holds over every await
  console.log(`thread  ${requireRunId()}`);
}

if (isMainThread) {
  runWithRunId(generateTimestampRunId('Ann-Carver'), async () => {
    console.log(`main    ${requireRunId()}`);
    process.exitCode = await scoreInThread();
  });
} else {
  runWithRunId(workerData.runId, score);
}
