'use strict';

// What tells a fault: the error at its place, or the finding of `check` with its culprit.

const { FAULTS } = require('./faults.js');

const serviceOf = ({ process }) => process.split('@')[0];

/** A sentence; undefined when the fault was not told as it has to be. */
function tellingOf({ runId, fault }, { events, findings }) {
  const { code, finding, by } = FAULTS[fault].told;
  if (code !== undefined) {
    const rejection = events.find((event) => event.event === 'reject' && event.code === code && event.service === by);
    return rejection && `${code} in ${by}, ${rejection.at}`;
  }
  const found = findings.find(
    (one) => one.class === finding && one.expected === runId && one.changedBy.some((who) => serviceOf(who) === by),
  );
  return found && `${finding}, changed by ${by}, ${found.changedBy[0].at}`;
}

module.exports = { tellingOf };
