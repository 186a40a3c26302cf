'use strict';

// What a value is, as far as that says where its content is.

const { types } = require('node:util');

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

const isBytes = types.isUint8Array;

/** More are no run ID, and would take long to read. */
const MAX_BYTES = 2 ** 20;

/** The text of bytes, one character each: what is not ASCII stays what no run ID has. Anything else as it is. */
function textOf(value) {
  if (!isBytes(value) || value.length > MAX_BYTES) return value;
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.prototype.toString.call(bytes, 'latin1');
}

module.exports = { isBytes, isObject, isRecord, tagOf, textOf };
