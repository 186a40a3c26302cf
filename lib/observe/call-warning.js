'use strict';

// What a process is told when observing itself is called wrongly: the functions throw nothing.

/** Warnings of a process: one for each mistake in the code, of which there are few. */
const MAX_WARNED = 20;

const warned = new Set();

/** @param {string | null} message of an error that may be one of this library's */
function warnOfCall(message, caller) {
  if (message === null) return;
  if (!message.startsWith(`${caller.name}: `) && !message.startsWith('resolveRunId: ')) return;
  if (warned.has(message) || warned.size === MAX_WARNED) return;
  warned.add(message);
  process.emitWarning(message, {
    type: 'RunIdWarning',
    code: 'RUN_ID_OBSERVE',
    detail: 'unified-run-id/observe throws nothing: the call is counted as one that would throw.',
  });
}

module.exports = { warnOfCall };
