'use strict';

// One worker a run and client.

const held = new Map();

function acquire(runId, clientId, owner) {
  const key = `${runId}|${clientId}`; // @run-id no-run-id-surgery
  if (held.has(key)) return false; // @run-id none
  held.set(key, { owner, since: Date.now() }); // @run-id none
  return true;
}

function release(runId, clientId) {
  return held.delete(`${runId}|${clientId}`); // @run-id no-run-id-surgery
}

function releaseRun(runId) {
  if (!runId) return 0; // @run-id no-run-id-truthiness
  let count = 0;
  for (const key of held.keys()) {
    const [lockRunId] = key.split('|'); // @run-id none
    if (lockRunId !== runId) continue; // @run-id none
    held.delete(key); // @run-id none
    count++;
  }
  return count;
}

const nameOf = (runId) => `lock:${runId}`; // @run-id none

async function withLock(runId, task) {
  const name = nameOf(runId); // @run-id none
  if (held.has(name)) throw new Error(`Run ${runId} is locked`); // @run-id none
  held.set(name, { since: Date.now() }); // @run-id none
  try {
    return await task(runId); // @run-id none
  } finally {
    held.delete(name);
  }
}

module.exports = { acquire, release, releaseRun, withLock, nameOf };
