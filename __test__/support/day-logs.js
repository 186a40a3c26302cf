'use strict';

// Logs of three services over hours or days, line by line in the order of time. Every so often a run goes wrong, each time in
// another way.

const { baseAt } = require('./base-time.js');
const { LoggedProcess } = require('../../tools/log-writer.js');

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** At noon; the distance between runs is never a multiple of a quarter of an hour. */
const START = Date.UTC(2025, 9, 6, 12);

const CLIENTS = ['Ann-Carver', 'Lee-Marlow', 'Acme-Corp'];
const SERVICES = ['api', 'worker', 'mailer'];

/** What goes wrong, by class; `on` writes an event, and `record` one of a record. */
const FAULTS = {
  'case-changed'({ on, record }, { ms, runId, op }) {
    const wrong = runId.toLowerCase();
    on('worker', ms + 50, 'pass', { runId: wrong, op, at: 'src/worker.js:40:9' });
    record('mailer', ms + 90, 'missing', wrong, { at: 'src/mailer.js:12:7' });
    // Another process does the same on its own, long after the finding was reported.
    const later = `mailer-${runId}`;
    on('mailer', ms + 2 * MINUTE, 'resolve', { runId, op: later });
    on('mailer', ms + 2 * MINUTE + 5, 'pass', { runId: wrong, op: later, at: 'src/mailer.js:30:5' });
  },
  'suffix-cut'({ record }, { ms, runId }) {
    const cut = runId.slice(0, runId.lastIndexOf('-'));
    for (const again of [0, 1, 2]) record('mailer', ms + 90 + again * MINUTE, 'missing', cut);
  },
  'not-an-id'({ on }, { ms }) {
    const received = 'undefined';
    const message = `STRICT RUN ID ERROR: "${received}" is no run ID`;
    on('worker', ms + 70, 'reject', { code: 'ERR_RUN_ID_FORMAT', message, received, runId: null });
  },
  // The first judgement of these does not last.
  'looked-up-before-created'({ on, record }, { ms, base }) {
    const runId = `${base}-Late-Corp`;
    on('api', ms + 20, 'generate', { runId, op: `late-${base}` });
    record('worker', ms + 30, 'missing', runId);
    record('api', ms + 4 * MINUTE, 'created', runId);
  },
  'sources-disagree'({ on }, { ms, runId, before }) {
    on('worker', ms + 60, 'conflict', { runId, otherRunId: before });
  },
  'generated-twice'({ on }, { ms, base }) {
    on('mailer', ms + 80, 'generate', { runId: base });
  },
  'other-run'({ on, record }, { ms, runId, before }) {
    const op = `other-${runId}`;
    on('mailer', ms + 60, 'resolve', { runId, op });
    record('mailer', ms + 65, 'updated', before, { op });
  },
  'found-later'({ record }, { ms, runId }) {
    const op = `again-${runId}`;
    record('mailer', ms + 3, 'missing', runId, { op });
    record('mailer', ms + 2 * SECOND, 'found', runId, { op });
  },
  'never-created'({ on, record }, { ms, base }) {
    const runId = `${base}-Lost-Corp`;
    on('api', ms + 20, 'generate', { runId });
    record('worker', ms + 40, 'missing', runId);
  },
  refused({ on }, { ms, runId }) {
    const message = 'The record is already completed';
    on('worker', ms + 70, 'reject', { code: 'ERR_JOB_STATUS', message, received: runId, runId: null });
  },
};

class DayLogs {
  #processes;
  #numbers = new Map();
  #pending = [];
  #every;
  #faultEvery;
  #runs = 0;
  #end = 0;
  #before = null;

  /**
   * @param {{ everyMs?: number, faultEvery?: number }} [how] how far runs are apart, and of how many one goes wrong
   */
  constructor({ everyMs = 4 * SECOND, faultEvery = 20 } = {}) {
    this.#every = everyMs;
    this.#faultEvery = faultEvery;
    this.#processes = Object.fromEntries(
      SERVICES.map((service, at) => {
        const proc = (at + 1).toString(16).padStart(8, '0');
        return [service, new LoggedProcess({ service, host: `web-${at + 1}`, pid: 4000 + at, proc })];
      }),
    );
  }

  /**
   * The lines of so much more time.
   *
   * @returns {Generator<{ ms: number, service: string, text: string }>} `ms` from the start of all logs on
   */
  *lines(ms) {
    this.#end += ms;
    for (; this.#runs * this.#every < this.#end; this.#runs += 1) {
      const start = START + this.#runs * this.#every;
      yield* this.#due(start);
      this.#writeRun(start);
    }
    yield* this.#due(START + this.#end);
  }

  /** What happened before then. Lines of a process are numbered as it writes them. */
  *#due(until) {
    this.#pending.sort((one, other) => one.ms - other.ms);
    const count = this.#pending.findIndex(({ ms }) => ms >= until);
    for (const { ms, service, kind, own } of this.#pending.splice(0, count === -1 ? Infinity : count)) {
      const n = (this.#numbers.get(service) ?? 0) + 1;
      this.#numbers.set(service, n);
      const process = this.#processes[service];
      const at = `src/${service}.js:7:1`;
      const { text } =
        kind === 'record'
          ? process.record(ms, own.action, own.runId, { at, ...own, n })
          : process.event(ms, kind, { at, ...own, n });
      process.lines.length = 0;
      yield { ms: ms - START, service, text };
    }
  }

  #writeRun(ms) {
    const base = baseAt(ms);
    const runId = `${base}-${CLIENTS[this.#runs % CLIENTS.length]}`;
    const op = `worker-0-${base}`;
    const on = (service, time, kind, own) => this.#pending.push({ ms: time, service, kind, own });
    const record = (service, time, action, id, own = {}) =>
      on(service, time, 'record', { action, runId: id, ...own });
    on('api', ms, 'generate', { runId: base });
    record('api', ms + 5, 'created', base);
    record('api', ms + 9, 'created', runId);
    on('api', ms + 12, 'send', { runId, carrier: 'headers' });
    on('worker', ms + 20, 'receive', { runId, carrier: 'headers', op });
    record('worker', ms + 25, 'found', runId, { op });
    record('api', ms + 3000, 'completed', runId);
    record('api', ms + 3100, 'completed', base);
    if (this.#runs % this.#faultEvery === this.#faultEvery - 1) {
      const kinds = Object.values(FAULTS);
      const fault = kinds[Math.floor(this.#runs / this.#faultEvery) % kinds.length];
      fault({ on, record }, { ms, base, runId, op, before: this.#before });
    }
    this.#before = runId;
  }
}

/** What distinguishes a finding from all others, its confidence, and who did it. */
function identityOf({ class: name, runId, expected, process, at, code, confidence, changedBy, arrivedAt }) {
  const culprits = changedBy.map((culprit) => [culprit.process, culprit.at]);
  const arrival = arrivedAt && [arrivedAt.process, arrivedAt.at];
  return JSON.stringify([name, runId, expected, process, at, code, confidence, culprits, arrival]);
}

/** The latest state of the findings, without the withdrawn ones; each may be reported only once. */
function standing(news) {
  const all = new Map();
  const keyOf = ({ class: name, runId, expected, process, at, code }) =>
    JSON.stringify([name, runId, expected, process, at, code]);
  for (const { told, finding } of news) {
    const key = finding && keyOf(finding);
    if (told === 'finding' || told === 'changed') {
      if (all.has(key) !== (told === 'changed'))
        throw new Error(`told twice, or changed and not told: ${key}`);
      all.set(key, finding);
    } else if (told === 'withdrawn' && !all.delete(key)) {
      throw new Error(`withdrawn, and not told: ${key}`);
    }
  }
  return [...all.values()];
}

/** Classes that rest on something absent: only the end of all logs shows them. */
const ABSENT = ['never-generated', 'never-completed', 'log-missing', 'lines-missing'];

/** The identities of findings that what is there shows, in order. */
function identitiesOf(findings) {
  return findings
    .filter(({ class: name }) => !ABSENT.includes(name))
    .map(identityOf)
    .sort();
}

module.exports = { DayLogs, FAULTS, MINUTE, SECOND, SERVICES, identitiesOf, standing };
