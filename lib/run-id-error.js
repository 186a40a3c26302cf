'use strict';

/** Every error of this library. What it says is decided in Rust; see the table in src/core/fault.rs. */
class RunIdError extends Error {
  /**
   * @param rejection `{ code, statusCode, message }` and what else applies, as Rust made it
   * @param {Function} [from] the public function at whose call the stack begins
   */
  constructor({ message, ...properties }, from = RunIdError) {
    super(message);
    Object.assign(this, properties);
    Error.captureStackTrace?.(this, from);
  }
}

Object.defineProperty(RunIdError.prototype, 'name', {
  value: 'RunIdError',
  writable: true,
  configurable: true,
});

module.exports = { RunIdError };
