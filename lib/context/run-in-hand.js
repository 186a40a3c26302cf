'use strict';

// The run in hand, kept by AsyncLocalStorage.

const { AsyncLocalStorage } = require('node:async_hooks');
const { threadId } = require('node:worker_threads');
const binding = require('../binding.js');
const { takeUnlessOf, takenFromEnvironment } = require('./environment.js');
const { emit, reject } = require('../events/events.js');
const { onRunAsked } = require('../events/operation.js');
const { isPlainObject, readOptions, requireFunction, typeError } = require('../core/options.js');
const { baseOf, check } = require('../core/run-id.js');

/**
 * A run: `runId`, undefined until a boundary has found it, and `op`, undefined until an event needs it.
 */
const storage = new AsyncLocalStorage();

onRunAsked(
  () => storage.getStore(),
  operationOf,
  (fn) => storage.run(undefined, fn),
);

let operations = 0;

/** Short, and different from that of any other operation in any process. */
function operationOf(run) {
  if (run.op === undefined) {
    operations += 1;
    run.op = `${binding.PROCESS}-${threadId}-${operations.toString(36)}`;
  }
  return run.op;
}

const OPTIONS = {
  replace: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
};

function runWithRunId(runId, fn, options = {}) {
  check(runId, runWithRunId, 'runId');
  requireFunction(fn, 'fn', runWithRunId);
  if (!isPlainObject(options)) {
    throw typeError('runWithRunId: the options must be a plain object', runWithRunId);
  }
  const { replace } = readOptions(options, OPTIONS, runWithRunId);
  const current = currentRunId();
  if (replace !== true && current !== undefined && baseOf(current) !== baseOf(runId)) {
    throw reject(binding.refuse('conflict', runId, 'currentRunId()', 'runId'), runWithRunId);
  }
  const otherRunId = takeUnlessOf(runId);
  if (otherRunId !== undefined) {
    emit('conflict', runWithRunId, { runId, source: 'runId', otherRunId, otherSource: 'env' });
  }
  return runWithin(runId, fn);
}

/**
 * Calls `fn` in the context of a checked run ID. A base and its clients are one run, and one operation.
 *
 * @param [source] the carrier in which it arrived
 */
function runWithin(runId, fn, source) {
  takeUnlessOf(runId);
  const outer = storage.getStore();
  const isSameRun = outer?.runId === undefined || baseOf(outer.runId) === baseOf(runId);
  const op = outer !== undefined && isSameRun ? operationOf(outer) : undefined;
  const known = source ?? (runId === outer?.runId ? outer.source : undefined);
  return storage.run({ runId, op, source: known ?? sourceOf(runId) }, () => fn());
}

/** Without a run from this process, the run in hand may be the one that the process was started with. */
function sourceOf(runId) {
  return runId === takenFromEnvironment() ? 'env' : undefined;
}

/** For anything that outlives the run in which it is created: workers, pools, timers. */
function leaveRun(fn) {
  requireFunction(fn, 'fn', leaveRun);
  return storage.run(undefined, () => fn());
}

/** For callbacks of shared resources: a pool's connection calls back in the context of another run, or of none. */
function bindRun(fn) {
  requireFunction(fn, 'fn', bindRun);
  const run = storage.getStore();
  /** @this {unknown} */
  function bound(...args) {
    return storage.run(run, () => Reflect.apply(fn, this, args));
  }
  // Frameworks count parameters: Express recognizes an error handler by its four.
  return Object.defineProperty(bound, 'length', { __proto__: null, value: fn.length, configurable: true });
}

function currentRunId() {
  return storage.getStore()?.runId;
}

module.exports = { bindRun, currentRunId, leaveRun, runWithRunId, runWithin, storage };
