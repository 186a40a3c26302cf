'use strict';

const { MASK, badRunIds, requests, runIds } = require('./inputs.js');

/** Every 64th call is refused: an error costs as much as 200 checks. */
const REJECTED = MASK;

/** Returns a function that calls the whole API that many times. */
function prepare(maxLeadSeconds) {
  const runId = require('..');
  runId.configure({ maxLeadSeconds, logger: null });
  const calls = [
    (i) => runId.normalizeRunId(runIds[i & MASK]),
    () => runId.generateTimestampRunId(),
    (i) => runId.resolveRunId(requests[i & MASK]),
    () => runId.generateTimestampRunId('Ann-Carver'),
    (i) => String(runId.isRunId(badRunIds[i & MASK])),
    (i) => runId.createClientRunId(runId.getBaseRunId(runIds[i & MASK]), 'Acme-Corp'),
    (i) => runId.resolveRunIdWithSource({ query: {}, body: { runId: runIds[i & MASK] } }).source,
    (i) => runId.parseRunId(runIds[i & MASK]).clientId,
  ];

  return function mixed(count) {
    let length = 0;
    for (let i = 0; i < count; i++) {
      length += (i & MASK) === REJECTED ? refused(i).length : calls[i % calls.length](i).length;
    }
    if (length < count) throw new Error('A call returned nothing');
  };

  function refused(i) {
    try {
      return runId.normalizeRunId(badRunIds[i & MASK]);
    } catch (error) {
      return error.code;
    }
  }
}

module.exports = { prepare };
