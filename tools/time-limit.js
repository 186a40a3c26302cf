'use strict';

// A process that hangs must not make the tests hang: it is killed, so that whatever waits for it fails.

/** Longer than any process takes on a busy machine. */
const LIMIT_MS = 10 * 60_000;

/** Kills a process that runs too long. @returns the process */
function limited(child, ms = LIMIT_MS) {
  const timer = setTimeout(() => {
    console.error(`killed after ${ms / 1000} s: ${child.spawnargs.join(' ')}`);
    child.kill('SIGKILL');
  }, ms);
  // If nothing waits for the process, neither does this.
  timer.unref();
  child.once('exit', () => clearTimeout(timer));
  return child;
}

module.exports = { limited };
