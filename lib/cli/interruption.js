'use strict';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The functions that clean up before a signal ends the process. */
const tidying = new Set();

/**
 * What the first SIGINT, which a person sends, does instead.
 *
 * @type {(() => void) | null}
 */
let onFirst = null;

function listen(signal) {
  if (signal === 'SIGINT' && onFirst !== null) {
    const first = onFirst;
    onFirst = null;
    first();
    return;
  }
  for (const tidy of tidying) tidy();
  for (const name of SIGNALS) process.removeListener(name, listen);
  // On Windows, SIGHUP means that the console was closed, and can't be sent.
  process.kill(process.pid, process.platform === 'win32' ? 'SIGTERM' : signal);
}

/**
 * Cleans up before a signal ends the process, which it then does as if there were no listener.
 *
 * @param {() => void} tidy
 * @returns a function that stops listening
 */
function onInterruption(tidy) {
  if (tidying.size === 0) for (const name of SIGNALS) process.on(name, listen);
  tidying.add(tidy);
  return () => {
    if (!tidying.delete(tidy) || tidying.size > 0) return;
    for (const name of SIGNALS) process.removeListener(name, listen);
  };
}

/**
 * On the first interruption, continues with the data so far; the second one ends the process.
 *
 * @param {() => void} stop
 * @returns a function that stops listening
 */
function onFirstInterruption(stop) {
  const release = onInterruption(() => {});
  onFirst = stop;
  return () => {
    onFirst = null;
    release();
  };
}

module.exports = { onFirstInterruption, onInterruption };
