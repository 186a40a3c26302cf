'use strict';

const binding = require('./binding.js');
const { reject } = require('./events.js');

/** A function of the legacy service: throws, and names what replaces it. The table is src/core/retired.rs. */
function retired(name) {
  const named = {
    [name]() {
      throw reject(binding.refuseRetired(name), named[name]);
    },
  };
  return named[name];
}

module.exports = { retired, names: binding.RETIRED };
