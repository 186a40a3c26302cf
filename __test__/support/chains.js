'use strict';

// Runs that go from process to process, as chance has it: through boundaries, messages, plain handlers and fields that the
// library does not read; at two levels; with clocks that differ, lines that are lost and a log that is not there. It is
// known who changed an ID.

const { baseAt } = require('./base-time.js');
const { LogWriter, SECOND, randomOf } = require('../../tools/log-writer.js');

const HOUR = 3600 * SECOND;
const START = Date.UTC(2025, 9, 6, 14, 30);
const CLIENTS = ['Ann-Carver', 'Lee-Marlow', 'Acme-Corp'];

/** What only `all` logs. */
const DETAILS = ['resolve', 'pass', 'found'];

/** By which source of a request arrives what a carrier took along. */
const SOURCES = { headers: 'header', url: 'query', data: 'body' };

const shifted = (runId, by) => {
  const [, year, month, day, hour, minute, second] = /^(..)(..)(..)-(..)(..)(..)/.exec(runId);
  return `${baseAt(Date.UTC(2000 + Number(year), month - 1, day, hour, minute, second) + by)}${runId.slice(13)}`;
};

const WAYS = {
  'case-changed': (runId) => runId.toLowerCase(),
  'suffix-cut': (runId) => runId.slice(0, -3),
  'suffix-twice': (runId) => runId + runId.slice(13),
  'suffix-missing': (runId) => runId.slice(0, 13),
  'separator-changed': (runId) => `${runId.slice(0, 14)}${runId.slice(14).replace('-', '_')}`,
  'placeholder-client': (runId) => `${runId.slice(0, 14)}undefined`,
  'time-zone-shift': (runId) => shifted(runId, 2 * HOUR),
  'date-changed': (runId) => shifted(runId, 24 * HOUR),
};

/**
 * How a process gets the ID that comes to it: as events, or in an operation without a trace. What comes without a trace
 * outside of any operation looks like what was changed there.
 */
const ARRIVALS = {
  boundary(act, { runId, carrier, op }) {
    act('resolve', { runId, op, source: SOURCES[carrier] });
    return { op, within: runId, arrived: SOURCES[carrier] };
  },
  message(act, { runId, carrier, op }) {
    act('receive', { runId, op, carrier });
    return { op, within: runId, arrived: carrier };
  },
  plain(act, { runId, carrier }) {
    act('resolve', { runId, source: SOURCES[carrier] });
    return {};
  },
  field: (_act, { op }) => ({ op }),
};

/** A system of processes, and what they did with some runs. */
class Chains {
  /** Of each wrong ID that was looked up: `{ way, wrong, right, culprit }`, without a culprit if it was changed outside. */
  changes = [];
  #random;
  #logs;
  #processes;
  #acts = [];
  #operations = 0;

  /** @param scope what the files end with */
  constructor(scope, seed) {
    this.#random = randomOf(seed);
    this.#logs = new LogWriter(scope);
    this.#processes = ['api', 'worker', 'webhook', 'mailer', 'relay'].map((service) => ({
      log: this.#logs.process(service, { skewMs: this.#pick([0, 0, 2, -3, 5]) * SECOND }),
      isDetailed: this.#chance(0.5),
      arrival: ARRIVALS[this.#pick(Object.keys(ARRIVALS))],
      n: 0,
    }));
    const first = Math.floor(this.#random() * 4);
    for (let run = 0; run < 20; run += 1) this.#run(START + (first + run * 3) * SECOND + this.#upTo(500));
  }

  /** What the logs tell, some of which are lost. */
  verdict() {
    const ordered = this.#acts.map((act, at) => ({ ...act, at })).sort((a, b) => a.ms - b.ms || a.at - b.at);
    const losesLines = this.#chance(0.2);
    for (const { process, ms, kind, fields } of ordered) {
      if (!process.isDetailed && DETAILS.includes(fields.action ?? kind)) continue;
      process.n += 1;
      if (losesLines && this.#chance(0.05)) continue;
      if (kind === 'record') process.log.record(ms, fields.action, fields.runId, { ...fields, n: process.n });
      else process.log.event(ms, kind, { ...fields, n: process.n });
    }
    const lost = this.#chance(0.4) ? this.#pick(this.#processes.slice(1)).log : null;
    return this.#logs.write({ only: (log) => log !== lost }).verdict();
  }

  #run(start) {
    const [api, ...others] = this.#processes;
    const [base, client] = [baseAt(start), this.#pick(CLIENTS)];
    const right = `${base}-${client}`;
    const way = this.#chance(0.6) ? this.#pick(Object.keys(WAYS)) : null;
    const [hops, op] = [1 + this.#upTo(3), this.#operation()];
    const at = way === null ? -1 : this.#upTo(hops + 1);
    this.#act(api, start, 'generate', { runId: base, op });
    for (const runId of [base, ...CLIENTS.map((own) => `${base}-${own}`)]) {
      this.#act(api, start + 5, 'record', { action: 'created', runId, op, within: base });
    }
    let [process, ms, hand, runId, culprit] = [api, start + 20, { op, within: base }, right, null];
    for (let hop = 0; hop <= hops; hop += 1) {
      const act = (kind, fields) => this.#act(process, ms, kind, fields);
      if (hop === at && runId === right) [runId, culprit] = [WAYS[way](right), process.log.name];
      if (this.#chance(0.4)) act('pass', { runId, ...hand });
      if (hop === hops) this.#look(act, { way, runId, right, culprit, client }, hand);
      const carrier = this.#pick(Object.keys(SOURCES));
      if (hop < hops && this.#chance(0.7)) act('send', { runId, carrier, ...hand });
      // A process outside the logs passes it on.
      if (hop < at && runId === right && this.#chance(0.15)) runId = WAYS[way](right);
      process = this.#pick(others);
      ms += 20 + this.#upTo(3000);
      const came = { runId, carrier, op: this.#operation() };
      if (hop < hops) hand = process.arrival((kind, fields) => this.#act(process, ms, kind, fields), came);
      ms += 3;
    }
    // Others have the right one in hand, and send it.
    for (let more = this.#upTo(4); more > 0; more -= 1) {
      const [other, later] = [this.#pick(others), start + 100 + this.#upTo(8000)];
      const own = this.#chance(0.5) ? { op: this.#operation(), within: right, arrived: 'query' } : {};
      this.#act(other, later, 'resolve', { runId: right, op: own.op, source: 'query' });
      this.#act(other, later + 1, 'record', { action: 'found', runId: right, ...own });
      this.#act(other, later + 2, 'send', { runId: right, carrier: 'url', ...own });
    }
  }

  #look(act, { way, runId, right, culprit, client }, hand) {
    const isWrong = runId !== right;
    const isOfTime = way === 'time-zone-shift' || way === 'date-changed';
    const near = isWrong && !isOfTime ? [{ runId: right, reason: way }] : [];
    const more = isWrong ? { table: 'client', clientId: client, near } : {};
    act('record', { action: isWrong ? 'missing' : 'found', runId, ...more, ...hand });
    if (isWrong) this.changes.push({ way, wrong: runId, right, culprit });
  }

  #act(process, ms, kind, fields) {
    this.#acts.push({ process, ms, kind, fields });
  }

  #operation() {
    this.#operations += 1;
    return `op-${this.#operations}`;
  }

  #upTo(count) {
    return Math.floor(this.#random() * count);
  }

  #chance(part) {
    return this.#random() < part;
  }

  #pick(items) {
    return items[this.#upTo(items.length)];
  }
}

module.exports = { Chains };
