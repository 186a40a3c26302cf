'use strict';

// Application logs for the benchmark: a run ID in every third line, among text that a scanner may take for one.

const fs = require('node:fs');
const { EVENTS } = require('../lib/binding.js');

const MIB = 1024 * 1024;

/** The number of lines that are repeated until a file is full. A third of them have run IDs, nearly all different. */
const BLOCK = 200_000;

const WORDS =
  'accepted request finished in ms user lead scoring batch GET /api/leads POST /webhook cache miss hit retry queue depth'.split(
    ' ',
  );
const CLIENTS = ['', '-Ann-Carver', '-Acme-Corp', '-Duran-Duran'];
const START = Date.UTC(2025, 9, 6, 14, 30);

/** Random numbers that are the same in every run, so that results can be compared. */
class Dice {
  #state = 7;

  below(limit) {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (this.#state >>> 8) % limit;
  }

  words() {
    return Array.from({ length: 5 + this.below(7) }, () => WORDS[this.below(WORDS.length)]).join(' ');
  }

  hex(digits) {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }
}

const runIdAt = (ms) =>
  new Date(ms).toISOString().replace(/^20(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d).*/, '$1$2$3-$4$5$6');

/** Lines without events: times, UUIDs and long numbers, and a run ID in every `every`th line. */
function* textLines(block = BLOCK, every = 3) {
  const dice = new Dice();
  for (let at = 0; at < block; at++) {
    const now = START + at * 37;
    const time = new Date(now).toISOString();
    if (at % every === 0) {
      const run = `${runIdAt(now - dice.below(600) * 1000)}${CLIENTS[dice.below(CLIENTS.length)]}`;
      yield `${time} INFO [api] run ${run} ${dice.words()}\n`;
    } else if (at % 3 === 1) {
      const uuid = `${dice.hex(8)}-${dice.hex(4)}-4${dice.hex(3)}-a${dice.hex(3)}-${dice.hex(12)}`;
      yield `${time} INFO [web] ${dice.words()} id=${uuid}\n`;
    } else {
      yield `${time} DEBUG [job] ${dice.words()} took ${dice.below(99_999) / 1000} ms, 2025-10-06 ${dice.below(1e9)}\n`;
    }
  }
}

const FIELDS = Object.fromEntries(
  EVENTS.kinds.map(({ name, fields }) => [name, [...EVENTS.common, ...fields]]),
);

/** The line of an event; fields that are not given are null. */
function eventLine(given) {
  const event = Object.fromEntries(FIELDS[given.event].map((name) => [name, given[name] ?? null]));
  return `${EVENTS.marker}${JSON.stringify({ ...event, v: EVENTS.version })}\n`;
}

const STAGES = [
  ['api', 'generate', { leadSeconds: 0 }],
  ['api', 'resolve', { source: 'generated' }],
  ['api', 'record', { action: 'created', table: 'job' }],
  ['worker', 'record', { action: 'found', table: 'job' }],
  ['worker', 'record', { action: 'completed', table: 'job' }],
];

/** Events and text alternately: each run is generated, created, found and completed. */
function* mixedLines() {
  const dice = new Dice();
  let runId;
  for (let at = 0; at < BLOCK; at++) {
    const now = START + at * 200;
    const time = new Date(now).toISOString();
    const stage = (at / 6) % STAGES.length;
    if (at % 6 === 0) {
      if (stage === 0) runId = runIdAt(now);
      const [service, event, fields] = STAGES[stage];
      const who = {
        time,
        service,
        proc: service === 'api' ? '0a1b2c3d' : '1a2b3c4d',
        host: 'node-1',
        pid: 17,
      };
      const what = { thread: 0, op: `0a1b2c3d-0-${at.toString(36)}`, event, at: 'src/routes/leads.js:41:17' };
      yield eventLine({ ...who, ...what, runId, ...fields });
    } else if (at % 3 === 0) {
      yield `${time} INFO [api] run ${runId} ${dice.words()}\n`;
    } else {
      yield `${time} DEBUG [job] ${dice.words()} took ${dice.below(99_999) / 1000} ms, 2025-10-06 ${dice.below(1e9)}\n`;
    }
  }
}

/** The events of one run in that many processes, which take turns. */
function* runLines(runId, events, processes) {
  for (let at = 0; at < events; at++) {
    const worker = at % processes;
    const who = { service: `worker-${worker}`, host: 'node-1', pid: 1000 + worker, proc: '0a1b2c3d' };
    const time = new Date(START + at * 137).toISOString();
    const what = {
      thread: 0,
      op: null,
      event: at === 0 ? 'generate' : 'pass',
      at: `src/steps/step-${at}.js:41:17`,
      runId,
    };
    yield eventLine({ time, ...who, ...what });
  }
}

/** One run in that many processes: one creates its record, the others find that it exists, and each completes it. */
function* processLines(processes) {
  const runId = runIdAt(START);
  for (let at = 0; at < processes; at++) {
    const who = { service: `worker-${at}`, host: 'node-1', pid: 1000 + at, proc: '0a1b2c3d' };
    const record = (action, more) => {
      const time = new Date(START + at).toISOString();
      return `${EVENTS.marker}${JSON.stringify({ time, ...who, op: null, event: 'record', action, table: 'job', runId, ...more })}\n`;
    };
    yield record(at === 0 ? 'created' : 'exists', { clientId: null });
    yield record('completed', { clientId: null });
  }
}

/** One process with failed lookups of one run for that many clients. */
function* missLines(clients) {
  const runId = runIdAt(START);
  const who = { service: 'worker', host: 'node-1', pid: 1000, proc: '0a1b2c3d' };
  for (let at = 0; at < clients; at++) {
    const time = new Date(START + at).toISOString();
    const what = { op: null, event: 'record', action: 'missing', table: 'client', runId, clientId: `C${at}` };
    yield `${EVENTS.marker}${JSON.stringify({ time, ...who, ...what })}\n`;
  }
}

const at = (second) => runIdAt(START + second * 1000);

/** An event of one process, with only the fields that rules use. */
const shortEvent = (second, what) => {
  const who = { service: 'worker', host: 'node-1', pid: 1000, proc: '0a1b2c3d', op: null };
  return `${EVENTS.marker}${JSON.stringify({ time: new Date(START + second * 1000).toISOString(), ...who, ...what })}\n`;
};

/** One line of that many run IDs, none of which was generated: it is the evidence of a finding for each. */
function* idsLine(ids) {
  yield shortEvent(0, { event: 'generate', runId: at(0) });
  yield `${Array.from({ length: ids }, (_, id) => at(id + 1)).join(' ')} not found\n`;
}

/** One line of that many markers, each followed by a byte that is not ASCII instead of an event. */
function* markersLine(markers) {
  yield `${`${EVENTS.marker}{é`.repeat(markers)}\n`;
}

/** That many runs, two seconds apart, and a failed lookup of the second after each. */
function* denseLines(runs) {
  for (let run = 0; run < runs; run++) {
    yield shortEvent(2 * run, { event: 'generate', runId: at(2 * run) });
    const missing = { event: 'record', action: 'missing', table: 'job', runId: at(2 * run + 1) };
    yield shortEvent(2 * run + 1, missing);
  }
}

/** Runs of one base for that many clients, and a failed lookup of another client for each. */
function* clientLines(clients) {
  for (let client = 0; client < clients; client++) {
    yield shortEvent(0, { event: 'generate', runId: `${at(0)}-C${client}` });
    const [runId, clientId] = [`${at(0)}-M${client}x`, `M${client}x`];
    yield shortEvent(1, { event: 'record', action: 'missing', table: 'client', runId, clientId });
  }
}

/** Writes a log of that many MiB. */
function writeLog(file, lines, mib) {
  const block = Buffer.from([...lines()].join(''));
  const descriptor = fs.openSync(file, 'wx');
  for (let left = mib * MIB; left > 0; left -= block.length) {
    fs.writeSync(descriptor, block, 0, Math.min(left, block.length));
  }
  fs.closeSync(descriptor);
}

module.exports = {
  MIB,
  clientLines,
  denseLines,
  idsLine,
  markersLine,
  missLines,
  mixedLines,
  processLines,
  runLines,
  textLines,
  writeLog,
};
