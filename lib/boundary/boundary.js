'use strict';

// What the boundaries of all frameworks have in common: they resolve the request's run ID once, and run everything
// that follows in its context.

const binding = require('../binding.js');
const { storage } = require('../context/run-in-hand.js');
const { takeFromEnvironment } = require('../context/environment.js');
const { reject, standIn, stackOf } = require('../events/events.js');
const { arrived } = require('../core/arrival.js');
const { MARKED, keepRun, runOf } = require('../core/mark.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { READERS } = require('../core/request.js');
const { NO_OPTIONS, refuseMark, requireMark, resolveChecked } = require('../core/resolve.js');
const { clientOf } = require('../core/run-id.js');

const isFunction = {
  accepts: (value) => typeof value === 'function',
  wants: 'a function that takes the request',
};

const isFlag = { accepts: (value) => typeof value === 'boolean', wants: 'true or false' };

const OPTIONS = { generate: isFlag, clientId: isFunction, parentRunId: isFunction, header: isFlag };

/**
 * What a boundary has to know about a framework.
 *
 * @typedef {{
 *   show(req: any, run: { runId: string, source: string }, subject: any): void,
 *   routeOf(req: any): string | null,
 *   behind?(req: any): object | undefined,
 *   isView?: boolean,
 * }} Framework `show` puts the run where the framework's handlers look for it; `routeOf` returns the route, never a
 *   concrete path; `behind` returns the request that this object stands for. Each boundary creates its own view of it, so
 *   both carry the run
 */

/**
 * @param {Function} caller the public function that was given the options, which errors and events name
 * @param {Framework} framework
 * @param {() => string | null} made reads the stack of the line that made the boundary, which events and errors name,
 *   because the framework calls it; null if no line of the application made it
 * @returns `(req, done, subject)`: calls `done()` in the run's context, or `done(error)`, always in the request's own context too.
 *   `subject` is passed to the options' functions if it is not the request with the sources
 */
function boundaryOf(given, caller, framework, made) {
  const { show, routeOf, behind = none, isView = false } = framework;
  const options = readBoundaryOptions(given, caller);
  const { clientId, parentRunId } = options;
  const generate = options.generate === true;
  const header = options.header === true;
  const unchecked = generate && !header ? NO_OPTIONS : Object.freeze({ __proto__: null, generate, header });
  // A service that was started within a run serves many runs: its children must not inherit that one by mistake.
  takeFromEnvironment();

  function begin(req, run, done, subject) {
    let client;
    try {
      client = clientId === undefined ? undefined : clientId(subject);
      if (typeof client?.then === 'function') {
        Promise.resolve(client).then(
          (value) => finish(req, run, value, done, subject),
          (error) => done(asError(error)),
        );
        return;
      }
    } catch (error) {
      done(asError(error));
      return;
    }
    finish(req, run, client, done, subject);
  }

  function finish(req, run, client, done, subject) {
    const refusal = resolve(req, run, client, subject);
    if (refusal === null) done();
    else done(refusal);
  }

  /** Why the request is refused; null if it is not. */
  function resolve(req, run, client, subject) {
    const before = standIn.readStack;
    const routeBefore = standIn.readRoute;
    try {
      // Before the boundary's own line is reported: calls from the application have their own lines.
      const parent = run.runId === undefined ? parentRunId?.(subject) : undefined;
      standIn.readStack = made;
      standIn.readRoute = () => routeOf(req);
      if (run.runId === undefined) find(req, run, client, parent, subject);
      else if (clientId !== undefined) checkClient(run.runId, client);
      return null;
    } catch (error) {
      return asError(error);
    } finally {
      standIn.readStack = before;
      standIn.readRoute = routeBefore;
    }
  }

  function find(req, run, client, parent, subject) {
    /** @type {{ __proto__?: null, generate?: boolean, header?: boolean, expectClientId?: string }} */
    const resolution =
      clientId === undefined
        ? unchecked
        : { __proto__: null, generate, header, expectClientId: expected(client) };
    if (isView) adopt(req, resolution.expectClientId);
    const found = resolveChecked(req, parent, resolution, caller);
    run.runId = found.runId;
    run.source = found.source;
    carry(req, run, resolution.expectClientId, subject);
    arrived(caller, found);
  }

  /** A view carries whatever its request already carries. */
  function adopt(req, expectClientId) {
    const raw = behind(req);
    if (raw === undefined) return;
    // Before an ID is used up for the request.
    if (!Object.isExtensible(raw)) refuseMark(raw, caller, expectClientId);
    const held = READERS[MARKED](raw) ?? undefined;
    if (held === undefined || (READERS[MARKED](req) ?? undefined) !== undefined) return;
    requireMark(req, held, caller, expectClientId);
    const run = runOf(raw);
    if (run !== undefined) keepRun(req, run);
  }

  function carry(req, run, expectClientId, subject) {
    mark(req, run, expectClientId);
    const raw = isView ? behind(req) : undefined;
    if (raw !== undefined) mark(raw, run, expectClientId);
    show(req, run, subject);
  }

  function mark(req, run, expectClientId) {
    if (req.specificRunId !== run.runId) requireMark(req, run.runId, caller, expectClientId);
    keepRun(req, run);
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

  /** The run of the request behind this one, which a boundary mounted as middleware has entered before it was wrapped. */
  function enteredBefore(req, subject) {
    const message = behind(req);
    const run = message === undefined ? undefined : enteredRunOf(message);
    if (run !== undefined) carry(req, run, undefined, subject);
    return run;
  }

  return (req, done, subject = req) => {
    const run = enteredRunOf(req) ??
      enteredBefore(req, subject) ?? { runId: undefined, source: undefined, op: undefined, request: req };
    storage.run(run, begin, req, run, done, subject);
  };
}

function none() {
  return undefined;
}

/** Reads the stack of the line that calls `caller`, which makes a boundary there. */
function madeAt(caller) {
  const stack = stackOf(caller);
  return () => stack;
}

/** The error of a rejection that a boundary causes before a request enters it. */
function rejectBefore(rejection, caller, made) {
  const before = standIn.readStack;
  try {
    standIn.readStack = made;
    return reject(rejection, caller);
  } finally {
    standIn.readStack = before;
  }
}

/**
 * Enters a boundary and calls `fn(run)` in the run's context.
 *
 * @param {any} [subject] is passed to the options' functions instead of `req`
 * @param {(refusal: any) => any} [refuse] responds to a refused request; by default, the refusal is thrown
 * @returns a promise of what `fn` or `refuse` returns
 */
function enterWith(enter, req, fn, subject = req, refuse = raise) {
  return new Promise((resolve) => {
    const go = async (refusal) => (refusal === undefined ? fn(enteredRunOf(req)) : refuse(refusal));
    enter(req, (refusal) => resolve(go(refusal)), subject);
  });
}

/** @returns {never} */
function raise(refusal) {
  throw refusal;
}

function readBoundaryOptions(given = {}, caller) {
  if (!isPlainObject(given)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
  const options = readOptions(given, OPTIONS, caller);
  if (Object.hasOwn(options, 'clientId') && options.clientId === undefined) {
    throw typeError(`${caller.name}: clientId must be ${OPTIONS.clientId.wants}`, caller);
  }
  return options;
}

/** The run of a request that has passed a boundary. A request that only the resolver has marked has not entered its run. */
function enteredRunOf(req) {
  const run = runOf(req);
  return run !== undefined && 'op' in run ? run : undefined;
}

/** Frameworks treat a falsy error as none, and Express treats some strings as a jump: neither may pass a boundary. */
function asError(thrown) {
  return typeof thrown === 'object' && thrown !== null
    ? thrown
    : new Error('The clientId or parentRunId function of a boundary threw something that is not an Error', {
        cause: thrown,
      });
}

module.exports = { boundaryOf, enterWith, enteredRunOf, madeAt, rejectBefore };
