'use strict';

/** Every error of this library. What it says is decided in Rust; see the table in crates/core/src/fault.rs. */
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
    const isLimited = typeof limit === 'number';
    // Assigned here and not by a function: where the stack is full no other call can be made, and Error would keep
    // what was set. It throws where Error is frozen; then there are two stacks to take.
    try {
      if (isLimited) Error.stackTraceLimit = 0;
    } catch {}
    try {
      super(message);
    } finally {
      try {
        if (isLimited) Error.stackTraceLimit = limit;
      } catch {}
    }
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

/** By these two other frameworks know the error of a request, and whether its message may be shown. */
const ASKED = {
  status: (error) => error.statusCode,
  expose: (error) => error.statusCode < 500,
};

for (const [name, read] of Object.entries(ASKED)) {
  Object.defineProperty(RunIdError.prototype, name, {
    __proto__: null,
    get() {
      return read(this);
    },
    // Some frameworks set them. Not enumerable, so that nothing that is printed changes.
    set(value) {
      Object.defineProperty(this, name, { __proto__: null, value, writable: true, configurable: true });
    },
    configurable: true,
  });
}

Object.defineProperty(RunIdError.prototype, 'name', {
  __proto__: null,
  value: 'RunIdError',
  writable: true,
  configurable: true,
});

module.exports = { RunIdError };
