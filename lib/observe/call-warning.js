'use strict';

// The process warning about a wrong call of an observing function: these functions never throw.

/** Warnings per process: one for each mistake in the code, and there are few. */
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
