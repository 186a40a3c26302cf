'use strict';

const binding = require('../../binding.js');
const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { RAW_REQUEST } = require('../raw-request.js');
const { requireFunction } = require('../../core/options.js');
const { isContextOfHono } = require('../../core/request.js');
const { reject } = require('../../events/events.js');
const { refuse, viewOf } = require('../request-view.js');

function runIdBoundary(handler, options) {
  requireFunction(handler, 'handler', runIdBoundary);
  const enter = boundaryOf(options, runIdBoundary, RAW_REQUEST, madeAt(runIdBoundary));
  /** @this {unknown} */
  return async function handle(request, ...rest) {
    const refused = refusalOf(request);
    if (refused !== null) return refuse(reject(refused, handle));
    const call = () => Reflect.apply(handler, this, [request, ...rest]);
    return enterWith(enter, await viewOf(request), call, request, refuse);
  };
}

/** Of what has no headers to ask: Hono passes its handlers a context. */
function refusalOf(request) {
  if (typeof request?.headers?.get === 'function') return null;
  const reason = isContextOfHono(request) ? 'hono-context' : 'not-a-request';
  return binding.refuseUnread(reason, request, runIdBoundary.name, undefined);
}

module.exports = { runIdBoundary };
