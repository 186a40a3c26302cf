'use strict';

// What the boundaries of all frameworks have in common: the request's run ID is resolved once, and all that
// follows happens in its context.

const binding = require('../binding.js');
const { storage } = require('../context/run-in-hand.js');
const { takeFromEnvironment } = require('../context/environment.js');
const { reject, standIn } = require('../events/events.js');
const { keepRun, runOf } = require('../core/mark.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { NO_OPTIONS, requireMark, resolveChecked } = require('../core/resolve.js');
const { clientOf } = require('../core/run-id.js');

const isFunction = { accepts: (value) => typeof value === 'function', wants: 'a function of the request' };

const OPTIONS = {
  generate: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  clientId: isFunction,
  parentRunId: isFunction,
};

const CONTINUES = Object.freeze({ __proto__: null, generate: false });

/**
 * @param {Function} caller the public function that was given the options, which errors and events name
 * @param {Function} show puts `req.runId` and `req.runIdSource` on a request of this framework, given it and its run
 * @param {string | null} made the stack of the line that made the boundary, which events and errors name, since it is
 *   the framework that calls it; null when no line of the application did
 * @param {Function} routeOf the route of a request of this framework, never a concrete path
 * @returns `(req, done)`: calls `done()` in the run's context, or `done(error)`, in the request's own too
 */
function boundaryOf(given, caller, show, made, routeOf) {
  const options = readBoundaryOptions(given, caller);
  const { clientId, parentRunId } = options;
  const generate = options.generate === true;
  const unchecked = generate ? NO_OPTIONS : CONTINUES;
  // A service that a run has started serves many: none of its children may inherit that run by mistake.
  takeFromEnvironment();

  function begin(req, run, done) {
    let client;
    try {
      client = clientId === undefined ? undefined : clientId(req);
      if (typeof client?.then === 'function') {
        Promise.resolve(client).then(
          (value) => finish(req, run, value, done),
          (error) => done(asError(error)),
        );
        return;
      }
    } catch (error) {
      done(asError(error));
      return;
    }
    finish(req, run, client, done);
  }

  function finish(req, run, client, done) {
    const refusal = resolve(req, run, client);
    if (refusal === null) done();
    else done(refusal);
  }

  /** Why the request may not go on; null when it may. */
  function resolve(req, run, client) {
    const before = standIn.stack;
    const routeBefore = standIn.readRoute;
    try {
      // Before the line of the boundary stands in: what the application calls has lines of its own.
      const parent = run.runId === undefined ? parentRunId?.(req) : undefined;
      standIn.stack = made;
      standIn.readRoute = () => routeOf(req);
      if (run.runId === undefined) find(req, run, client, parent);
      else if (clientId !== undefined) checkClient(run.runId, client);
      return null;
    } catch (error) {
      return asError(error);
    } finally {
      standIn.stack = before;
      standIn.readRoute = routeBefore;
    }
  }

  function find(req, run, client, parent) {
    /** @type {{ __proto__?: null, generate?: boolean, expectClientId?: string }} */
    const resolution =
      clientId === undefined ? unchecked : { __proto__: null, generate, expectClientId: expected(client) };
    const found = resolveChecked(req, parent, resolution, caller);
    run.runId = found.runId;
    run.source = found.source;
    carry(req, run, resolution.expectClientId);
  }

  function carry(req, run, expectClientId) {
    if (req.specificRunId !== run.runId) requireMark(req, run.runId, caller, expectClientId);
    keepRun(req, run);
    show(req, run);
  }

  function expected(client) {
    const authenticated = authenticatedClient(client);
    const rejection = binding.refuseClientId(authenticated, 'clientId');
    if (rejection) throw reject(rejection, caller);
    return authenticated;
  }

  function authenticatedClient(client) {
    if (client === undefined || client === null) {
      throw reject(binding.refuse('other-client', client, null, 'clientId'), caller);
    }
    return client;
  }

  function checkClient(runId, client) {
    if (clientOf(runId) !== authenticatedClient(client)) {
      throw reject(binding.refuse('other-client', runId, null, 'req.runId'), caller, client);
    }
  }

  /** The run of Node's own request, which a boundary mounted as middleware has entered before Fastify wrapped it. */
  function enteredBefore(req) {
    const run = req.raw === undefined ? undefined : enteredRunOf(req.raw);
    if (run !== undefined) carry(req, run, undefined);
    return run;
  }

  return (req, done) => {
    const run = enteredRunOf(req) ??
      enteredBefore(req) ?? { runId: undefined, source: undefined, op: undefined, request: req };
    storage.run(run, begin, req, run, done);
  };
}

function readBoundaryOptions(given = {}, caller) {
  if (!isPlainObject(given)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
  const options = readOptions(given, OPTIONS, caller);
  if (Object.hasOwn(options, 'clientId') && options.clientId === undefined) {
    throw typeError(`${caller.name}: clientId must be ${OPTIONS.clientId.wants}`, caller);
  }
  return options;
}

/** The run of a request that has passed a boundary; one that the resolver has marked was not entered. */
function enteredRunOf(req) {
  const run = runOf(req);
  return run !== undefined && 'op' in run ? run : undefined;
}

/** Frameworks take a falsy error for none, and Express some texts for a jump: neither may pass a boundary. */
function asError(thrown) {
  return typeof thrown === 'object' && thrown !== null
    ? thrown
    : new Error('The clientId or parentRunId of a boundary threw something that is not an error', {
        cause: thrown,
      });
}

module.exports = { boundaryOf, enteredRunOf };
