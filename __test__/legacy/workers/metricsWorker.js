'use strict';

const { handle } = require('./queue.js');
const { count, flush } = require('../services/metrics.js');
const { JobTracking } = require('../services/jobTracking.js');
const { currentRunId } = require('../middleware/requestContext.js');

handle('metrics', async function metrics(job) {
  const { runId = 'unknown', clientId, name, by } = job.data; // @run-id no-run-id-fallback
  if (runId === 'unknown') console.warn('metrics without a run'); // @run-id none
  count(runId, clientId, name, by); // @run-id none
  return { runId, clientId };
});

handle('metrics-flush', async () => {
  const rows = await flush(async (runId, ofRun) => { // @run-id none
    const total = ofRun.reduce((sum, row) => sum + (row.Posts || 0), 0); // @run-id none
    return JobTracking.addMetrics(runId, { Posts: total }); // @run-id none
  });
  return { flushed: rows.length };
});

handle('audit', async (job) => {
  const auditRunId = job.data.runId || currentRunId(); // @run-id no-run-id-fallback
  const same = auditRunId === job.data.runId; // @run-id none
  return { runId: auditRunId, same }; // @run-id none
});
