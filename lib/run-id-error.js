'use strict';

/** Every error of this library. What it says is decided in Rust; see the table in src/core/fault.rs. */
class RunIdError extends Error {
  /**
   * Takes no stack: whoever makes the error knows where it begins, and a second one would cost as much as
   * all the rest.
   *
   * @param rejection `{ code, statusCode, message }` and what else applies, as Rust made it
   */
  constructor(rejection) {
    const { message } = rejection;
    const limit = Error.stackTraceLimit;
    if (typeof limit === 'number') limitStack(0);
    super(message);
    if (typeof limit === 'number') limitStack(limit);
    this.code = rejection.code;
    this.statusCode = rejection.statusCode;
    // Written out: a loop over names would take a slower way to each property.
    if (Object.hasOwn(rejection, 'source')) this.source = rejection.source;
    if (Object.hasOwn(rejection, 'received')) this.received = rejection.received;
    if (Object.hasOwn(rejection, 'hint')) this.hint = rejection.hint;
    if (Object.hasOwn(rejection, 'path')) this.path = rejection.path;
    if (Object.hasOwn(rejection, 'retryAfterMs')) this.retryAfterMs = rejection.retryAfterMs;
  }
}

function limitStack(limit) {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // Somebody froze Error: then there are two stacks to take.
  }
}

Object.defineProperty(RunIdError.prototype, 'name', {
  __proto__: null,
  value: 'RunIdError',
  writable: true,
  configurable: true,
});

module.exports = { RunIdError };
