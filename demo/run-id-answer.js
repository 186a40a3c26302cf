'use strict';

const { RunIdError } = require('unified-run-id');

/** Express error handler: answers with what the error itself says. */
function answerRunIdError(error, _req, res, next) {
  if (!(error instanceof RunIdError)) return next(error);
  res.status(error.statusCode).json({ code: error.code, message: error.message });
}

module.exports = { answerRunIdError };
