'use strict';

// The twelve ways in which a run ID is changed, each written as such code is found in applications: on texts, not by
// the library; and how the run of each way travels.

const { configure, generateTimestampRunId } = require('unified-run-id');
const { baseAt, secondOf } = require('../base-time.js');

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const START = Date.UTC(2025, 9, 6, 14, 30, 5);

const base = (runId) => runId.slice(0, 13);
const client = (runId) => runId.slice(14);
const startedAt = (runId) => secondOf(runId) * SECOND;
const moved = (runId, ms) => `${baseAt(startedAt(runId) + ms)}-${client(runId)}`;

const WAYS = {
  'suffix-missing': base,
  'suffix-twice': (runId) => `${runId}-${client(runId)}`,
  'suffix-added': (runId) => `${runId}-Ann-Carver`,
  'suffix-cut': (runId) => runId.split('-').slice(0, 3).join('-'),
  'suffix-of-another-client': (runId) => `${base(runId)}-Duran-Duran`,
  'case-changed': (runId) => runId.toLowerCase(),
  'separator-changed': (runId) => `${base(runId)}-${client(runId).replaceAll('-', '_')}`,
  'placeholder-client': (runId) => `${base(runId)}-${{}.clientId}`,
  'digits-exchanged': (runId) => runId.replace(/(\d)(\d)-(?=\D)/, '$2$1-'),
  'date-changed': (runId) => moved(runId, 24 * HOUR),
  'time-zone-shift': (runId) => moved(runId, 2 * HOUR),
  'minted-again': mintedAgain,
};

/** The clock of this process is half a minute past the start of the run. */
function mintedAgain(runId) {
  configure({ now: () => startedAt(runId) + 31 * SECOND });
  return generateTimestampRunId(client(runId)); // @generate
}

const NAMES = Object.keys(WAYS);

/** The way's own run: so far from the others that none is a changed one of another. */
const startOf = (way) => START + NAMES.indexOf(way) * 127 * SECOND;

/** The clients of the run; the first one's run ID is handed over. */
const clientsOf = (way) => (way === 'suffix-added' ? ['Acme-Corp', 'Ann-Carver'] : ['Ann-Carver']);

const CARRIERS = ['query', 'body', 'headers', 'env'];
const carrierOf = (way) => CARRIERS[NAMES.indexOf(way) % CARRIERS.length];

const changed = (way, runId) => WAYS[way](runId);

module.exports = { NAMES, carrierOf, changed, clientsOf, startOf };
