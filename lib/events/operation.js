'use strict';

// The run in hand, as far as this process knows of any. Its own module, so that events and the resolver can ask
// without loading what keeps the context: most processes never have one.

/** @typedef {{ runId?: string, source?: string, op?: string, request?: any }} Run */

/** @type {() => Run | undefined} */
let readRun = () => undefined;
/** @type {(run: Run) => string | null} */
let operationOf = () => null;

/** @type {(fn: () => void) => void} */
let runOutside = (fn) => fn();

/** Calls it outside any run: a timer keeps the run that it was started in, and what it tells is not about that one. */
function outsideRun(fn) {
  runOutside(fn);
}

/** The operation in hand, or null. */
function currentOperation() {
  const run = readRun();
  return run === undefined ? null : operationOf(run);
}

/** The run in hand as events tell it: its ID, and the source by which it came. */
function currentRun() {
  const run = readRun();
  return { within: run?.runId ?? null, arrived: run?.runId === undefined ? null : (run.source ?? null) };
}

/**
 * The run in hand, when it is that of a request of which this is another object: behind the request of Fastify and of
 * Koa is Node's own, which middleware and older code look at.
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

/** Sets what knows the run in hand and its operation, and what leaves it. */
function onRunAsked(run, operation, outside) {
  readRun = run;
  operationOf = operation;
  runOutside = outside;
}

module.exports = { currentOperation, currentRun, onRunAsked, outsideRun, runBehind };
