'use strict';

// The run ID that a process was started with. It is removed from the environment, so that a child process that
// was given no run has none, instead of another run's. SPEC §10.

const { isMainThread } = require('node:worker_threads');
const binding = require('../binding.js');
const { baseOf, isRunId } = require('../core/run-id.js');

const VARIABLE = 'RUN_ID';

let hasLooked = false;

/** The variable's value; only an own property counts, in case `Object.prototype` is polluted. */
function givenInEnvironment() {
  return Object.hasOwn(process.env, VARIABLE) ? process.env[VARIABLE] : undefined;
}

/** Removes a valid run ID from `process.env` and keeps it for all threads; an invalid one stays. */
function takeFromEnvironment() {
  hasLooked = true;
  const runId = givenInEnvironment();
  if (!isRunId(runId)) return;
  const wasThere = binding.environmentHolds(runId);
  // Not `delete`, which throws where the environment is frozen.
  Reflect.deleteProperty(process.env, VARIABLE);
  // A worker thread has its own environment, unless it was started to share that of the process.
  const isShared = isMainThread || (wasThere && !binding.environmentHolds(runId));
  binding.keepInherited(runId, isShared);
}

/**
 * The same, once, when the process starts working on a run other than the one it was started with.
 *
 * @returns that one, if the process starts with another
 */
function takeUnlessOf(runId) {
  if (hasLooked) return undefined;
  const inherited = givenInEnvironment();
  if (isRunId(inherited) && baseOf(inherited) === baseOf(runId)) return undefined;
  takeFromEnvironment();
  return isRunId(inherited) ? inherited : undefined;
}

/** The run ID that was removed; undefined if there was none. */
function takenFromEnvironment() {
  return binding.inherited() ?? undefined;
}

module.exports = { VARIABLE, givenInEnvironment, takeFromEnvironment, takeUnlessOf, takenFromEnvironment };
