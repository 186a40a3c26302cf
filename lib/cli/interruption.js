'use strict';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Tidies up before a signal ends the process, which it then does as if nothing had listened.
 *
 * @returns a function that stops listening
 */
function onInterruption(tidy) {
  const listen = (signal) => {
    stop();
    tidy();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of SIGNALS) process.removeListener(signal, listen);
  };
  for (const signal of SIGNALS) process.on(signal, listen);
  return stop;
}

module.exports = { onInterruption };
