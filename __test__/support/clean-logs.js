'use strict';

// Logs of any length in which nothing is wrong, and which often say "not found": events of all kinds, among what
// applications log about leads, caches and requests.

const fs = require('node:fs');
const path = require('node:path');
const { baseAt } = require('./base-time.js');
const { LoggedProcess, randomOf } = require('../../tools/log-writer.js');

const START = Date.UTC(2025, 9, 6, 12);
const CLIENTS = ['Ann-Carver', 'Acme-Corp', 'Duran-Duran'];
const SERVICES = ['api', 'worker', 'mailer'];

/** About a running run: texts, as people write them. */
const TEXTS = [
  (id, n) => `[${id}] warn: lead ${n} not found`,
  (id) => `[${id}] info: cache entry not found, fetching`,
  (id, n) => `[${id}] info: GET https://crm.example/leads/${n} 404 Not Found`,
  (id, n) => `Run ${id}: lead ${n} not found`,
  (id, n) => `run ${id}: contact ${n} does not exist in the CRM`,
  (id, n) => `run ${id} missing ${n} of 40 e-mail addresses`,
  (id) => `no leads to score for ${id}`,
  (id) => `cache miss for ${id}`,
  (id, n) => `retry ${n % 5} of run ${id}: connect ECONNREFUSED 10.0.0.7:5432`,
  (id, n) => `job ${id}: attempt ${n % 5} failed with 404 Not Found, will be tried again`,
  (id, n) => `client run ${id} goes on without lead ${n}: record not found`,
  (id) => `config for client not found, defaults used in ${id}`,
  (id, n) => `scored ${n} leads of ${id}, 3 not found`,
  (id) => `${id} completed`,
];

/** The same from loggers that write JSON. */
const RECORDS = [
  (id) => ({ run: { id }, msg: 'lead not found' }),
  (id, n) => ({ runId: id, msg: `lead ${n} not found` }),
  (id) => ({ runId: id, msg: 'cache miss' }),
  (id) => ({
    runId: id,
    err: { code: 'ENOENT', message: 'no such file or directory' },
    msg: 'template not found',
  }),
  (id, n) => ({ runId: id, url: `https://crm.example/leads/${n}`, status: 404, msg: 'Not Found' }),
  (id, n) => ({ runId: id, attempt: n % 5, msg: 'request failed, trying again' }),
  (id, n) => ({ runId: id, err: { code: 'LEAD_NOT_FOUND', received: `lead-${n}` }, msg: 'skipped' }),
];

/** What a proxy in front writes, with the run in the URL. */
const REQUESTS = [
  (id) => `"POST /resume?runId=${id} HTTP/1.1" 200 512`,
  (id, n) => `"GET /leads/${n}?runId=${id} HTTP/1.1" 404 19`,
  (id) => `"GET /favicon.ico HTTP/1.1" 404 0 "https://acme.example/runs/${id}"`,
];

/** Without any run: lines that are only read. */
const OTHERS = [
  'Error: Not Found',
  '    at handle (/srv/app/src/leads.js:40:3)',
  'GET /leads/7 404 Not Found',
];

class CleanLogs {
  #files = new Map();
  #processes;
  #numbers = new Map();
  #random = randomOf(7);
  lines = 0;

  constructor(folder) {
    this.folder = folder;
    this.#processes = Object.fromEntries(
      SERVICES.map((service, at) => {
        const proc = (at + 1).toString(16).padStart(8, '0');
        return [service, new LoggedProcess({ service, host: `web-${at + 1}`, pid: 4000 + at, proc })];
      }),
    );
  }

  get paths() {
    return [...this.#files.keys()].map((name) => path.join(this.folder, name));
  }

  /** Writes runs, one after the other, until there are that many lines. @returns the number of runs */
  write(lines) {
    let runs = 0;
    for (; this.lines < lines; runs++) this.#writeRun(START + runs * 7000, CLIENTS[runs % CLIENTS.length]);
    for (const service of SERVICES) this.#event(service, START + runs * 7000, 'end', {});
    for (const [name, texts] of this.#files) this.#flush(name, texts);
    return runs;
  }

  #writeRun(start, clientId) {
    const base = baseAt(start);
    const runId = `${base}-${clientId}`;
    this.#event('api', start, 'generate', { runId: base });
    this.#record('api', start + 5, 'created', base);
    this.#record('api', start + 9, 'created', runId);
    const within = (service, arrived) => ({ op: `${service}-0-${base}`, within: runId, arrived });
    this.#event('api', start + 12, 'send', { runId, carrier: 'headers', ...within('api', null) });
    for (const [service, carrier, ms] of [
      ['worker', 'headers', start + 20],
      ['mailer', 'data', start + 2000],
    ]) {
      const hand = within(service, carrier);
      this.#event(service, ms, 'receive', { runId, carrier });
      this.#record(service, ms + 5, 'found', runId, hand);
      this.#event(service, ms + 6, 'pass', { runId, ...hand });
      for (let at = 0; at < 8; at++) this.#writeProse(service, ms + 10 + at * 9, runId);
      this.#record(service, ms + 90, 'updated', runId, hand);
      // The worker queues what the mailer does.
      if (service === 'worker') this.#event(service, ms + 95, 'send', { runId, carrier: 'data', ...hand });
    }
    for (let at = 0; at < 3; at++) this.#writeProse('api', start + 3000 + at, base);
    this.#record('api', start + 3100, 'completed', runId);
    this.#record('api', start + 3200, 'completed', base);
  }

  #event(service, ms, kind, own) {
    const n = (this.#numbers.get(service) ?? 0) + 1;
    this.#numbers.set(service, n);
    this.#take(service, (process) => process.event(ms, kind, { ...own, n, at: `src/${service}.js:7:1` }));
  }

  #record(service, ms, action, runId, more = {}) {
    const n = (this.#numbers.get(service) ?? 0) + 1;
    this.#numbers.set(service, n);
    const at = `src/${service}.js:9:1`;
    this.#take(service, (process) => process.record(ms, action, runId, { ...more, n, at }));
  }

  #writeProse(service, ms, runId) {
    const n = Math.floor(this.#random() * 1000);
    const pick = (forms) => forms[Math.floor(this.#random() * forms.length)];
    const form = this.#random();
    const time = new Date(ms).toISOString();
    if (form < 0.5) this.#line(`${service}.log`, `${time} ${pick(TEXTS)(runId, n)}`);
    else if (form < 0.8) this.#take(service, (process) => process.pino(ms, pick(RECORDS)(runId, n)));
    else if (form < 0.9)
      this.#line('access.log', `10.0.0.7 - - [${accessTime(ms)}] ${pick(REQUESTS)(runId, n)}`);
    else this.#line(`${service}.log`, pick(OTHERS));
  }

  #take(service, write) {
    const process = this.#processes[service];
    this.#line(process.file, write(process).text);
    process.lines.length = 0;
  }

  #line(name, text) {
    if (!this.#files.has(name)) this.#files.set(name, []);
    const texts = this.#files.get(name);
    texts.push(text);
    this.lines += 1;
    if (texts.length === 10_000) this.#flush(name, texts);
  }

  #flush(name, texts) {
    if (texts.length > 0) fs.appendFileSync(path.join(this.folder, name), `${texts.join('\n')}\n`);
    texts.length = 0;
  }
}

/** The time format of web servers' access logs. */
function accessTime(ms) {
  const [, day, month, year, clock] = new Date(ms).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

module.exports = { CleanLogs };
