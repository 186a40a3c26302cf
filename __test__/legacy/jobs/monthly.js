'use strict';

const ids = require('../services/unifiedRunIdService.js');
const { JobTracking } = require('../services/jobTracking.js');
const { RunContext } = require('../utils/runContext.js');
const { StructuredLogger } = require('../utils/structuredLogger.js');

const twoDigits = (value) => `0${value}`.slice(-2); // @run-id none

function monthlyRunId(now) { // @run-id no-home-made-helper
  const day = `${String(now.getFullYear()).slice(2)}${twoDigits(now.getMonth() + 1)}${twoDigits(now.getDate())}`; // @run-id none
  const clock = `${twoDigits(now.getHours())}${twoDigits(now.getMinutes())}${twoDigits(now.getSeconds())}`; // @run-id none
  return `${day}-${clock}`; // @run-id no-home-made-run-id
}

async function monthly(options) {
  const now = options?.now ?? new Date(); // @run-id none
  let runId;
  try {
    runId = JobTracking.generateRunId(); // @run-id no-deprecated-helper
  } catch (error) {
    runId = monthlyRunId(now); // @run-id no-run-id-fallback
    StructuredLogger.forProcess('monthly').error('no run ID', error); // @run-id none
  }
  const context = new RunContext({ runId }); // @run-id none
  const job = await JobTracking.createJob({ runId: context.runId, jobType: 'Monthly' }); // @run-id none
  return { job, context };
}

async function monthlyOf(clientId, context) {
  const own = context.belongsTo(clientId) ? context : context.forClient(clientId); // @run-id none
  const { runId } = own; // @run-id none
  const known = ids.getCachedRecordId(runId, clientId); // @run-id no-deprecated-helper
  if (known === null) ids.cacheRecordId(runId, clientId, `rec-${clientId}`); // @run-id no-deprecated-helper
  return JobTracking.createClientRun({ runId, clientId, source: 'monthly' }); // @run-id none
}

function monthOf(runId) {
  return runId.substring(0, 4).replace(/(..)(..)/, '20$1-$2'); // @run-id no-run-id-surgery
}

function report(runId, ...clients) {
  const known = ids.validateRunId(runId) ? clients.length : 0; // @run-id no-deprecated-helper
  return runId ? `${runId}: ${known} clients` : `${known} clients`; // @run-id no-run-id-truthiness
}

const fileOf = (date) => `monthly-${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}.pdf`; // @run-id none

module.exports = { monthly, monthlyOf, monthlyRunId, monthOf, report, fileOf };
