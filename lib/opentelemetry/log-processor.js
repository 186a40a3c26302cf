'use strict';

const { currentRunId } = require('../context/run-in-hand.js');
const { RUN_ID, attributesOfRun } = require('./attributes.js');

/** Puts the run in hand on each OpenTelemetry log record. It must be listed before the processor that exports. */
class RunIdLogRecordProcessor {
  onEmit(record) {
    const runId = currentRunId();
    // A run that the application has set itself takes precedence.
    if (runId === undefined || record.attributes?.[RUN_ID] !== undefined) return;
    for (const [name, value] of Object.entries(attributesOfRun(runId))) record.setAttribute(name, value);
  }

  async forceFlush() {}

  async shutdown() {}
}

module.exports = { RunIdLogRecordProcessor };
