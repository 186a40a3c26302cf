'use strict';

// An attempt at a job or a client run: it holds the row by a token, keeps it alive, and learns when it has lost it.

const { AsyncLocalStorage } = require('node:async_hooks');
const { randomBytes } = require('node:crypto');
// Kept from the start, so that a test's fake timers do not stop the heartbeat of a job.
const { clearTimeout, setTimeout } = require('node:timers');
const { leaveRun, runWithin } = require('../context/run-in-hand.js');

/** The current attempt, which may have been started within another one. */
const inHand = new AsyncLocalStorage();

/** Milliseconds between two heartbeats, by default. */
const DEFAULT_BEAT = 10_000;

class Attempt {
  token = randomBytes(12).toString('hex');
  /** Whether it has ended the row itself. */
  hasEnded = false;

  #database;
  #abortion = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isOver = false;

  /**
   * @param {import('./database.js').Database} database
   * @param {import('./table.js').Table} table
   * @param {{ number: number, of: number }} turn
   * @param {number | undefined} beatMs
   * @param {Function} caller
   */
  constructor(database, table, turn, beatMs, caller) {
    this.#database = database;
    this.caller = caller;
    this.table = table;
    this.beatMs = beatMs ?? DEFAULT_BEAT;
    this.number = turn.number;
    this.isLast = turn.number === turn.of;
  }

  /** The parameters of the statements that begin it: {@link import('./attempt-statements.js').attemptValues}. */
  get values() {
    return [this.token, String(this.beatMs), String(this.number)];
  }

  /** Aborts when the attempt has lost the row, with the error that says so. */
  get signal() {
    return this.#abortion.signal;
  }

  /**
   * Calls `fn` in the run, and sends heartbeats until it has ended.
   *
   * @param {(row: any) => Promise<Error>} lossOf the error of a lost row; the row is undefined if it is gone
   */
  async live(runId, fn, lossOf) {
    this.runId = runId;
    // The heartbeat belongs to this attempt alone: neither to the run in which it was started, nor to its own run.
    const scheduled = () => leaveRun(() => inHand.run(undefined, () => this.#schedule(lossOf)));
    scheduled();
    try {
      return await inHand.run({ attempt: this, outer: inHand.getStore() }, () => runWithin(runId, fn));
    } finally {
      this.#isOver = true;
      clearTimeout(this.#timer);
    }
  }

  /** Only one heartbeat at a time: if the database is slow, they do not queue up. */
  #schedule(lossOf) {
    const timer = setTimeout(async () => {
      // If the database can't be asked now, it is asked again: only silence counts.
      const loss = await this.#beat(lossOf).catch(() => null);
      if (this.#isOver || this.hasEnded) return;
      if (loss === null) this.#schedule(lossOf);
      else this.#abortion.abort(loss);
    }, this.beatMs);
    timer.unref();
    this.#timer = timer;
  }

  /** @returns the error that says how the row was lost; null if it was not */
  async #beat(lossOf) {
    const { beat, stand } = this.#database.statements[this.table.name];
    const values = [this.runId, this.token];
    if ((await this.#database.rows(beat, values, this.caller)).length > 0) return null;
    const [row] = await this.#database.rows(stand, values, this.caller);
    // Ended by the attempt itself, meanwhile or earlier.
    return this.#isOver || this.hasEnded ? null : await lossOf(row);
  }
}

/** The current attempt at the row of that run ID, if any. */
function attemptAt(runId) {
  for (let store = inHand.getStore(); store !== undefined; store = store.outer) {
    if (store.attempt.runId === runId) return store.attempt;
  }
  return undefined;
}

/** Its token, as a parameter of the statements. */
function tokenAt(runId) {
  return attemptAt(runId)?.token ?? null;
}

module.exports = { Attempt, attemptAt, tokenAt };
