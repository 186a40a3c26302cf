'use strict';

// What belongs to a test: its clock, the events that happen in it, and whether it logs. It is found by
// AsyncLocalStorage, so that tests may run at once.

const { AsyncLocalStorage } = require('node:async_hooks');
const { onClockAsked } = require('../core/generate.js');
const { channels } = require('../events/events.js');
const { onSilenceAsked } = require('../events/log.js');

/** @type {AsyncLocalStorage<Isolation>} */
const storage = new AsyncLocalStorage();

class Isolation {
  /** @type {import('../core/generate.js').Clock | null} */
  clock = null;
  /** @type {any[]} */
  events = [];
  silences = 0;

  /** @param {Isolation | null} outer the test that this one is a part of; what it lacks is that one's */
  constructor(outer) {
    this.outer = outer;
  }
}

/** What happens in no test. Nobody asks for its events. */
const OUTSIDE = new Isolation(null);

/** The test that has what happens in no other, such as in a server that was started before. */
let outermost = OUTSIDE;

/** How many tests are not over. */
let running = 0;

onClockAsked(() => firstOf((test) => test.clock));
onSilenceAsked(() => firstOf((test) => test.silences > 0 || null) !== null);

function testInHand() {
  return storage.getStore() ?? outermost;
}

/** What the innermost test has that has any; null where none has. */
function firstOf(read) {
  for (let test = testInHand(); ; test = test.outer) {
    const found = read(test);
    if (found !== null || test.outer === null) return found;
  }
}

function capture(event) {
  for (let test = testInHand(); test.outer !== null; test = test.outer) test.events.push(event);
}

/** @param {Isolation} test @param {boolean} hasThread whether what happens in no test belongs to it */
function begin(test, hasThread) {
  if (hasThread) outermost = test;
  running += 1;
  if (running > 1) return;
  for (const channel of Object.values(channels)) channel.subscribe(capture);
}

function end(test) {
  if (outermost === test) outermost = OUTSIDE;
  running -= 1;
  if (running > 0) return;
  for (const channel of Object.values(channels)) channel.unsubscribe(capture);
}

/**
 * Calls `fn` in a test of its own, within the one in hand, and `finish` when it is over: at once, or when the promise
 * that it returns is settled. `finish` is given a function that returns, or throws, what `fn` did, and for a promise the
 * function behind which the stack goes on where it is awaited.
 */
function runTest(fn, hasThread, finish) {
  const test = new Isolation(testInHand());
  begin(test, hasThread);
  const over = (outcome, awaiting) => {
    end(test);
    return finish(test, outcome, awaiting);
  };
  // What is begun only when it is awaited, such as a query of Knex, has to be awaited in the test.
  return storage.run(test, () => {
    let result;
    try {
      result = fn(test);
      if (typeof result?.then === 'function') return settled(result, over);
    } catch (error) {
      return over(rethrow(error));
    }
    return over(() => result);
  });
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

/** Whether a test has what happens in no other. */
const isThreadTaken = () => outermost !== OUTSIDE;

/** Whether the caller is in a test. */
const isInTest = () => testInHand() !== OUTSIDE;

module.exports = { isInTest, isThreadTaken, runTest, testInHand };
