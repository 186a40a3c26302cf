'use strict';

const { STATUS_CODES } = require('node:http');
const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { RAW_REQUEST } = require('../raw-request.js');
const { requireFunction } = require('../../core/options.js');
const { queryIn } = require('../../core/request.js');
const { RunIdError } = require('../../run-id-error.js');

function runIdBoundary(handler, options) {
  requireFunction(handler, 'handler', runIdBoundary);
  const enter = boundaryOf(options, runIdBoundary, RAW_REQUEST, madeAt(runIdBoundary));
  /** @this {unknown} */
  return function handle(request, response, ...rest) {
    const call = () => Reflect.apply(handler, this, [request, response, ...rest]);
    return enterWith(enter, viewOf(request), call, request, (error) => refuse(error, response));
  };
}

/** Node parses neither query nor body: they exist only if a parser of the application has put them there. */
function viewOf(request) {
  const { method, headers, body, url } = request;
  return { method, headers, query: queryIn(url), body, raw: request };
}

/** Node has no error handler after this one, and ends the process if a promise is rejected. */
function refuse(error, response) {
  if (error instanceof RunIdError) {
    answer(response, error.statusCode, { code: error.code, message: error.message });
    return;
  }
  const status = statusOf(error);
  if (status >= 500) process.emitWarning(error instanceof Error ? error : String(error.message));
  answer(response, status, { code: null, message: STATUS_CODES[status] });
}

/** An error that follows the convention of `http-errors`, such as one from authentication. */
function statusOf({ statusCode }) {
  return Object.hasOwn(STATUS_CODES, statusCode) && statusCode >= 400 ? statusCode : 500;
}

function answer(response, status, content) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

module.exports = { runIdBoundary };
