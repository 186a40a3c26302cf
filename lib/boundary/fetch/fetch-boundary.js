'use strict';

const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { requireFunction } = require('../../core/options.js');
const { refuse, viewOf } = require('../request-view.js');

const FETCH = {
  show({ raw }, run) {
    raw.runId = run.runId;
    raw.runIdSource = run.source;
  },
  routeOf: ({ method }) => `${method} /`,
  behind: ({ raw }) => raw,
  isView: true,
};

function runIdBoundary(handler, options) {
  requireFunction(handler, 'handler', runIdBoundary);
  const enter = boundaryOf(options, runIdBoundary, FETCH, madeAt(runIdBoundary));
  /** @this {unknown} */
  return async function handle(request, ...rest) {
    const call = () => Reflect.apply(handler, this, [request, ...rest]);
    return enterWith(enter, await viewOf(request), call, request, refuse);
  };
}

module.exports = { runIdBoundary };
