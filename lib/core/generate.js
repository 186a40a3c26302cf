'use strict';

const binding = require('../binding.js');
const { channels, emit, reject } = require('../events/events.js');
const { generatedCount } = require('../events/stats.js');

const { nextBase, nextClientRunId, MAX_LENGTH } = binding;
const generateChannel = channels.generate;

/** This thread's own clock, for tests; null for the real one. */
let clock = null;

function generateTimestampRunId(clientId) {
  if (clock === null && !generateChannel.hasSubscribers) {
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

/** A new base, to be claimed at the call of `caller`. */
function generateBase(caller) {
  const runId = clock === null && !generateChannel.hasSubscribers ? nextBase() : undefined;
  if (runId === undefined) return generate(undefined, caller);
  generatedCount[0] += 1;
  return runId;
}

/** The same, slowly: tells about it, and says why when there is none. */
function generate(clientId, caller) {
  const generated = issue(clientId, caller, 'clientId');
  tell(generated, caller);
  return generated.runId;
}

/**
 * A new run ID, whose events are not emitted yet.
 *
 * @returns `{ runId, leadSeconds }`, to be given to `tell`
 */
function issue(clientId, caller, source, expectClientId, now = readClock()) {
  const generated = binding.generate(clientId, source, now);
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

/** The time of this thread's own clock; nothing when it has none. */
function readClock() {
  if (clock === null) return undefined;
  const now = clock();
  return typeof now === 'number' ? now : Number.NaN;
}

/** `undefined` leaves the clock alone, `null` returns to the real one. */
function setClock(given) {
  if (given === undefined) return;
  if (given !== null) binding.startOwnClock();
  clock = given;
}

module.exports = { generateBase, generateTimestampRunId, issue, readClock, setClock, tell };
