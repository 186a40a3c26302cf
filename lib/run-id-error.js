'use strict';

const { CODES, FIRST_CODE } = require('./binding.js');

/** Where a rejection, as Rust hands it over, holds what; see src/rejection.rs. Absent parts are null. */
const CODE = 0;
const MESSAGE = 1;
const RECEIVED = 2;
const HINT = 3;
const DETAILS = 4;

/** Where its details hold what. */
const SOURCE = 0;
const PATH = 1;
const RETRY_AFTER_MS = 2;

/** Every error of this library. What it says is decided in Rust; see the table in crates/core/src/fault.rs. */
class RunIdError extends Error {
  /**
   * It has no stack yet: its maker sets one. Taken here it would cost more, for the frame of this constructor, and
   * a second one would cost as much as all the rest.
   *
   * @param {import('./binding.js').RejectionTuple} rejection
   */
  constructor(rejection) {
    const limit = Error.stackTraceLimit;
    const isLimited = typeof limit === 'number';
    // Assigned here and not by a function: where the stack is full no other call can be made, and Error would keep
    // what was set. It throws where Error is frozen; then there are two stacks to take.
    try {
      if (isLimited) Error.stackTraceLimit = 0;
    } catch {}
    try {
      super(rejection[MESSAGE]);
    } finally {
      try {
        if (isLimited) Error.stackTraceLimit = limit;
      } catch {}
    }
    const { code, statusCode } = CODES[rejection[CODE]];
    this.code = code;
    this.statusCode = statusCode;
    // Written out: a loop over names would take a slower way to each property.
    const details = rejection[DETAILS];
    if (details !== null && details[SOURCE] !== null) this.source = details[SOURCE];
    if (rejection[RECEIVED] !== null) this.received = rejection[RECEIVED];
    if (rejection[HINT] !== null) this.hint = rejection[HINT];
    if (details !== null && details[PATH] !== null) this.path = details[PATH];
    if (details !== null && details[RETRY_AFTER_MS] !== null) this.retryAfterMs = details[RETRY_AFTER_MS];
  }
}

/** A rejection out of the one text that the addon packs most of them into; see crates/core/src/rejection.rs. */
function unpacked(packed) {
  const hint = packed.indexOf('\n') + 1;
  const message = packed.indexOf('\n', hint) + 1;
  /** @type {import('./binding.js').RejectionTuple} */
  const rejection = [
    packed.charCodeAt(0) - FIRST_CODE,
    packed.slice(message),
    packed.slice(1, hint - 1),
    packed.slice(hint, message - 1),
    null,
  ];
  return rejection;
}

/** The place of its code in the table of codes. */
function codeNumberOf(rejection) {
  return rejection[CODE];
}

/** What an event says of a rejection, or a caller that makes no error of it. */
function factsOf(rejection) {
  return {
    code: CODES[rejection[CODE]].code,
    message: rejection[MESSAGE],
    source: rejection[DETAILS]?.[SOURCE] ?? null,
    received: rejection[RECEIVED],
  };
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

module.exports = { RunIdError, codeNumberOf, factsOf, unpacked };
