'use strict';

// Simulated hosts: processes with their own clocks, each with a log, and all other kinds of lines that occur in logs.
// `check.test.js` compares its event lines with those of the library.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const binding = require('../lib/binding.js');
const { getClientId, isRunId } = require('../index.js');
const { baseAt } = require('../__test__/support/base-time.js');
const { verdictOf } = require('./verdict.js');

const SECOND = 1000;
const HOUR = 3600 * SECOND;

const FIELDS = Object.fromEntries(binding.EVENTS.kinds.map(({ name, fields }) => [name, fields]));

/** The default values of an event's fields; the others are null. */
const USUAL = {
  generate: { leadSeconds: 0 },
  resolve: { source: 'body' },
  conflict: { source: 'query', otherSource: 'body' },
};

const plain = (text) => text;

/** How collectors wrap a line. */
const WRAPPERS = {
  plain,
  docker: (text, time) => `${JSON.stringify({ log: `${text}\n`, stream: 'stderr', time: `${time}` })}`,
  kubernetes: (text, time) => `${time.replace('Z', '123456Z')} stderr F ${text}`,
  syslog: (text, time) => `<13>${syslogTime(time)} gateway collector[1]: ${text}`,
  pm2: (text) => `0|api      | ${text}`,
};

/** RFC 3164, section 4.1.2. */
function syslogTime(time) {
  const [, day, month, , clock] = new Date(time).toUTCString().split(' ');
  return `${month} ${day.replace(/^0/, ' ')} ${clock}`;
}

/** A process: who it is, how far its clock is off, and its log. */
class LoggedProcess {
  lines = [];

  constructor(identity, { skewMs = 0, wrapper = 'plain' } = {}) {
    this.identity = identity;
    this.skewMs = skewMs;
    this.wrap = WRAPPERS[wrapper];
  }

  get name() {
    const { service, host, pid, proc } = this.identity;
    return `${service}@${host}/${pid}/${proc}`;
  }

  get file() {
    return `${this.identity.service}.log`;
  }

  timeAt(ms) {
    return new Date(ms + this.skewMs).toISOString();
  }

  /** A line with any text. Lines are ordered by their times, `ms` since 1970 by a correct clock. */
  write(ms, text, fields = {}) {
    const line = { ms, text, process: this.name, file: this.file, at: null, ...fields };
    this.lines.push(line);
    return line;
  }

  event(ms, event, { op = null, at = this.#callSite(), ...own } = {}) {
    const time = this.timeAt(ms);
    const { service, proc, host, pid } = this.identity;
    const { common, marker, version: v } = binding.EVENTS;
    const given = { v, time, service, proc, host, pid, thread: 0, op, event, at, ...USUAL[event], ...own };
    const names = new Set([...common, ...FIELDS[event], ...Object.keys(own)]);
    const fields = Object.fromEntries([...names].map((name) => [name, given[name] ?? null]));
    return this.write(ms, this.wrap(`${marker}${JSON.stringify(fields)}`, time), { at });
  }

  generate(ms, runId, more) {
    return this.event(ms, 'generate', { runId, ...more });
  }

  resolve(ms, runId, more) {
    return this.event(ms, 'resolve', { runId, ...more });
  }

  reject(ms, code, received, more) {
    const message = `STRICT RUN ID ERROR: ${code} "${received}"`;
    const stack = `RunIdError: ${message}\n    at handle (/srv/app/src/handler.js:3:9)`;
    return this.event(ms, 'reject', { code: `ERR_RUN_ID_${code}`, message, received, stack, ...more });
  }

  /** The table is the one that has such keys, and the client that of the ID, as job tracking writes them. */
  record(ms, action, runId, more) {
    const clientId = isRunId(runId) ? getClientId(runId) : null;
    const table = clientId === null ? 'job' : 'client';
    const near = action === 'missing' ? [] : null;
    return this.event(ms, 'record', { action, table, runId, clientId, near, ...more });
  }

  /** As pino writes it. */
  pino(ms, fields) {
    const { host: hostname, pid } = this.identity;
    return this.write(ms, JSON.stringify({ level: 30, time: ms + this.skewMs, pid, hostname, ...fields }));
  }

  #callSite() {
    return `src/${this.identity.service}.js:${this.lines.length + 1}:7`;
  }
}

/** All processes and other files of a simulation; its files end with the test. */
class LogWriter {
  #processes = new Map();
  #folder;
  #writings = 0;

  /** @param {{ after: Function }} scope a test, or node:test itself */
  constructor(scope) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-logs-'));
    scope.after(() => fs.rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** The process of a service; created on first use. */
  process(service, settings) {
    if (!this.#processes.has(service)) {
      const number = this.#processes.size + 1;
      const proc = number.toString(16).padStart(8, '0');
      const identity = { service, host: `host-${number}`, pid: 4000 + number, proc };
      this.#processes.set(service, new LoggedProcess(identity, settings));
    }
    return this.#processes.get(service);
  }

  /** Writes the logs of all processes, or of some, in this order of files. */
  write({ only = () => true, shuffle = plain, end = '\n' } = {}) {
    const folder = path.join(this.#folder, String(++this.#writings));
    fs.mkdirSync(folder);
    const lines = [...this.#processes.values()].filter(only).flatMap((process) => process.lines);
    // Stable: what happens at the same time stays in the order of writing.
    lines.sort((a, b) => a.ms - b.ms);
    const files = byFile(lines);
    const names = shuffle([...files.keys()]);
    const numbers = new Map();
    for (const [name, own] of files) {
      own.forEach((line, at) => numbers.set(line, at + 1));
      const parts = own.map(({ text }) => (typeof text === 'string' ? Buffer.from(text) : text));
      fs.writeFileSync(path.join(folder, name), Buffer.concat(parts.flatMap((p) => [p, Buffer.from(end)])));
    }
    return new Logs(folder, names, numbers);
  }
}

function byFile(lines) {
  const files = new Map();
  for (const line of lines) {
    if (!files.has(line.file)) files.set(line.file, []);
    files.get(line.file).push(line);
  }
  return files;
}

/** Files as they appear on a command line. */
class Logs {
  #folder;
  #numbers;

  constructor(folder, names, numbers) {
    this.#folder = folder;
    this.names = names;
    this.#numbers = numbers;
  }

  get paths() {
    return this.names.map((name) => path.join(this.#folder, name));
  }

  /** The whole verdict, with files by the names that processes give them. */
  async verdict(options = {}, paths = this.paths) {
    return verdictOf(paths, { staleMs: HOUR, ...options }, (_key, value) =>
      typeof value === 'string' && value.startsWith(this.#folder) ? path.basename(value) : value,
    );
  }

  /** The findings, in the order of the classes and then of run IDs; evidence without its lines. */
  async check(staleMs = HOUR, paths = this.paths) {
    const { consistent, runs, skipped, findings, problems } = await this.verdict({ staleMs }, paths);
    const rank = new Map(binding.findingClasses().map(({ name }, at) => [name, at]));
    const order = ({ class: name, runId }) => [rank.get(name), runId ?? ''];
    const placed = findings.map(
      ({ class: name, runId, expected, change, process, at, confidence, evidence }) => {
        const places = evidence.map(({ file, line }) => ({ file, line }));
        return { class: name, runId, expected, change, process, at, confidence, evidence: places };
      },
    );
    placed.sort((one, other) => compare(order(one), order(other)));
    return { consistent, runs, skipped, findings: placed, problems };
  }

  /** Lines as the evidence of a finding shows them. */
  evidence(lines) {
    const places = lines.map((line) => ({ file: line.file, line: this.#numbers.get(line) }));
    const order = ({ file }) => this.names.indexOf(file);
    return places.sort((a, b) => order(a) - order(b) || a.line - b.line);
  }
}

/** Lists of numbers and texts, by the first pair that differs. */
function compare(one, other) {
  const at = one.findIndex((part, number) => part !== other[number]);
  return at === -1 ? 0 : one[at] < other[at] ? -1 : 1;
}

/**
 * A correct job: the gateway starts it and creates its records, the worker and the mailer receive each client's run
 * from it and use it, and the creator of the records ends them. Takes 40 seconds.
 *
 * @returns its base
 */
function writeJob(logs, start, { clients = ['Ann-Carver'], isCompleted = true } = {}) {
  const [gateway, worker, mailer] = ['gateway', 'worker', 'mailer'].map((name) => logs.process(name));
  const base = baseAt(start);
  const opOf = ({ identity }) => ({ op: `${identity.proc}-0-${base}` });
  gateway.generate(start, base, opOf(gateway));
  gateway.resolve(start + 1, base, { source: 'generated', ...opOf(gateway) });
  gateway.record(start + 20, 'created', base, opOf(gateway));
  clients.forEach((client, at) => {
    const runId = `${base}-${client}`;
    const later = (seconds) => start + seconds * SECOND + at * 7;
    gateway.record(later(1), 'created', runId, opOf(gateway));
    for (const [process, seconds] of [
      [worker, 10],
      [mailer, 20],
    ]) {
      process.resolve(later(seconds), runId, { expectClientId: client, ...opOf(process) });
      process.record(later(seconds) + 1, 'found', runId, opOf(process));
      process.event(later(seconds) + 2, 'pass', { runId, ...opOf(process) });
      process.record(later(seconds) + 3, 'updated', runId, opOf(process));
    }
    if (isCompleted) gateway.record(later(30), 'completed', runId, opOf(gateway));
  });
  if (isCompleted) gateway.record(start + 40 * SECOND, 'completed', base, opOf(gateway));
  return base;
}

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another order, by these random numbers. */
function shuffled(items, random) {
  const order = items.map((item) => [random(), item]);
  return order.sort(([a], [b]) => a - b).map(([, item]) => item);
}

module.exports = {
  HOUR,
  LogWriter,
  LoggedProcess,
  SECOND,
  WRAPPERS,
  randomOf,
  shuffled,
  syslogTime,
  writeJob,
};
