'use strict';

// Mounted only while strictness is being tried out: what would the addon say of what is in use?

const { observeResolve, observeRunId } = require('unified-run-id/observe');

// A route by its method and the first two parts of its path: those behind may be IDs.
const placeOf = (req) => `${req.method} ${req.path.split('/').slice(0, 3).join('/')}`; // @run-id none

function observing(req, res, next) {
  const used = req.query.runId || req.body?.runId; // @run-id prefer-resolve-run-id
  observeResolve(req, used, { place: placeOf(req) }); // @run-id no-observe-left
  next();
}

function observed(place) {
  return (runId) => {
    observeRunId(runId, { place }); // @run-id no-observe-left
    return runId;
  };
}

module.exports = { observing, observed };
