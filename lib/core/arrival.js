'use strict';

// Run IDs that have arrived with a request or a message, reported to listeners that compare them with what came beside them. Its own
// module, so that the resolver needs nothing of that: most processes compare nothing.

/** @typedef {(caller: Function, found: { runId: string, source: string }) => void} Listener */

/** @type {Set<Listener>} */
const listeners = new Set();

/**
 * Listens to what arrives.
 *
 * @param {Listener} listener must not throw
 * @returns what undoes it
 */
function onArrival(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * @template {{ runId: string, source: string }} Found
 * @param {Function} caller the public function, or the boundary, that events name
 * @param {Found} found
 */
function arrived(caller, found) {
  if (listeners.size > 0) for (const listener of listeners) listener(caller, found);
  return found;
}

module.exports = { arrived, onArrival };
