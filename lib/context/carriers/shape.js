'use strict';

// What a value is, as far as that says where its content is.

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an object says that it is: `[object Object]`, `[object Map]`. */
function tagOf(value) {
  return Object.prototype.toString.call(value);
}

/** Whether what an object holds is in its properties: that of a Map, a promise or a FormData would be lost. */
function isRecord(value) {
  return isObject(value) && tagOf(value) === '[object Object]';
}

/** `toString('latin1')`, in half the time. */
const { latin1Slice } = /** @type {any} */ (Buffer.prototype);

/** More are no run ID, and would take long to read. */
const MAX_BYTES = 2 ** 20;

/** The text of bytes, one character each: what is not ASCII stays what no run ID has. Anything else as it is. */
function textOf(value) {
  if (!ArrayBuffer.isView(value) || value.byteLength > MAX_BYTES) return value;
  return latin1Slice.call(value, 0, value.byteLength);
}

module.exports = { isObject, isRecord, tagOf, textOf };
