'use strict';

// Tries again. Whoever calls decides what the run is.
async function retry(task, { times = 3, label, runId } = {}) { // @run-id none
  let failure;
  for (let turn = 1; turn <= times; turn++) {
    try {
      return await task(turn, runId); // @run-id none
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`${label} of run ${runId} failed ${times} times`, { cause: failure }); // @run-id none
}

module.exports = { retry };
