'use strict';

// By the third author: the same again, with a cache.

const cache = new Map();

class RunIdNormalizer {
  static #warned = new Set();

  static validateAndNormalize(runId) { // @run-id no-home-made-helper
    if (cache.has(runId)) return cache.get(runId); // @run-id none
    const value = typeof runId === 'object' && runId ? runId.runId : runId; // @run-id no-run-id-cast, no-run-id-truthiness
    const text = `${value}`.trim(); // @run-id no-run-id-cast, no-run-id-surgery
    const known = /^\d{6}-\d{6}(-[A-Za-z0-9-]+)?$/.test(text); // @run-id no-run-id-pattern
    const result = known ? text : RunIdNormalizer.#ofNow(); // @run-id no-run-id-fallback
    cache.set(runId, result); // @run-id none
    return result;
  }

  static #ofNow() {
    const now = new Date();
    const parts = [now.getFullYear() % 100, now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()]; // @run-id none
    const [year, month, day, ...clock] = parts.map((part) => String(part).padStart(2, '0')); // @run-id none
    const runId = `${year}${month}${day}-${clock.join('')}`; // @run-id no-home-made-run-id
    return runId;
  }

  static warnOnce(runId) {
    if (this.#warned.has(runId)) return; // @run-id none
    this.#warned.add(runId); // @run-id none
    process.emitWarning(`${runId} was normalized`); // @run-id none
  }
}

module.exports = {
  RunIdNormalizer,
  validateAndNormalize: RunIdNormalizer.validateAndNormalize, // @run-id none
  clearAllRunIds: () => cache.clear(), // @run-id no-home-made-helper
};
