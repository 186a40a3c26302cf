'use strict';

// Lines on stderr. Lines that it does not accept at once wait in a buffer of the process, and those that do not fit
// there are counted and reported. SPEC §6.

const { setTimeout } = require('node:timers');
const binding = require('../binding.js');
const { outsideRun } = require('./operation.js');

/** Milliseconds until waiting lines are tried again. */
const RETRY_AFTER = 50;

let retryIsDue = false;
let isEnding = false;
let tellLost = null;

/** Writes a line; `lost` is the number of lost lines that it reports. */
function write(line, lost = 0) {
  if (lost === 0) report();
  if (!binding.writeLine(line, lost)) return;
  if (isEnding) waitAtEnd();
  else retryLater();
}

/** Reports lost lines when there is room. */
function report() {
  const lost = binding.dueReport(isEnding);
  if (lost > 0) tellLost?.(lost);
}

function retryLater() {
  if (retryIsDue) return;
  outsideRun(() => setTimeout(retry, RETRY_AFTER).unref?.());
  // Not before: if the stack was full, no timer was started, and there would never be another one.
  retryIsDue = true;
}

function retry() {
  retryIsDue = false;
  report();
  if (binding.flushLines()) retryLater();
}

/** Must be called when the thread ends. */
function end() {
  isEnding = true;
  if (binding.flushLines()) waitAtEnd();
  report();
}

/** Lines of other threads stay in the buffer, so only the end of the process waits for a full stderr. */
function waitAtEnd() {
  if (isMainThread()) binding.flushLinesAtExit();
}

/** Asked only while lines wait: most processes never load that module. */
function isMainThread() {
  try {
    return process.getBuiltinModule('node:worker_threads').isMainThread;
  } catch {
    return true;
  }
}

/** Sets the function that writes a line about the number of lost lines. */
function onLost(tell) {
  tellLost = tell;
}

module.exports = { end, onLost, write };
