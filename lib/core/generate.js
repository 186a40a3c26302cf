'use strict';

const binding = require('../binding.js');
const { channels, emit, reject } = require('../events/events.js');
const { generatedCount } = require('../events/stats.js');

const { nextBase, nextClientRunId, MAX_LENGTH } = binding;
const generateChannel = channels.generate;

/** @typedef {{ now: () => number, own: import('../binding.js').OwnClock }} Clock a clock for tests */

/** @type {Clock | null} this thread's clock; null for the real one */
let threadClock = null;

/** @type {(() => Clock | null) | null} returns the clock of the current test, if tests have their own clocks */
let clockOfTest = null;

/** Whether only the real clock can apply. */
let isReal = true;

function generateTimestampRunId(clientId) {
  if (isReal && !generateChannel.hasSubscribers) {
    if (clientId === undefined) {
      const runId = nextBase();
      if (runId !== undefined) {
        generatedCount[0] += 1;
        return runId;
      }
    } else if (typeof clientId === 'string' && clientId.length <= MAX_LENGTH) {
      const runId = nextClientRunId(clientId);
      if (runId !== undefined) {
        generatedCount[0] += 1;
        return runId;
      }
    }
  }
  return generate(clientId, generateTimestampRunId);
}

/** A new base, generated for the call of `caller`. */
function generateBase(caller) {
  const runId = isReal && !generateChannel.hasSubscribers ? nextBase() : undefined;
  if (runId === undefined) return generate(undefined, caller);
  generatedCount[0] += 1;
  return runId;
}

/** The same, the slow way: emits the event, and gives the reason if there is no ID. */
function generate(clientId, caller) {
  const generated = issue(clientId, caller, 'clientId');
  tell(generated, caller);
  return generated.runId;
}

/**
 * A new run ID, without emitting its events yet.
 *
 * @returns `{ runId, leadSeconds }`, to be passed to `tell`
 */
function issue(clientId, caller, source, expectClientId, clock = readClock()) {
  const generated = binding.generate(clientId, source, clock);
  if (Array.isArray(generated)) throw reject(generated, caller, expectClientId);
  generatedCount[0] += 1;
  return generated;
}

function tell(generated, caller) {
  if (Object.hasOwn(generated, 'warning')) {
    process.emitWarning(generated.warning, { type: 'RunIdWarning', code: 'RUN_ID_LEAD' });
  }
  emit('generate', caller, generated);
}

/** The current clock, set to the time now; undefined if it is the real one. */
function readClock() {
  if (isReal) return undefined;
  const clock = clockOfTest?.() ?? threadClock;
  if (clock === null) return undefined;
  const now = clock.now();
  clock.own.show(typeof now === 'number' ? now : Number.NaN);
  return clock.own;
}

/** `undefined` leaves the clock alone, `null` returns to the real one. */
function setClock(now) {
  if (now === undefined) return;
  threadClock = now === null ? null : clockOf(now);
  isReal = threadClock === null && clockOfTest === null;
}

/** A clock with a sequence of its own. */
function clockOf(now) {
  return { now, own: new binding.OwnClock() };
}

/** Sets the function that returns the clock of the current test. */
function onClockAsked(read) {
  clockOfTest = read;
  isReal = false;
}

module.exports = {
  clockOf,
  generateBase,
  generateTimestampRunId,
  issue,
  onClockAsked,
  readClock,
  setClock,
  tell,
};
