'use strict';

const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { RAW_REQUEST } = require('../raw-request.js');
const { requireFunction } = require('../../core/options.js');
const { refuse, viewOf } = require('../request-view.js');

function runIdBoundary(handler, options) {
  requireFunction(handler, 'handler', runIdBoundary);
  const enter = boundaryOf(options, runIdBoundary, RAW_REQUEST, madeAt(runIdBoundary));
  /** @this {unknown} */
  return async function handle(request, ...rest) {
    const call = () => Reflect.apply(handler, this, [request, ...rest]);
    return enterWith(enter, await viewOf(request), call, request, refuse);
  };
}

module.exports = { runIdBoundary };
