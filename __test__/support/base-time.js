'use strict';

/** The base of a time in milliseconds since 1970, by JavaScript's own calendar. */
function baseAt(ms) {
  return new Date(ms).toISOString().replace(/^..(..)-(..)-(..)T(..):(..):(..)\..*$/, '$1$2$3-$4$5$6');
}

/** The Unix second of a run ID. */
function secondOf(runId) {
  const [year, month, day, hour, minute, second] = runId.slice(0, 13).match(/\d\d/g).map(Number);
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second) / 1000;
}

const currentSecond = () => Math.floor(Date.now() / 1000);

module.exports = { baseAt, currentSecond, secondOf };
