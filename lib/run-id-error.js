'use strict';

const { CODES, FIRST_CODE } = require('./binding.js');

/** The indexes of the parts of a rejection, as Rust passes it; see src/rejection.rs. Absent parts are null. */
const CODE = 0;
const MESSAGE = 1;
const RECEIVED = 2;
const HINT = 3;
const DETAILS = 4;

/** The indexes of its details. */
const SOURCE = 0;
const PATH = 1;
const RETRY_AFTER_MS = 2;

/** Every error of this library. Its text comes from Rust; see the table in crates/core/src/fault.rs. */
class RunIdError extends Error {
  /**
   * It has no stack yet: its creator sets one. Capturing it here would cost more, because of this constructor's frame,
   * and a second one would cost as much as everything else.
   *
   * @param {import('./binding.js').RejectionTuple} rejection
   */
  constructor(rejection) {
    const limit = Error.stackTraceLimit;
    const isLimited = typeof limit === 'number';
    // Assigned here and not in a function: if the stack is full, no further call is possible, and Error would keep
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

/** A rejection from the single text into which the addon packs most of them; see crates/core/src/rejection.rs. */
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

/** The index of its code in the table of codes. */
function codeNumberOf(rejection) {
  return rejection[CODE];
}

/** The properties of a rejection that events contain, and callers that create no error from it. */
function factsOf(rejection) {
  return {
    code: CODES[rejection[CODE]].code,
    message: rejection[MESSAGE],
    source: rejection[DETAILS]?.[SOURCE] ?? null,
    received: rejection[RECEIVED],
  };
}

/** From these two, other frameworks learn the status, and whether the message may be shown. */
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
    // Some frameworks set them. Not enumerable, so that printed errors stay the same.
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
