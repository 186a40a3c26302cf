'use strict';

// What the boundaries of all frameworks have in common: the request's run ID is resolved once, and all that
// follows happens in its context.

const binding = require('./binding.js');
const { newOperation, storage } = require('./context.js');
const { reject, stackOf, standInFor } = require('./events.js');
const { isPlainObject, readOptions, typeError } = require('./options.js');
const { resolveRunIdWithSource } = require('./resolve.js');
const { clientOf } = require('./run-id.js');

const isFunction = { accepts: (value) => typeof value === 'function', wants: 'a function of the request' };

const OPTIONS = {
  generate: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  clientId: isFunction,
  parentRunId: isFunction,
};

const CONTINUES = Object.freeze({ generate: false });

/**
 * @param {Function} from the public function that was given the options
 * @param carrier how this framework's requests carry `{ runId, source, op }`: `enter(req, run)` makes it theirs,
 *   `req.runId` and `req.runIdSource` with it; `runOf(req)` gives it back, so that a second boundary on the way
 *   does not resolve again; `isMadeByCaller`: whether it is the application that calls `from`
 * @returns `(req, done)`: calls `done()` in the run's context, or `done(error)`, in the request's own too
 */
function boundaryOf(given, from, carrier) {
  const options = readBoundaryOptions(given, from);
  const { clientId } = options;
  // It's the framework that calls a boundary, so what events name is where it was made.
  const made = carrier.isMadeByCaller ? stackOf(from) : null;

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
      if (run.runId === undefined) {
        ({ runId: run.runId, source: run.source } = resolveRunIdWithSource(
          req,
          resolutionOf(req, client, options),
        ));
        carrier.enter(req, run);
      } else if (clientId !== undefined) checkClient(run.runId, client);
      return null;
    } catch (error) {
      return asError(error);
    } finally {
      standInFor(before);
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

/** The options of this request's resolution; none at all is the fastest way to say that it may start a run. */
function resolutionOf(req, client, { generate, clientId, parentRunId }) {
  const mayStart = generate === true;
  const isUnparsed = mayStart && hasUnparsedBody(req);
  if (clientId === undefined && parentRunId === undefined && !isUnparsed) {
    return mayStart ? undefined : CONTINUES;
  }
  const resolution = { generate: mayStart && !isUnparsed };
  if (clientId !== undefined) resolution.expectClientId = authenticated(client);
  if (parentRunId !== undefined) resolution.parentRunId = parentRunId(req);
  if (isUnparsed && namesNoRun(req, resolution.parentRunId)) {
    throw reject(binding.refuseUnparsedBody(), resolutionOf, resolution.expectClientId);
  }
  return resolution;
}

function hasUnparsedBody(req) {
  const { headers } = req;
  return (
    (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0) &&
    req.body === undefined
  );
}

/** Only chooses between two ways to say MISSING: the resolver makes up its own mind. */
function namesNoRun(req, parentRunId) {
  return [req.specificRunId, req.query?.runId, parentRunId].every(
    (value) => value === undefined || value === null,
  );
}

function authenticated(client) {
  if (client === undefined || client === null) {
    throw reject(binding.refuseOtherClient(client, 'clientId'), authenticated);
  }
  return client;
}

function checkClient(runId, client) {
  if (clientOf(runId) !== authenticated(client)) {
    throw reject(binding.refuseOtherClient(runId, 'req.runId'), checkClient, client);
  }
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
