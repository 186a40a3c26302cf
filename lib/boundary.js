'use strict';

// What the boundaries of all frameworks have in common: the request's run ID is resolved once, and all that
// follows happens in its context.

const binding = require('./binding.js');
const { newOperation, storage } = require('./context.js');
const { takeFromEnvironment } = require('./environment.js');
const { reject, standInFor } = require('./events.js');
const { isPlainObject, readOptions, typeError } = require('./options.js');
const { markWith, resolveChecked } = require('./resolve.js');
const { clientOf } = require('./run-id.js');

const { GENERATED } = binding;

const isFunction = { accepts: (value) => typeof value === 'function', wants: 'a function of the request' };

const OPTIONS = {
  generate: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  clientId: isFunction,
  parentRunId: isFunction,
};

/**
 * @param {Function} from the public function that was given the options, which errors and events name
 * @param carrier how this framework's requests carry `{ runId, source, op }`: `enter(req, run)` makes it theirs,
 *   `req.runId` and `req.runIdSource` with it; `runOf(req)` gives it back, so that a second boundary on the way
 *   does not resolve again
 * @param {string | null} made the stack of the line that made the boundary, which events and errors name, since it is
 *   the framework that calls it; null when no line of the application did
 * @returns `(req, done)`: calls `done()` in the run's context, or `done(error)`, in the request's own too
 */
function boundaryOf(given, from, carrier, made) {
  const options = readBoundaryOptions(given, from);
  const { clientId, parentRunId } = options;
  const generate = options.generate === true;
  const unchecked = Object.freeze({ __proto__: null, generate });
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
    const before = standInFor(made);
    try {
      if (run.runId === undefined) find(req, run, client);
      else if (clientId !== undefined) checkClient(run.runId, client);
      return null;
    } catch (error) {
      return asError(error);
    } finally {
      standInFor(before);
    }
  }

  function find(req, run, client) {
    const resolution =
      clientId === undefined ? unchecked : { __proto__: null, generate, expectClientId: expected(client) };
    const found = resolveChecked(req, parentRunId?.(req), resolution, from);
    if (found.source !== GENERATED && req.specificRunId !== found.runId) {
      markWith(req, found.runId, found.source, from, resolution.expectClientId);
    }
    run.runId = found.runId;
    run.source = found.source;
    carrier.enter(req, run);
  }

  function expected(client) {
    const authenticated = authenticatedClient(client);
    const rejection = binding.refuseClientId(authenticated, 'clientId');
    if (rejection) throw reject(rejection, from);
    return authenticated;
  }

  function authenticatedClient(client) {
    if (client === undefined || client === null) {
      throw reject(binding.refuseOtherClient(client, 'clientId'), from);
    }
    return client;
  }

  function checkClient(runId, client) {
    if (clientOf(runId) !== authenticatedClient(client)) {
      throw reject(binding.refuseOtherClient(runId, 'req.runId'), from, client);
    }
  }

  return (req, done) => {
    const run = carrier.runOf(req) ?? { runId: undefined, source: undefined, op: newOperation() };
    storage.run(run, begin, req, run, done);
  };
}

function readBoundaryOptions(given = {}, from) {
  if (!isPlainObject(given)) throw typeError(`${from.name}: the options must be a plain object`, from);
  const options = readOptions(given, OPTIONS, from);
  if (Object.hasOwn(options, 'clientId') && options.clientId === undefined) {
    throw typeError(`${from.name}: clientId must be ${OPTIONS.clientId.wants}`, from);
  }
  return options;
}

/** Frameworks take a falsy error for none, and Express some texts for a jump: neither may pass a boundary. */
function asError(thrown) {
  return typeof thrown === 'object' && thrown !== null
    ? thrown
    : new Error('The clientId or parentRunId of a boundary threw something that is no error', {
        cause: thrown,
      });
}

module.exports = { boundaryOf };
