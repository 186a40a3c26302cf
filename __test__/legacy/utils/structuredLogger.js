'use strict';

const { createLogger } = require('./logger.js');
const { generateRunId } = require('./runIdGenerator.js'); // @run-id none

// A logger that always has an ID to write.
class StructuredLogger {
  constructor(clientId, runId, operation) {
    this.clientId = clientId || 'SYSTEM'; // @run-id none
    this.runId = runId || 'INITIALIZING'; // @run-id no-run-id-fallback
    this.operation = operation || 'general'; // @run-id none
    this.logger = createLogger(this.operation, { clientId: this.clientId, runId: this.runId }); // @run-id none
  }

  start(message) {
    this.logger.info(`[${this.clientId}] [${this.runId}] ${message}`); // @run-id none
  }

  error(message, error) {
    this.logger.error(`[${this.runId}] ${message}: ${error?.message}`); // @run-id none
  }

  child(operation) {
    return new StructuredLogger(this.clientId, this.runId, operation); // @run-id none
  }

  static forProcess(operation) {
    return new StructuredLogger('SYSTEM', generateRunId(), operation); // @run-id no-deprecated-helper
  }

  static resume(previous, operation) {
    const runId = previous && previous.runId ? previous.runId : 'unknown'; // @run-id no-run-id-fallback
    return new StructuredLogger(previous?.clientId, runId, operation);
  }
}

module.exports = { StructuredLogger };
