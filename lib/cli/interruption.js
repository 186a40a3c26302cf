'use strict';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What is tidied up before a signal ends the process. */
const tidying = new Set();

/**
 * What the first SIGINT does instead, which a person sends.
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
  // Windows has no way to send SIGHUP, by which it tells that the console was closed.
  process.kill(process.pid, process.platform === 'win32' ? 'SIGTERM' : signal);
}

/**
 * Tidies up before a signal ends the process, which it then does as if nothing had listened.
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
 * Goes on with what is there when a person interrupts; who does so again means it.
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
