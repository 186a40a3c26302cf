'use strict';

// Counts of what was observed, as log lines contain them.

const { asciiJson } = require('./ascii-json.js');
const { EVENTS } = require('../binding.js');

/** The counts without absent fields, in as few groups as possible that each fit into a line. */
function* groupsOf(counts) {
  let group = [];
  let length = 0;
  for (const { place, isOthers, outcome, code, count, received } of counts) {
    const told = {
      place,
      ...(isOthers && { others: true }),
      outcome,
      ...(code !== null && { code }),
      count,
      ...(received !== null && { received }),
    };
    const added = asciiJson(told).length + 1;
    if (length + added > EVENTS.maxCounts && group.length > 0) {
      yield group;
      [group, length] = [[], 0];
    }
    group.push(Object.freeze(told));
    length += added;
  }
  if (group.length > 0) yield group;
}

module.exports = { groupsOf };
