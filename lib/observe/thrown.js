'use strict';

// What came out of a call that is observed: an object of this library, or anything at all that the application has thrown.
// Of that nothing is called, neither the trap of a proxy nor a getter: both would be seen, and may throw again.

const { isProxy } = require('node:util').types;

/** Whether it was made by this very class. */
function isMadeBy(thrown, { prototype }) {
  const isObject = typeof thrown === 'object' && thrown !== null;
  return isObject && !isProxy(thrown) && Object.getPrototypeOf(thrown) === prototype;
}

/** A text that an error holds; null where there is none, or only what would have to be called for it. */
function textIn(error, key) {
  const held = Reflect.getOwnPropertyDescriptor(error, key)?.value;
  return typeof held === 'string' ? held : null;
}

module.exports = { isMadeBy, textIn };
