'use strict';

// What tells a fault: the error at its place, or the finding of `check` with its culprit.

const path = require('node:path');
const { FAULTS } = require('./faults.js');
const { RETRIES } = require('./service.js');

/** A service is named by its main script, unless RUN_ID_SERVICE says otherwise. */
const nameOf = (service) => path.basename(service, '.js');

/** A sentence; undefined where the fault was not told as it has to be. */
function tellingOf({ runId, fault }, { events, findings }) {
  const { code, finding, by } = FAULTS[fault].told;
  if (code !== undefined) {
    const rejection = events.find((one) => isRejection(one, code, by));
    return rejection && `${code} at ${rejection.at}`;
  }
  const found = findings.find(
    (one) =>
      one.class === finding &&
      one.expected === runId &&
      one.changedBy.some(({ process }) => nameOf(process.split('@')[0]) === by),
  );
  return found && `${finding} (${found.confidence}), changed by ${by} at ${found.changedBy[0].at}`;
}

function isRejection({ event, code, service }, wanted, by) {
  return event === 'reject' && code === wanted && nameOf(service) === by;
}

module.exports = { nameOf, tellingOf };
