'use strict';

// What this thread has done since it loaded the package, counted whether or not anything listens.

const binding = require('../binding.js');

const { EVENTS, GENERATED, SOURCES } = binding;

const SOURCE_NAMES = [...SOURCES.map(({ name }) => name), GENERATED];

/** Runs resolved, by the number of their source. An array of numbers: it is counted in the hot path. */
const resolved = new Float64Array(SOURCE_NAMES.length);

const counts = { generated: 0, conflicts: 0 };

/** Zeros for each name: what reads counters wants to see the first fault. */
const zeros = (names) => ({ __proto__: null, ...Object.fromEntries(names.map((name) => [name, 0])) });

const rejected = { __proto__: null };
const sent = zeros(EVENTS.carriers);
const received = zeros(EVENTS.carriers);
const records = {
  __proto__: null,
  ...Object.fromEntries(EVENTS.tables.map((table) => [table, zeros(EVENTS.actions.map(({ name }) => name))])),
};
const missing = { __proto__: null };

function add(group, name) {
  group[name] = (group[name] ?? 0) + 1;
}

/** Custom carriers are counted as one: an application may have any number of them. */
function carrierOf(name) {
  return sent[name] === undefined ? 'custom' : name;
}

/** What each kind of event counts; those of the hot path are counted where they happen. */
const COUNTERS = {
  __proto__: null,
  conflict: () => (counts.conflicts += 1),
  send: ({ carrier }) => add(sent, carrierOf(carrier)),
  receive: ({ carrier }) => add(received, carrierOf(carrier)),
  record({ action, table, near }) {
    // An external ID that stands for no run has no table.
    if (table !== undefined) add(records[table], action);
    if (action === 'missing') add(missing, near[0]?.reason ?? 'none');
  },
};

function countEvent(name, fields) {
  COUNTERS[name]?.(fields);
}

function countRejection(code) {
  add(rejected, code);
}

function countResolved(source) {
  resolved[SOURCE_NAMES.indexOf(source)] += 1;
}

function stats() {
  const copy = (group) => Object.freeze({ ...group });
  return Object.freeze({
    generated: counts.generated,
    resolved: Object.freeze(Object.fromEntries(SOURCE_NAMES.map((name, at) => [name, resolved[at]]))),
    rejected: copy(rejected),
    conflicts: counts.conflicts,
    sent: copy(sent),
    received: copy(received),
    records: Object.freeze(
      Object.fromEntries(Object.entries(records).map(([table, actions]) => [table, copy(actions)])),
    ),
    missing: copy(missing),
    linesLost: binding.linesLost(),
  });
}

module.exports = { countEvent, countRejection, countResolved, counts, resolved, stats };
