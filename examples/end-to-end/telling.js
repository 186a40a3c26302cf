'use strict';

// How a fault is reported: by the error where it occurs, and if that is far from the fault, by the finding of `check`.

const path = require('node:path');
const { FAULTS } = require('./faults.js');

/** A service is named by its main script, unless RUN_ID_SERVICE says otherwise. */
const nameOf = (service) => path.basename(service, '.js');

/** A sentence; undefined if the fault was not reported as expected. */
function tellingOf({ runId, fault }, { events, findings }) {
  const { code, at, times, finding, by } = FAULTS[fault].told;
  const rejection = events.find((event) => isRejection(event, code, at));
  const error = rejection && `${code} in ${at}${times === 1 ? '' : `, ${times} times`}`;
  if (finding === undefined) return error;
  const found = findings.find((one) => one.class === finding && one.expected === runId && isCulprit(one, by));
  return error && found && `${error}; ${finding} (${found.confidence}) by ${by}, ${found.changedBy[0].at}`;
}

function isRejection({ event, code, service }, wanted, at) {
  return event === 'reject' && code === wanted && nameOf(service) === at;
}

function isCulprit({ changedBy }, by) {
  return changedBy.some(({ process }) => nameOf(process.split('@')[0]) === by);
}

module.exports = { isRejection, nameOf, tellingOf };
