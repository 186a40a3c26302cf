'use strict';

const binding = require('../binding.js');
const { boundaryOf, enterWith } = require('./boundary.js');
const { reject, stackReader } = require('../events/events.js');
const { requireFunction } = require('../core/options.js');

/** A request in parts, as the boundary of any framework can name them. */
const PARTS = {
  show() {},
  routeOf({ method, route }) {
    if (typeof method !== 'string') return null;
    return typeof route === 'string' ? `${method} ${route}` : method;
  },
  rawOf: ({ raw }) => (typeof raw === 'object' && raw !== null ? raw : undefined),
};

async function enterRun(request, options, fn) {
  requireFunction(fn, 'fn', enterRun);
  if (typeof request !== 'object' || request === null) {
    throw reject(binding.refuse('not-a-request', request, enterRun.name), enterRun);
  }
  const enter = boundaryOf(options, enterRun, PARTS, stackReader(enterRun));
  return enterWith(enter, request, ({ runId, source }) => fn({ runId, source }));
}

module.exports = { enterRun };
