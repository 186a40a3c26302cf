'use strict';

// The error of an observed call: an object of this library, or any value that the application has thrown. None of its
// code is called, neither proxy traps nor getters: that would be noticeable, and could throw again.

const { isProxy } = require('node:util').types;

/** Whether it was made by this very class. */
function isMadeBy(thrown, { prototype }) {
  const isObject = typeof thrown === 'object' && thrown !== null;
  return isObject && !isProxy(thrown) && Object.getPrototypeOf(thrown) === prototype;
}

/** A text in an error; null if there is none, or if reading it would call a getter. */
function textIn(error, key) {
  const held = Reflect.getOwnPropertyDescriptor(error, key)?.value;
  return typeof held === 'string' ? held : null;
}

module.exports = { isMadeBy, textIn };
