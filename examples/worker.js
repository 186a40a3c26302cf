'use strict';

// A run that continues in a worker thread. Try it: node examples/worker.js
//
// A thread has its own context: the run ID travels in workerData, and is checked again where it arrives.

const { once } = require('node:events');
const { Worker, isMainThread, workerData } = require('node:worker_threads');
const { generateTimestampRunId } = require('unified-run-id');
const { inject, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

async function main() {
  console.log(`main    ${requireRunId()}`);
  const worker = new Worker(__filename, { workerData: inject({ leads: 5 }, 'workerData') });
  [process.exitCode] = await once(worker, 'exit');
}

async function score() {
  await null; // the context holds over every await
  console.log(`thread  ${requireRunId()}`);
}

if (isMainThread) runWithRunId(generateTimestampRunId('Ann-Carver'), main);
else receive(workerData, 'workerData', score);
