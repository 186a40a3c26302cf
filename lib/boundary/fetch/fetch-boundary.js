'use strict';

const binding = require('../../binding.js');
const { boundaryOf, enterWith, madeAt, rejectBefore } = require('../boundary.js');
const { RAW_REQUEST } = require('../raw-request.js');
const { requireFunction } = require('../../core/options.js');
const { isContextOfHono } = require('../../core/request.js');
const { refuse, viewOf } = require('../request-view.js');

function runIdBoundary(handler, options) {
  requireFunction(handler, 'handler', runIdBoundary);
  const made = madeAt(runIdBoundary);
  const enter = boundaryOf(options, runIdBoundary, RAW_REQUEST, made);
  /** @this {unknown} */
  return async function handle(request, ...rest) {
    const rejection = rejectionOf(request);
    if (rejection !== null) return refuse(rejectBefore(rejection, runIdBoundary, made));
    const call = () => Reflect.apply(handler, this, [request, ...rest]);
    return enterWith(enter, await viewOf(request), call, request, refuse);
  };
}

/** Hono passes its handlers a context, and other frameworks their own requests, neither of which has `Headers`. */
function rejectionOf(request) {
  if (typeof request?.headers?.get === 'function') return null;
  const reason = isContextOfHono(request) ? 'hono-context' : 'not-a-fetch-request';
  return binding.refuseUnread(reason, request, runIdBoundary.name, undefined);
}

module.exports = { runIdBoundary };
