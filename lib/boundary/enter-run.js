'use strict';

const binding = require('../binding.js');
const { boundaryOf, enterWith } = require('./boundary.js');
const { reject, stackReader } = require('../events/events.js');
const { requireFunction } = require('../core/options.js');
const { read } = require('../core/request.js');

/** A request in parts, as the boundary of any framework can pass them. */
const PARTS = {
  isView: true,
  show() {},
  routeOf(request) {
    const [method, route] = [read(request, 'method'), read(request, 'route')];
    if (typeof method !== 'string') return null;
    return typeof route === 'string' ? `${method} ${route}` : method;
  },
};

async function enterRun(request, options, fn) {
  requireFunction(fn, 'fn', enterRun);
  requireObject(request);
  const raw = read(request, 'raw') ?? undefined;
  if (raw !== undefined) requireObject(raw);
  const framework = { ...PARTS, behind: () => raw };
  const enter = boundaryOf(options, enterRun, framework, stackReader(enterRun));
  return enterWith(enter, request, ({ runId, source }) => fn({ runId, source }));
}

function requireObject(value) {
  if (typeof value === 'object' && value !== null) return;
  throw reject(binding.refuse('not-a-request', value, enterRun.name), enterRun);
}

module.exports = { enterRun };
