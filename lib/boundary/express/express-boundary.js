'use strict';

const { IncomingMessage } = require('node:http');
const { boundaryOf, enteredRunOf, madeAt } = require('../boundary.js');
const { RunIdError } = require('../../run-id-error.js');

function runIdBoundary(options) {
  const enter = boundaryOf(options, runIdBoundary, EXPRESS, madeAt(runIdBoundary));
  return function runIdBoundary(req, _res, next) {
    enter(req, next);
  };
}

/**
 * The pattern where the boundary belongs to a route, else where it is mounted. A path that a router is mounted at may
 * hold parameters, and the request has only their values: it is left out.
 */
function routeOf({ method, baseUrl, route }) {
  if (baseUrl) return typeof route?.path === 'string' ? `${method} ...${route.path}` : method;
  return `${method} ${typeof route?.path === 'string' ? route.path : '/'}`;
}

/** How each property is read from a run. */
const PROPERTIES = { runId: (run) => run?.runId, runIdSource: (run) => run?.source };

/** Asked of what the request inherits from, which is the same for all: to read from each one costs much more. */
function isShown(req, run) {
  const inherited = Object.getPrototypeOf(req);
  if (inherited === null) return false;
  for (const name in PROPERTIES) {
    if (Object.hasOwn(req, name) || Reflect.get(inherited, name, req) !== PROPERTIES[name](run)) return false;
  }
  return true;
}

/** Express gives each request a hidden class of its own: writing a property to one costs a microsecond. */
function show(req, run) {
  if (!isShown(req, run)) define(req, run);
}

const EXPRESS = { show, routeOf };

/** Once for an app, in `app.request`, which all of its requests inherit; for any other request, in itself. */
function define(req, run) {
  const app = appRequestOf(req);
  for (const [name, read] of Object.entries(PROPERTIES)) {
    if (app !== null) Object.defineProperty(app, name, accessorOf(name, read));
    if (req[name] !== read(run)) req[name] = read(run);
  }
}

/** That of the outermost app, since a mounted one inherits from it: `null` when no Express made the request. */
function appRequestOf(req) {
  let [app, express] = [null, null];
  for (
    let at = Object.getPrototypeOf(req);
    at !== IncomingMessage.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    if (at === null) return null;
    [app, express] = [express, at];
  }
  return app;
}

function accessorOf(name, read) {
  return {
    __proto__: null,
    get() {
      return read(enteredRunOf(this));
    },
    // An assignment gives what an ordinary property would give.
    set(value) {
      const property = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this, name, property);
    },
    enumerable: true,
    configurable: true,
  };
}

function runIdErrors() {
  // Express knows a handler of errors by its four parameters.
  return function runIdErrors(error, _req, res, next) {
    if (!(error instanceof RunIdError) || res.headersSent) {
      next(error);
      return;
    }
    res.status(error.statusCode).json({ code: error.code, message: error.message });
  };
}

module.exports = { EXPRESS, runIdBoundary, runIdErrors };
