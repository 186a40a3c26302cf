'use strict';

const { setImmediate: turn } = require('node:timers/promises');
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');

/** Collects garbage at once. */
const collectGarbage = vm.runInNewContext('gc');

/** How many of some objects are still kept, after the turns in which what held them may end. */
async function countKept(references) {
  for (let turns = 0; turns < 5; turns++) {
    await turn();
    collectGarbage();
  }
  return references.filter((reference) => reference.deref() !== undefined).length;
}

module.exports = { collectGarbage, countKept };
