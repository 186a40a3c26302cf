'use strict';

// What belongs to a test: its clock, the events that happen in it, and whether it logs. It is found through
// AsyncLocalStorage, so that tests may run concurrently.

const { AsyncLocalStorage } = require('node:async_hooks');
const { onClockAsked } = require('../core/generate.js');
const { read } = require('../core/request.js');
const { channels } = require('../events/events.js');
const { onSilenceAsked } = require('../events/log.js');

/** @type {AsyncLocalStorage<Isolation>} */
const storage = new AsyncLocalStorage();

class Isolation {
  /** @type {import('../core/generate.js').Clock | null} */
  clock = null;
  /** @type {Sight[]} */
  sights = [];
  silences = 0;

  /** @param {Isolation | null} outer the test that contains this one, from which it inherits what it does not have */
  constructor(outer) {
    this.outer = outer;
  }

  isWithin(other) {
    for (let { outer } = this; outer !== null; outer = outer.outer) if (outer === other) return true;
    return false;
  }
}

/**
 * An event that happened while a test ran: in the test itself, in an outer test, or in none, as in a server that was
 * started earlier. An event outside concurrent tests may belong to any of them.
 *
 * @typedef {{ event: any, isOwn: boolean, isShared: boolean }} Sight
 */

/** Stands for no test. Its events are never asked for. */
const OUTSIDE = new Isolation(null);

/** The test to which everything outside other tests belongs. */
let outermost = OUTSIDE;

/** The tests that have not ended. */
const running = new Set();

onClockAsked(() => firstOf((test) => test.clock));
onSilenceAsked(() => firstOf((test) => test.silences > 0 || null) !== null);

function testInHand() {
  return storage.getStore() ?? outermost;
}

/** The value of the innermost test that has one; null if none has. */
function firstOf(ask) {
  for (let test = testInHand(); ; test = test.outer) {
    const found = ask(test);
    if (found !== null || test.outer === null) return found;
  }
}

function capture(event) {
  const place = testInHand();
  for (let test = place; test.outer !== null; test = test.outer) {
    test.sights.push({ event, isOwn: true, isShared: false });
  }
  for (const test of running) {
    if (test.isWithin(place)) test.sights.push({ event, isOwn: false, isShared: isBesideOthers(test) });
  }
}

function isBesideOthers(test) {
  return [...running].some((other) => other !== test && !test.isWithin(other) && !other.isWithin(test));
}

/** @param {Isolation} test @param {boolean} hasThread whether everything outside tests belongs to it */
function begin(test, hasThread) {
  if (hasThread) outermost = test;
  if (running.size === 0) for (const channel of Object.values(channels)) channel.subscribe(capture);
  running.add(test);
}

function end(test) {
  if (outermost === test) outermost = OUTSIDE;
  running.delete(test);
  if (running.size === 0) for (const channel of Object.values(channels)) channel.unsubscribe(capture);
}

/**
 * Calls `fn` in its own test, within the current one, and `finish` when it is over: at once, or when the returned promise
 * is settled. `finish` gets a function that returns or throws what `fn` did and, for a promise, the function after which
 * the stack continues where it is awaited.
 */
function runTest(fn, hasThread, finish) {
  const test = new Isolation(testInHand());
  begin(test, hasThread);
  const over = (outcome, awaiting) => {
    end(test);
    return finish(test, outcome, awaiting);
  };
  // Work that begins only when it is awaited, such as a Knex query, has to be awaited in the test.
  return storage.run(test, () => {
    let result;
    try {
      result = fn(test);
      if (isThenable(result)) return settled(result, over);
    } catch (error) {
      return over(rethrow(error));
    }
    return over(() => result);
  });
}

function isThenable(value) {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof read(value, 'then') === 'function';
}

async function settled(promise, over) {
  let outcome;
  try {
    const result = await promise;
    outcome = () => result;
  } catch (error) {
    outcome = rethrow(error);
  }
  return over(outcome, settled);
}

const rethrow = (error) => () => {
  throw error;
};

/** Whether everything outside other tests belongs to a test. */
const isThreadTaken = () => outermost !== OUTSIDE;

/** Whether the caller is in a test. */
const isInTest = () => testInHand() !== OUTSIDE;

module.exports = { isInTest, isThreadTaken, runTest, testInHand };
