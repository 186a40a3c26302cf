'use strict';

/**
 * A request served without a framework, and so without a route: the run is put on the request itself.
 *
 * @type {import('./boundary.js').Framework}
 */
const RAW_REQUEST = {
  show({ raw }, run) {
    raw.runId = run.runId;
    raw.runIdSource = run.source;
  },
  routeOf: ({ method }) => `${method} /`,
  behind: ({ raw }) => raw,
  isView: true,
};

module.exports = { RAW_REQUEST };
