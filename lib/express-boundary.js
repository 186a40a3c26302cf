'use strict';

const { boundaryOf } = require('./boundary.js');
const { RunIdError } = require('./run-id-error.js');

function runIdBoundary(options) {
  const enter = boundaryOf(options, runIdBoundary);
  return function runIdBoundary(req, _res, next) {
    enter(req, next);
  };
}

function runIdErrors() {
  // Express knows a handler of errors by its four parameters.
  return function runIdErrors(error, _req, res, next) {
    if (!(error instanceof RunIdError) || res.headersSent) {
      next(error);
      return;
    }
    res.status(error.statusCode).json({ code: error.code, message: error.message });
  };
}

module.exports = { runIdBoundary, runIdErrors };
