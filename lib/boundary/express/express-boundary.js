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
 * The pattern if the boundary belongs to a route, otherwise the path where it is mounted. A router's mount path may
 * have parameters, and the request has only their values, so it is left out.
 */
function routeOf({ method, baseUrl, route }) {
  if (baseUrl) return typeof route?.path === 'string' ? `${method} ...${route.path}` : method;
  return `${method} ${typeof route?.path === 'string' ? route.path : '/'}`;
}

/** How each property is read from a run. */
const PROPERTIES = { runId: (run) => run?.runId, runIdSource: (run) => run?.source };

/** Read from the prototype, which is the same for all requests: reading from each request costs much more. */
function isShown(req, run) {
  const inherited = Object.getPrototypeOf(req);
  if (inherited === null) return false;
  for (const name in PROPERTIES) {
    if (Object.hasOwn(req, name) || Reflect.get(inherited, name, req) !== PROPERTIES[name](run)) return false;
  }
  return true;
}

/** Each Express request has its own hidden class: writing a property costs a microsecond. */
function show(req, run) {
  if (!isShown(req, run)) define(req, run);
}

const EXPRESS = { show, routeOf };

/** Defined once per app, on `app.request`, from which all its requests inherit; on any other request, on itself. */
function define(req, run) {
  const app = appRequestOf(req);
  for (const [name, read] of Object.entries(PROPERTIES)) {
    if (app !== null) Object.defineProperty(app, name, accessorOf(name, read));
    if (req[name] !== read(run)) req[name] = read(run);
  }
}

/** That of the outermost app, from which a mounted one inherits; `null` if Express did not create the request. */
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
    // An assignment has the same effect as on an ordinary property.
    set(value) {
      const property = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this, name, property);
    },
    enumerable: true,
    configurable: true,
  };
}

function runIdErrors() {
  // Express recognizes an error handler by its four parameters.
  return function runIdErrors(error, _req, res, next) {
    if (!(error instanceof RunIdError) || res.headersSent) {
      next(error);
      return;
    }
    res.status(error.statusCode).json({ code: error.code, message: error.message });
  };
}

module.exports = { EXPRESS, runIdBoundary, runIdErrors };
