'use strict';

// The metrics: what is observed of `stats()`, and the duration of record operations. SPEC §12.

const { ACTION, CARRIER, DIRECTION, ERROR, OUTCOME, REASON, SOURCE, TABLE } = require('./attributes.js');

const STARTED = (Date.now() - process.uptime() * 1000) / 1000;

/** `[value, attributes]` of each name in a group of counts. */
const by = (attribute, group) => Object.entries(group).map(([name, count]) => [count, { [attribute]: name }]);

const within = (attribute, value, rows) =>
  rows.map(([count, attributes]) => [count, { [attribute]: value, ...attributes }]);

/** What is observed, and how it is read from `stats()`. All that can be counted is there as 0 from the start. */
const OBSERVED = [
  {
    name: 'run_id.generated',
    unit: '{id}',
    description: 'Run IDs that were generated',
    rows: ({ generated }) => [[generated, {}]],
  },
  {
    name: 'run_id.resolved',
    unit: '{id}',
    description: 'Run IDs of requests, by the source that they were found in',
    rows: ({ resolved }) => by(SOURCE, resolved),
  },
  {
    name: 'run_id.rejected',
    unit: '{error}',
    description: 'What was refused, by the code of the error',
    rows: ({ rejected }) => by(ERROR, rejected),
  },
  {
    name: 'run_id.conflicts',
    unit: '{conflict}',
    description: 'Requests in which two places named different runs',
    rows: ({ conflicts }) => [[conflicts, {}]],
  },
  {
    name: 'run_id.baggage',
    unit: '{id}',
    description: 'Run IDs that arrived in baggage, by how they compare with those of requests and messages',
    rows: ({ baggage }) => by(OUTCOME, baggage),
  },
  {
    name: 'run_id.record.operations',
    unit: '{operation}',
    description: 'What became of records of job tracking',
    rows: ({ records }) =>
      Object.entries(records).flatMap(([table, actions]) => within(TABLE, table, by(ACTION, actions))),
  },
  {
    name: 'run_id.record.missing',
    unit: '{lookup}',
    description: 'Records that were not found, by what became of the ID of the nearest one',
    rows: ({ missing }) => by(REASON, missing),
  },
  {
    name: 'run_id.jobs.stale',
    unit: '{record}',
    description: 'Records that failStale() failed, since nothing was heard of their attempt',
    rows: ({ stale }) => by(TABLE, stale),
  },
  {
    name: 'run_id.handover',
    unit: '{id}',
    description: 'Run IDs that were handed over to other processes, and taken from them',
    rows: ({ sent, received }) => [
      ...within(DIRECTION, 'sent', by(CARRIER, sent)),
      ...within(DIRECTION, 'received', by(CARRIER, received)),
    ],
  },
  {
    name: 'run_id.log.lost',
    unit: '{line}',
    description: 'Log lines that a full or closed stderr did not take',
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
      'When the process started, in seconds since 1970: where it goes to and fro, several processes answer',
    isGauge: true,
    rows: () => [[STARTED, {}]],
  },
];

const DURATION = {
  name: 'run_id.record.duration',
  unit: 's',
  description: 'How long operations on records of job tracking took',
  /** Few: each is a series for each table. */
  boundaries: [0.005, 0.025, 0.1, 0.5, 2.5],
};

/**
 * Observes counts on a meter until it is told to stop.
 *
 * @param {() => object} readStats
 * @returns what stops it
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

/** @returns what records the duration that a `record` event tells */
function durationsOf(meter) {
  const { name, unit, description, boundaries } = DURATION;
  const advice = { explicitBucketBoundaries: boundaries };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return ({ durationMs, table }) => {
    // An external ID that stands for no run has no table.
    if (table !== null) histogram.record(durationMs / 1000, { [TABLE]: table });
  };
}

module.exports = { durationsOf, observe };
