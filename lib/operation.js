'use strict';

// The run in hand, as far as this process knows of any. Its own module, so that events and the resolver can ask
// without loading what keeps the context: most processes never have one.

let readRun = () => undefined;
let operationOf = null;

/** The operation in hand, or null. */
function currentOperation() {
  const run = readRun();
  return run === undefined ? null : operationOf(run);
}

/**
 * The run of a request that is not the object which carries it: behind Fastify's request is Node's own, which
 * middleware and older code look at.
 */
function runBehind(req) {
  const run = readRun();
  return run?.runId !== undefined && run.raw === req ? run : undefined;
}

/** Sets what knows the run in hand, and its operation. */
function onRunAsked(run, operation) {
  readRun = run;
  operationOf = operation;
}

module.exports = { currentOperation, onRunAsked, runBehind };
