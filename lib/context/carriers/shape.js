'use strict';

// What kind of value something is, which says where its content is.

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an object says it is: `[object Object]`, `[object Map]`. */
function tagOf(value) {
  return Object.prototype.toString.call(value);
}

/** Whether an object's content is in its properties: the content of a Map, a promise or a FormData would be lost. */
function isRecord(value) {
  return isObject(value) && tagOf(value) === '[object Object]';
}

/** `toString('latin1')`, in half the time; the range, which is all of it, takes a sixth more. */
const { latin1Slice } = /** @type {any} */ (Buffer.prototype);

/** More bytes than any run ID has; reading them would take long. */
const MAX_BYTES = 2 ** 20;

/** Bytes as a text, one character each: bytes outside ASCII become characters that no run ID has. Other values unchanged. */
function textOf(value) {
  if (!ArrayBuffer.isView(value) || value.byteLength > MAX_BYTES) return value;
  return latin1Slice.call(value);
}

module.exports = { isObject, isRecord, tagOf, textOf };
