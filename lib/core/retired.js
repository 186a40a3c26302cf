'use strict';

const binding = require('../binding.js');
const { reject } = require('../events/events.js');

/** A name of the legacy service: throws, and names what replaces it. The table is crates/core/src/retired.rs. */
function retired(name) {
  const named = {
    [name]() {
      throw reject(binding.refuse('retired', undefined, name), named[name]);
    },
  };
  return binding.RETIRED_VALUES.includes(name) ? retiredValue(name, named[name]) : named[name];
}

/** A former map or table throws when it is used as one; properties that test libraries look for are simply absent. */
function retiredValue(name, called) {
  const isUse = (target, key) =>
    typeof key === 'string' && !(key in target) && (key in Map.prototype || /^[A-Z0-9]/.test(key));
  const traps = {
    get(target, key) {
      if (isUse(target, key)) throw reject(binding.refuse('retired', undefined, name), traps.get);
      return Reflect.get(target, key);
    },
    set(target, key, value) {
      if (isUse(target, key)) throw reject(binding.refuse('retired', undefined, name), traps.set);
      return Reflect.set(target, key, value);
    },
  };
  return new Proxy(called, traps);
}

module.exports = { retired, names: binding.RETIRED };
