'use strict';

const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { RunIdError } = require('../../run-id-error.js');

const KOA = {
  show(_request, run, ctx) {
    ctx.state.runId = run.runId;
    ctx.state.runIdSource = run.source;
  },
  /** The pattern if a router has matched one, otherwise the path where the boundary is mounted. */
  routeOf({ method, ctx }) {
    const pattern = [ctx._matchedRoute, ctx.mountPath].find((path) => typeof path === 'string');
    return `${method} ${pattern ?? '/'}`;
  },
  behind: ({ req }) => req,
};

function runIdBoundary(options) {
  const enter = boundaryOf(options, runIdBoundary, KOA, madeAt(runIdBoundary));
  return function runIdBoundary(ctx, next) {
    return enterWith(enter, ctx.request, () => next(), ctx);
  };
}

function runIdErrors() {
  return async function runIdErrors(ctx, next) {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof RunIdError) || ctx.headerSent) throw error;
      ctx.status = error.statusCode;
      ctx.body = { code: error.code, message: error.message };
    }
  };
}

module.exports = { runIdBoundary, runIdErrors };
