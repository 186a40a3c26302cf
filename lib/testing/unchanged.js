'use strict';

// Whether a run ID stayed unchanged, judged by the events of a test.

const { AssertionError } = require('node:assert');
const binding = require('../binding.js');
const { baseOf, clientOf, isRunId } = require('../core/run-id.js');

/** A refusal that is not about a run ID. */
const OF_CLIENT = 'ERR_RUN_ID_CLIENT';
const MISSING = 'ERR_RUN_ID_MISSING';

/**
 * Throws if the run ID was changed or lost.
 *
 * @param {string} runId
 * @param {import('./isolation.js').Sight[]} sights
 * @param {Function} caller
 * @param {() => unknown} [outcome] of the test: its error may be a consequence
 */
function refuseChange(runId, sights, caller, outcome) {
  const events = sights.filter((sight) => isOfRun(sight, runId)).map(({ event }) => event);
  const [first, ...more] = events.map((event) => changeIn(event, runId)).filter((change) => change !== null);
  if (first === undefined) return;
  const count = more.length === 0 ? '' : `, and ${more.length} more`;
  const error = assertionError(`Run ID ${runId} ${first.words}${count}`, first.actual, runId, caller);
  try {
    outcome?.();
  } catch (cause) {
    const property = { __proto__: null, value: cause, writable: true, configurable: true };
    Object.defineProperty(error, 'cause', property);
  }
  throw error;
}

/** Throws if no event shows the run ID: then nothing is proved. */
function refuseUnseen(runId, sights, caller) {
  if (sights.some(({ event }) => isOwn(ownOf(event, 'runId'), event, runId))) return;
  const message = `Run ID ${runId} was seen in no event: it was passed to nothing, or only to code in another thread, process or test`;
  throw assertionError(message, undefined, runId, caller);
}

/** Whether an event is about the run: outside concurrent tests, that is certain only within the run. */
function isOfRun({ event, isShared }, runId) {
  const within = ownOf(event, 'within');
  return !isShared || within === runId || isClientOf(within, runId);
}

/** A field that only some kinds of events have. */
function ownOf(event, field) {
  return Object.hasOwn(event, field) ? event[field] : null;
}

/** Whether a value is the run ID of a client under this one, which is a base. */
function isClientOf(value, runId) {
  return clientOf(runId) === null && isRunId(value) && baseOf(value) === runId;
}

function assertionError(message, actual, expected, caller) {
  return new AssertionError({ message, actual, expected, operator: 'expectUnchanged', stackStartFn: caller });
}

/** How an event shows that the run ID was changed; null if it doesn't. */
function changeIn(event, runId) {
  if (event.event === 'reject') {
    if (!isAboutAnother(event, runId)) return null;
    return { actual: event.received, words: `was changed or lost: ${event.message} (${placeOf(event)})` };
  }
  const other = [ownOf(event, 'runId'), ownOf(event, 'otherRunId')].find(
    (shown) => typeof shown === 'string' && !isOwn(shown, event, runId),
  );
  if (other === undefined) return null;
  return { actual: other, words: `became ${other} (${reasonOf(other, event, runId)}, ${placeOf(event)})` };
}

/** Whether a refusal is about a value that took the place of the run ID. */
function isAboutAnother(event, runId) {
  const { code, received } = event;
  if (code === MISSING) return true;
  if (!code.startsWith('ERR_RUN_ID_') || code === OF_CLIENT || received === null) return false;
  return received !== binding.show(runId) && !isOwn(received, event, runId);
}

/** A base and its clients are one run: it fans out to them, and their job is found by the base. */
function isOwn(shown, event, runId) {
  if (shown === runId) return true;
  if (isClientOf(shown, runId)) return true;
  return event.event === 'record' && event.table === 'job' && shown === baseOf(runId);
}

/** How it was changed, in the words of docs/changes.md. */
function reasonOf(other, event, runId) {
  if (event.event === 'generate') return 'minted-again';
  const [near] = isRunId(other) ? binding.rankNear(other, [runId]) : [];
  return near?.reason ?? (isRunId(other) ? 'another run' : 'no run ID');
}

function placeOf({ event, at }) {
  return at === null ? `by ${event}` : `by ${event} at ${at}`;
}

module.exports = { refuseChange, refuseUnseen };
