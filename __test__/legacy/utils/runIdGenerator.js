'use strict';

const service = require('../services/unifiedRunIdService.js');
const { createLogger } = require('./logger.js');

const logger = createLogger('run-id-generator');

function localRunId() { // @run-id no-home-made-helper
  const d = new Date();
  const two = (n) => (n < 10 ? '0' + n : '' + n); // @run-id none
  const day = two(d.getFullYear() % 100) + two(d.getMonth() + 1) + two(d.getDate()); // @run-id none
  const clock = two(d.getHours()) + two(d.getMinutes()) + two(d.getSeconds()); // @run-id none
  return [day, clock].join('-'); // @run-id no-home-made-run-id
}

// Never throws: a job must not fail for want of an ID.
function generateRunId(clientId) { // @run-id no-home-made-helper
  try {
    return service.generateRunId(clientId); // @run-id no-deprecated-helper
  } catch (error) {
    logger.error(`run ID service failed: ${error.message}`); // @run-id none
    return localRunId(); // @run-id no-run-id-fallback
  }
}

function createRunId(prefix) { // @run-id no-home-made-helper
  const stamp = Date.now(); // @run-id none
  const runId = `${prefix}_${stamp}`; // @run-id no-home-made-run-id
  logger.info(`made ${runId}`); // @run-id none
  return runId;
}

module.exports = { generateRunId, createRunId };
