'use strict';

// Runs the code of a table's cell in twenty runs at once, and counts whose run `currentRunId()` is in `see()`.

const context = require('../../../lib/context/index.js');
const { CLIENTS } = require('./scopes.js');

const { bindRun, currentRunId, inject, leaveRun, runWithRunId } = context;

const RUNS = Array.from({ length: 20 }, (_, i) => `251006-1430${String(i).padStart(2, '0')}-Acme-Corp`);
const FIRST_RUN = '251006-142959-Ann-Carver';
const RUN_ID = /251006-\d{6}-Acme-Corp/;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** Code that enters the run itself shows what happens outside of it. */
const entersRun = (code) => code.includes('runWithRunId(runId');

/** Whose run was in hand, by run. */
class Sights {
  counts = { own: 0, another: 0, none: 0 };
  #runs = new Set();
  #waiting = new Map();
  #all = Promise.withResolvers?.() ?? withResolvers();

  get all() {
    return this.#all.promise;
  }

  /** Only the first sight of each run counts: listeners that runs share are called for each of them. */
  note(own, seen) {
    if (this.#runs.has(own)) return;
    this.#runs.add(own);
    this.#waiting.get(own)?.();
    if (seen === undefined) this.counts.none += 1;
    else if (seen === own) this.counts.own += 1;
    else this.counts.another += 1;
    if (this.#runs.size === RUNS.length) this.#all.resolve();
  }

  /** Calls `done` once this run was seen. */
  onceSeen(runId, done) {
    if (this.#runs.has(runId)) done();
    else this.#waiting.set(runId, done);
  }

  fail(error) {
    this.#all.reject(error);
  }
}

function withResolvers() {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
}

function execute(code, names) {
  const scope = { ...context, ...names };
  return new AsyncFunction(...Object.keys(scope), code)(...Object.values(scope));
}

/** What each run's own call of the code sees. */
async function tryCalls(client, code, servers, { bound = false } = {}) {
  const { names, fire = {}, request, close } = await leaveRun(() => CLIENTS[client].open(servers));
  const sights = new Sights();
  const waysOf = (runId) => {
    const see = () => sights.note(runId, currentRunId());
    return { runId, see: bound ? bindRun(see) : see, log: (value) => sights.note(runId, value) };
  };
  try {
    const calls = RUNS.map((runId) => {
      if (request !== undefined) {
        return request(runId, (req, res) => {
          execute(code, { ...names, req, res, ...waysOf(runId) }).catch((error) => sights.fail(error));
          if (code.includes('res.on(')) res.end();
          else sights.onceSeen(runId, () => res.end());
        });
      }
      const call = () => execute(code, { ...names, ...waysOf(runId) });
      return entersRun(code) ? call() : runWithRunId(runId, call);
    });
    Promise.all(calls).catch((error) => sights.fail(error));
    const [, event] = Object.entries(fire).find(([listener]) => code.includes(listener)) ?? [];
    if (event !== undefined) {
      await Promise.all(calls);
      await runWithRunId(FIRST_RUN, event);
    }
    await sights.all;
    await Promise.all(calls);
  } finally {
    await close();
  }
  return sights.counts;
}

/** What a handler sees that is made once, outside or inside a run, and gets a message from each run. */
async function tryMessages(client, code, servers, { inside = false } = {}) {
  const { names, send, close } = await leaveRun(() => CLIENTS[client].open(servers));
  const sights = new Sights();
  const see = (...message) => {
    const [own] = RUN_ID.exec(JSON.stringify(message.map((part) => part?.data ?? part))) ?? [];
    if (own !== undefined) sights.note(own, currentRunId());
  };
  try {
    const make = () => execute(code, { ...names, runId: FIRST_RUN, see });
    await (inside ? runWithRunId(FIRST_RUN, make) : make());
    await Promise.all(RUNS.map((runId) => runWithRunId(runId, () => send(inject({ leads: 5 })))));
    await sights.all;
  } finally {
    await close();
  }
  return sights.counts;
}

/** The counts in the words of the tables. */
function verdictOf({ own, another, none }) {
  if (own === RUNS.length) return 'its own';
  if (none === RUNS.length) return 'none';
  if (another > 0) return 'another run’s';
  return `its own (${own}) or none (${none})`;
}

module.exports = { RUN_COUNT: RUNS.length, entersRun, tryCalls, tryMessages, verdictOf };
