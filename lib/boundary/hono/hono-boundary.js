'use strict';

const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const { refuse, viewOf } = require('../request-view.js');

const HONO = {
  show(_view, run, c) {
    c.set('runId', run.runId);
    c.set('runIdSource', run.source);
  },
  /** The pattern of the last matching route, which is the handler's. */
  routeOf: ({ method, matched }) => `${method} ${matched?.at(-1)?.path ?? '/'}`,
  behind: ({ raw }) => raw,
  isView: true,
};

function runIdBoundary(options) {
  const enter = boundaryOf(options, runIdBoundary, HONO, madeAt(runIdBoundary));
  return async function runIdBoundary(c, next) {
    const view = { ...(await viewOf(c.req.raw, () => c.req.text())), matched: c.req.matchedRoutes };
    return enterWith(
      enter,
      view,
      () => next(),
      c,
      (error) => {
        // Of the errors that a middleware throws, Hono uses the status of its own only.
        const answer = refuse(error);
        c.error = error;
        return answer;
      },
    );
  };
}

module.exports = { runIdBoundary };
