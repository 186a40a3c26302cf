'use strict';

// Counts of what the process has done, whether or not anyone listens: each thread has its own memory, which the
// addon sums.

const binding = require('../binding.js');

const { CODES, EVENTS, GENERATED, SOURCES } = binding;

const SOURCE_NAMES = [...SOURCES.map(({ name }) => name), GENERATED];
const ACTION_NAMES = EVENTS.actions.map(({ name }) => name);
const [, EXTERNAL] = EVENTS.senders;

/**
 * The names of the counts, by group. Each has its place in a tally, in this order.
 *
 * @type {Record<string, string[]>}
 */
const GROUPS = {
  generated: ['generated'],
  resolved: SOURCE_NAMES,
  conflicts: ['conflicts'],
  baggage: ['agreed', 'disagreed', 'unreadable'],
  rejected: CODES.map(({ code }) => code),
  sent: EVENTS.carriers,
  received: EVENTS.carriers,
  ...Object.fromEntries(EVENTS.tables.map((table) => [table, ACTION_NAMES])),
  missing: [...EVENTS.reasons, 'none'],
  stale: EVENTS.tables,
  observed: EVENTS.outcomes,
};

const LENGTH = Object.values(GROUPS).reduce((sum, names) => sum + names.length, 0);

/** Undefined in a runtime in which threads can't be summed: then each counts for itself. */
const shared = binding.openTally(LENGTH);
const tally = shared === undefined ? new Float64Array(LENGTH) : new Float64Array(shared);

/**
 * For each group, its names, and the index of the first one's count.
 *
 * @type {Record<string, { start: number, names: string[] }>}
 */
const groups = {};
let start = 0;
for (const [group, names] of Object.entries(GROUPS)) {
  groups[group] = { start, names };
  start += names.length;
}

const numbersOf = ({ start, names }) => tally.subarray(start, start + names.length);

/** The counts that the hot path updates itself: a number, and one for each source, code and outcome in their order. */
const generatedCount = numbersOf(groups.generated);
const resolved = numbersOf(groups.resolved);
const rejected = numbersOf(groups.rejected);
const observed = numbersOf(groups.observed);

function add(group, name) {
  const { start, names } = groups[group];
  const at = names.indexOf(name);
  if (at !== -1) tally[start + at] += 1;
}

/** Custom carriers are counted together: an application may have any number of them. */
function carrierOf(name) {
  return EVENTS.carriers.includes(name) ? name : 'custom';
}

/** What each kind of event adds to; events of the hot path are counted where they happen. */
const COUNTERS = {
  __proto__: null,
  // Anyone can send baggage: a conflict with what comes from outside is reported, but not counted.
  conflict({ sender }) {
    if (sender !== EXTERNAL) add('conflicts', 'conflicts');
  },
  send: ({ carrier }) => add('sent', carrierOf(carrier)),
  receive: ({ carrier }) => add('received', carrierOf(carrier)),
  record({ action, table, near, isStale }) {
    // An external ID that is linked to no run has no table.
    if (table !== undefined) add(table, action);
    if (action === 'missing') add('missing', near[0]?.reason ?? 'none');
    if (isStale === true) add('stale', table);
  },
};

function countEvent(name, fields) {
  COUNTERS[name]?.(fields);
}

function countRejection(code) {
  rejected[code] += 1;
}

function countResolved(source) {
  add('resolved', source);
}

function countBaggage(outcome) {
  add('baggage', outcome);
}

function stats() {
  const totals = shared === undefined ? tally : binding.tallies();
  const sums = (group) => {
    const counted = GROUPS[group].map((name, at) => [name, totals[groups[group].start + at]]);
    return Object.freeze(Object.fromEntries(counted));
  };
  return Object.freeze({
    generated: totals[groups.generated.start],
    resolved: sums('resolved'),
    rejected: sums('rejected'),
    conflicts: totals[groups.conflicts.start],
    baggage: sums('baggage'),
    sent: sums('sent'),
    received: sums('received'),
    records: Object.freeze(Object.fromEntries(EVENTS.tables.map((table) => [table, sums(table)]))),
    missing: sums('missing'),
    stale: sums('stale'),
    observed: sums('observed'),
    linesLost: binding.linesLost(),
    leadSeconds: binding.leadSeconds(),
  });
}

module.exports = {
  countBaggage,
  countEvent,
  countRejection,
  countResolved,
  generatedCount,
  observed,
  resolved,
  stats,
};
