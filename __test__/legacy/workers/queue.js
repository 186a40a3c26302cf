'use strict';

// A queue in memory; payloads go through JSON as they would through a real one.

const handlers = new Map();
const waiting = [];
let serial = 0;

function enqueue(name, data) {
  const jobId = `job_${name}_stream1_${String(Date.now())}${++serial}`; // @run-id none
  waiting.push({ jobId, name, data: JSON.stringify(data) }); // @run-id none
  return jobId;
}

function handle(name, handler) {
  handlers.set(name, handler);
}

async function drain() {
  const results = [];
  while (waiting.length > 0) {
    const { jobId, name, data } = waiting.shift();
    const handler = handlers.get(name);
    if (!handler) throw new Error(`No handler for ${name}`); // @run-id none
    try {
      results.push({ jobId, ...(await handler({ id: jobId, data: JSON.parse(data) })) }); // @run-id none
    } catch (error) {
      results.push({ jobId, error: error.message, code: error.code ?? null });
    }
  }
  return results;
}

module.exports = { enqueue, handle, drain };

require('./scoringWorker.js');
require('./enrichmentWorker.js');
require('./mailWorker.js');
require('./metricsWorker.js');
