'use strict';

// An attempt at a job or a client run: it holds the row by a token, keeps it alive, and learns when it has lost it.

const { AsyncLocalStorage } = require('node:async_hooks');
const { randomBytes } = require('node:crypto');
// Kept from the start: a test that sets the clock of its own timers does not stop the heart of a job.
const { clearTimeout, setTimeout } = require('node:timers');
const { leaveRun, runWithin } = require('../context/run-in-hand.js');

/** The attempt in hand, inside that in which it was begun. */
const inHand = new AsyncLocalStorage();

/** Milliseconds between two heartbeats, unless it is said. */
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

  /** What the statements that begin it take: {@link import('./attempt-statements.js').attemptValues}. */
  get values() {
    return [this.token, String(this.beatMs), String(this.number)];
  }

  /** Aborts when the row is no longer this attempt's, with the error that says so. */
  get signal() {
    return this.#abortion.signal;
  }

  /**
   * Calls `fn` in the run, with a heart that beats until it has ended.
   *
   * @param {(row: any) => Promise<Error>} lossOf the error of a row that was lost, undefined where it is gone
   */
  async live(runId, fn, lossOf) {
    this.runId = runId;
    // The heart belongs to this attempt alone: not to the run from which it was begun, nor to its own.
    const scheduled = () => leaveRun(() => inHand.run(undefined, () => this.#schedule(lossOf)));
    scheduled();
    try {
      return await inHand.run({ attempt: this, outer: inHand.getStore() }, () => runWithin(runId, fn));
    } finally {
      this.#isOver = true;
      clearTimeout(this.#timer);
    }
  }

  /** One beat after another: where the database is slow, none waits behind another. */
  #schedule(lossOf) {
    const timer = setTimeout(async () => {
      // What can't be asked now is asked again: silence alone is what counts.
      const loss = await this.#beat(lossOf).catch(() => null);
      if (this.#isOver || this.hasEnded) return;
      if (loss === null) this.#schedule(lossOf);
      else this.#abortion.abort(loss);
    }, this.beatMs);
    timer.unref();
    this.#timer = timer;
  }

  /** @returns the error that says how the row was lost; null where it was not */
  async #beat(lossOf) {
    const { beat, stand } = this.#database.statements[this.table.name];
    const values = [this.runId, this.token];
    if ((await this.#database.rows(beat, values, this.caller)).length > 0) return null;
    const [row] = await this.#database.rows(stand, values, this.caller);
    // Ended by the attempt itself, meanwhile or before.
    return this.#isOver || this.hasEnded ? null : await lossOf(row);
  }
}

/** The attempt in hand at the row of that run ID, if any. */
function attemptAt(runId) {
  for (let store = inHand.getStore(); store !== undefined; store = store.outer) {
    if (store.attempt.runId === runId) return store.attempt;
  }
  return undefined;
}

/** Its token, as the statements take it. */
function tokenAt(runId) {
  return attemptAt(runId)?.token ?? null;
}

module.exports = { Attempt, attemptAt, tokenAt };
