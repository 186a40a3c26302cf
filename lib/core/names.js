'use strict';

/** Messages name the function that was called, even if a minifier or a caller has renamed it. */
function keepNames(functions) {
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value === 'function')
      Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: false });
  }
}

module.exports = { keepNames };
