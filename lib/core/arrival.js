'use strict';

// Reports run IDs that arrived with a request or a message to listeners that compare them with what else arrived. A
// separate module, so that the resolver does not load the rest: most processes compare nothing.

/** @typedef {(caller: Function, found: { runId: string, source: string }) => void} Listener */

/** @type {Set<Listener>} */
const listeners = new Set();

/**
 * Adds a listener.
 *
 * @param {Listener} listener must not throw
 * @returns a function that removes it
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
