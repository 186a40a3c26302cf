'use strict';

// Lines on stderr. What it does not take at once waits in a buffer of the process, and what does not fit there is
// counted and reported. SPEC §6.

const { setTimeout } = require('node:timers');
const binding = require('../binding.js');
const { outsideRun } = require('./operation.js');

/** Milliseconds until the lines that wait are tried again. */
const RETRY_AFTER = 50;

let retryIsDue = false;
let isEnding = false;
let tellLost = null;

/** Writes a line; `lost` is how many lost ones it tells of. */
function write(line, lost = 0) {
  if (lost === 0) report();
  if (!binding.writeLine(line, lost)) return;
  if (isEnding) waitAtEnd();
  else retryLater();
}

/** Tells of lost lines when there is room for it. */
function report() {
  const lost = binding.dueReport(isEnding);
  if (lost > 0) tellLost?.(lost);
}

function retryLater() {
  if (retryIsDue) return;
  outsideRun(() => setTimeout(retry, RETRY_AFTER).unref?.());
  // Not before: where the stack is full no timer was started, and there would never be another one.
  retryIsDue = true;
}

function retry() {
  retryIsDue = false;
  report();
  if (binding.flushLines()) retryLater();
}

/** To be called when the thread ends. */
function end() {
  isEnding = true;
  if (binding.flushLines()) waitAtEnd();
  report();
}

/** Lines of other threads go on waiting in the buffer, so only the end of the process waits for a full stderr. */
function waitAtEnd() {
  if (isMainThread()) binding.flushLinesAtExit();
}

/** Asked only where lines wait: most processes never load that module. */
function isMainThread() {
  try {
    return process.getBuiltinModule('node:worker_threads').isMainThread;
  } catch {
    return true;
  }
}

/** Sets what writes a line about so many lost ones. */
function onLost(tell) {
  tellLost = tell;
}

module.exports = { end, onLost, write };
