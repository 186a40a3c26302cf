'use strict';

const { createLogger } = require('../utils/logger.js');

const logger = createLogger('http');

function errors(error, req, res, _next) {
  const status = error.status ?? 500;
  const runId = res.getHeader('x-run-id'); // @run-id none
  logger.error(`${req.method} ${req.path} of run ${runId}: ${error.message}`); // @run-id none
  res.status(status).json({ error: error.message, code: error.code ?? null });
}

module.exports = { errors };
