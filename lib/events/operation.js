'use strict';

// The run in hand, if this process has one. A separate module, so that events and the resolver can ask for it without
// loading the context: most processes never have one.

/** @typedef {{ runId?: string, source?: string, op?: string, request?: any }} Run */

/** @type {() => Run | undefined} */
let readRun = () => undefined;
/** @type {(run: Run) => string | null} */
let operationOf = () => null;

/** @type {(fn: () => void) => void} */
let runOutside = (fn) => fn();

/** Calls it outside any run: a timer keeps the run in which it was started, but its reports are not about that run. */
function outsideRun(fn) {
  runOutside(fn);
}

/** The operation in hand, or null. */
function currentOperation() {
  const run = readRun();
  return run === undefined ? null : operationOf(run);
}

/** The ID of the run in hand. */
function runInHand() {
  return readRun()?.runId;
}

/** Puts the run in hand on an event: its ID, and the source from which it came. */
function tellRun(event) {
  const run = readRun();
  event.within = run?.runId ?? null;
  event.arrived = run?.runId === undefined ? null : (run.source ?? null);
}

/**
 * The run in hand, if its request is the same as this one in another form: behind the requests of Fastify and Koa is
 * Node's own, which middleware and older code use.
 */
function runBehind(req) {
  const run = readRun();
  const request = run?.request;
  if (run?.runId === undefined || request === undefined) return undefined;
  return isBehind(request, req) || isBehind(req, request) ? run : undefined;
}

function isBehind(request, other) {
  return request.raw === other || request.req === other;
}

/** Sets the functions that return the run in hand and its operation, and that leave it. */
function onRunAsked(run, operation, outside) {
  readRun = run;
  operationOf = operation;
  runOutside = outside;
}

module.exports = { currentOperation, onRunAsked, outsideRun, runBehind, runInHand, tellRun };
