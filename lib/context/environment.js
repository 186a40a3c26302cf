'use strict';

// The run ID that a process was started with. It is taken out of the environment, so that a child that
// was handed no run gets none instead of another run's. SPEC §10.

const { isMainThread } = require('node:worker_threads');
const binding = require('../binding.js');
const { baseOf, isRunId } = require('../core/run-id.js');

const VARIABLE = 'RUN_ID';

let hasLooked = false;

/** What the variable holds; an own property, whatever pollutes the prototype of all objects. */
function givenInEnvironment() {
  return Object.hasOwn(process.env, VARIABLE) ? process.env[VARIABLE] : undefined;
}

/** Takes a valid run ID out of `process.env` and keeps it for all threads; an invalid one stays. */
function takeFromEnvironment() {
  hasLooked = true;
  const runId = givenInEnvironment();
  if (!isRunId(runId)) return;
  const wasThere = binding.environmentHolds(runId);
  // Not `delete`, which throws where the environment is frozen.
  Reflect.deleteProperty(process.env, VARIABLE);
  // A worker thread has an environment of its own, unless it was started to share that of the process.
  const isShared = isMainThread || (wasThere && !binding.environmentHolds(runId));
  binding.keepInherited(runId, isShared);
}

/** The same, once, when the process turns to another run than the one it was started with. */
function takeUnlessOf(runId) {
  if (hasLooked) return;
  const inherited = givenInEnvironment();
  if (isRunId(inherited) && baseOf(inherited) === baseOf(runId)) return;
  takeFromEnvironment();
}

/** What was taken; undefined when there was nothing. */
function takenFromEnvironment() {
  return binding.inherited() ?? undefined;
}

module.exports = { VARIABLE, givenInEnvironment, takeFromEnvironment, takeUnlessOf, takenFromEnvironment };
