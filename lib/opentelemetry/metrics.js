'use strict';

// The metrics: the counts of `stats()`, and the duration of record operations. SPEC §12.

const { ACTION, CARRIER, DIRECTION, ERROR, OUTCOME, REASON, SOURCE, TABLE } = require('./attributes.js');

const STARTED = (Date.now() - process.uptime() * 1000) / 1000;

/** `[value, attributes]` of each name in a group of counts. */
const by = (attribute, group) => Object.entries(group).map(([name, count]) => [count, { [attribute]: name }]);

const within = (attribute, value, rows) =>
  rows.map(([count, attributes]) => [count, { [attribute]: value, ...attributes }]);

/** The instruments, and how each is read from `stats()`. Every series exists as 0 from the start. */
const OBSERVED = [
  {
    name: 'run_id.generated',
    unit: '{id}',
    description: 'Run IDs generated',
    rows: ({ generated }) => [[generated, {}]],
  },
  {
    name: 'run_id.resolved',
    unit: '{id}',
    description: 'Run IDs of requests, by the source in which they were found',
    rows: ({ resolved }) => by(SOURCE, resolved),
  },
  {
    name: 'run_id.rejected',
    unit: '{error}',
    description: 'Refused values and calls, by error code',
    rows: ({ rejected }) => by(ERROR, rejected),
  },
  {
    name: 'run_id.conflicts',
    unit: '{conflict}',
    description: 'Requests whose sources name different runs',
    rows: ({ conflicts }) => [[conflicts, {}]],
  },
  {
    name: 'run_id.baggage',
    unit: '{id}',
    description: 'Run IDs that arrived in baggage, by how they compare with those in requests and messages',
    rows: ({ baggage }) => by(OUTCOME, baggage),
  },
  {
    name: 'run_id.record.operations',
    unit: '{operation}',
    description: 'Operations on job tracking records, by outcome',
    rows: ({ records }) =>
      Object.entries(records).flatMap(([table, actions]) => within(TABLE, table, by(ACTION, actions))),
  },
  {
    name: 'run_id.record.missing',
    unit: '{lookup}',
    description: 'Records not found, by how the ID differs from that of the closest record',
    rows: ({ missing }) => by(REASON, missing),
  },
  {
    name: 'run_id.jobs.stale',
    unit: '{record}',
    description: 'Records that failStale() set to Failed because their attempt showed no sign of life',
    rows: ({ stale }) => by(TABLE, stale),
  },
  {
    name: 'run_id.handover',
    unit: '{id}',
    description: 'Run IDs handed over to other processes, and received from them',
    rows: ({ sent, received }) => [
      ...within(DIRECTION, 'sent', by(CARRIER, sent)),
      ...within(DIRECTION, 'received', by(CARRIER, received)),
    ],
  },
  {
    name: 'run_id.log.lost',
    unit: '{line}',
    description: 'Log lines lost because stderr was full or closed',
    rows: ({ linesLost }) => [[linesLost, {}]],
  },
  {
    name: 'run_id.lead',
    unit: 's',
    description: 'How far the last generated run ID is ahead of the clock',
    isGauge: true,
    rows: ({ leadSeconds }) => [[leadSeconds, {}]],
  },
  {
    name: 'run_id.process.start_time',
    unit: 's',
    description:
      'When the process started, in seconds since 1970. If it jumps back and forth, several processes answer',
    isGauge: true,
    rows: () => [[STARTED, {}]],
  },
];

const DURATION = {
  name: 'run_id.record.duration',
  unit: 's',
  description: 'Duration of operations on job tracking records',
  /** Few: each is a series for each table. */
  boundaries: [0.005, 0.025, 0.1, 0.5, 2.5],
};

/**
 * Observes counts on a meter.
 *
 * @param {() => object} readStats
 * @returns a function that stops it
 */
function observe(meter, readStats) {
  const observed = OBSERVED.map(({ name, unit, description, isGauge, rows }) => {
    const options = { unit, description };
    const instrument = isGauge
      ? meter.createObservableGauge(name, options)
      : meter.createObservableCounter(name, options);
    return { instrument, rows };
  });
  const instruments = observed.map(({ instrument }) => instrument);
  const callback = (result) => {
    const stats = readStats();
    for (const { instrument, rows } of observed) {
      for (const [value, attributes] of rows(stats)) result.observe(instrument, value, attributes);
    }
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => meter.removeBatchObservableCallback(callback, instruments);
}

/** @returns a function that records the duration of a `record` event */
function durationsOf(meter) {
  const { name, unit, description, boundaries } = DURATION;
  const advice = { explicitBucketBoundaries: boundaries };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return ({ durationMs, table }) => {
    // An external ID that is linked to no run has no table.
    if (table !== null) histogram.record(durationMs / 1000, { [TABLE]: table });
  };
}

module.exports = { durationsOf, observe };
