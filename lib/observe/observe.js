'use strict';

// Compares what the library would do with a value or a request with what the application did. It throws, generates and
// marks nothing, and returns nothing that could be used. SPEC §13.

const binding = require('../binding.js');
const { Refused, channels, emit } = require('../events/events.js');
const { observed } = require('../events/stats.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { NO_TRIAL_OPTIONS, resolve } = require('../core/resolve.js');
const {
  isBaseRunId,
  isClientRunId,
  isRunId,
  refusedClientId,
  refusedOtherClient,
  refusedRunId,
} = require('../core/run-id.js');
const { factsOf, RunIdError } = require('../run-id-error.js');
const { knownPlace, placeOfCall, placeOfName } = require('./place.js');
const { tellLater } = require('./summary.js');
const { isMadeBy, textIn } = require('./thrown.js');
const { warnOfCall } = require('./call-warning.js');

const { CODES, EVENTS } = binding;

const [SAME, DIFFERS, WOULD_THROW, WOULD_GENERATE] = EVENTS.outcomes.map((_name, number) => number);
const observeChannel = channels.observe;

const CODE_NUMBERS = new Map(CODES.map(({ code }, number) => [code, number]));

/** The number that means no code. */
const NO_CODE = -1;

/** The addon's name for each kind of run ID, and the test for it. */
const KINDS = {
  __proto__: null,
  base: { name: /** @type {const} */ ('Base'), is: isBaseRunId },
  client: { name: /** @type {const} */ ('Client'), is: isClientRunId },
};

const MAX_PLACE_LENGTH = 200;

const PLACE_OPTION = {
  place: {
    accepts: (value) => typeof value === 'string' && value !== '' && value.length <= MAX_PLACE_LENGTH,
    wants: `a name of 1 to ${MAX_PLACE_LENGTH} characters`,
  },
};

const OPTIONS = {
  kind: { accepts: (value) => Object.keys(KINDS).includes(value), wants: "'base' or 'client'" },
  expectClientId: null,
  ...PLACE_OPTION,
};

const NO_OPTIONS = Object.freeze({ kind: undefined, expectClientId: undefined, place: undefined });

/** The function for which the trial stands: errors name it. */
const RESOLVE_TRIAL = Object.freeze({ name: 'resolveRunId', isTrial: /** @type {const} */ (true) });
const NORMALIZE = 'normalizeRunId';

function observeRunId(value, options) {
  let place;
  let refused;
  try {
    const given =
      options === undefined ? NO_OPTIONS : readOptions(plain(options, observeRunId), OPTIONS, observeRunId);
    const { place: name } = given;
    place = name === undefined ? placeOfCall(observeRunId) : placeNamed(name, observeRunId);
    refused = refusedFor(value, given);
  } catch (error) {
    tellFailure(place, error, observeRunId);
    return;
  }
  if (refused === null) tell(place, SAME, NO_CODE, () => NO_FACTS, observeRunId);
  else tellRefused(place, refused, observeRunId);
}

function observeResolve(req, used, options) {
  let place;
  let found;
  try {
    let name;
    /** @type {object} */
    let rest = NO_TRIAL_OPTIONS;
    if (options !== undefined) {
      if (isPlaceAlone(plain(options, observeResolve))) name = options.place;
      else ({ place: name, ...rest } = options);
    }
    place = name === undefined ? placeOfCall(observeResolve) : placeNamed(name, observeResolve);
    found = resolve(req, rest, RESOLVE_TRIAL);
  } catch (error) {
    tellFailure(place, error, observeResolve);
    return;
  }
  if (found instanceof Refused) tellRefused(place, found, observeResolve);
  else tellFound(place, found, used);
}

function plain(options, caller) {
  if (!isPlainObject(options)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
  return options;
}

/** Whether it is the only own key. `Reflect.ownKeys` takes twice as long as these two calls. */
function isPlaceAlone(options) {
  const names = Object.getOwnPropertyNames(options);
  return names.length === 1 && names[0] === 'place' && Object.getOwnPropertySymbols(options).length === 0;
}

function placeNamed(name, caller) {
  // A known place has been checked before.
  const known = knownPlace(name);
  if (known !== undefined) return known;
  readOptions({ place: name }, PLACE_OPTION, caller);
  return placeOfName(name);
}

/** Why the value would be refused; null if it would not. */
function refusedFor(value, { kind, expectClientId }) {
  if (!isRunId(value)) return refusedRunId(value, NORMALIZE);
  if (kind !== undefined && !KINDS[kind].is(value)) return refusedKind(value, KINDS[kind].name);
  if (expectClientId === undefined) return null;
  return refusedClientId(expectClientId, 'expectClientId') ?? refusedOtherClient(value, expectClientId, null);
}

function refusedKind(value, wanted) {
  return new Refused('kind', () => binding.refuseKind(value, wanted, NORMALIZE));
}

/** Reports what a request would have been given. */
function tellFound(place, found, used) {
  const { runId } = found;
  const outcome = runId === null ? WOULD_GENERATE : runId === used ? SAME : DIFFERS;
  tell(place, outcome, NO_CODE, () => factsOfRequest(outcome, found, used), observeResolve);
}

/** Reports a refusal. */
function tellRefused(place, refused, caller) {
  tell(place, WOULD_THROW, refused.code, () => factsOf(refused.refuse()), caller);
}

/** Reports an error, either this library's or any other that the request or the call causes. */
function tellFailure(place, error, caller) {
  try {
    const isOwn = isMadeBy(error, RunIdError);
    const code = isOwn ? (CODE_NUMBERS.get(textIn(error, 'code') ?? '') ?? NO_CODE) : NO_CODE;
    if (isMadeBy(error, TypeError)) warnOfCall(textIn(error, 'message'), caller);
    const where = place ?? placeOfCall(caller);
    tell(where, WOULD_THROW, code, () => (isOwn ? factsOfError(error) : FOREIGN_FACTS), caller);
  } catch {
    // The application goes on.
  }
}

/**
 * Counts it, and emits an event if anyone wants it.
 *
 * @param {import('./place.js').Place} place
 * @param {number} outcome
 * @param {number} code
 * @param {() => { received: string | null }} readFacts returns the event's further fields
 * @param {Function} caller
 */
function tell(place, outcome, code, readFacts, caller) {
  try {
    const isFirst = count(place, outcome, code);
    if (isFirst === undefined) return;
    const isWanted = observeChannel.hasSubscribers || binding.isDebug();
    if (!isWanted && outcome === SAME) return;
    const facts = readFacts();
    if (isFirst && facts.received !== null) {
      binding.keepObserved(place.number, outcome, code, facts.received);
    }
    if (!isWanted) return;
    emit('observe', caller, { outcome: EVENTS.outcomes[outcome], place: place.name, ...facts });
  } catch {
    // The application goes on.
  }
}

const NO_FACTS = Object.freeze({ received: null });

const FOREIGN_FACTS = Object.freeze({ message: 'an error that is not of this library', received: null });

/** @param {unknown} used what the application used */
function factsOfRequest(outcome, { runId, source }, used) {
  if (outcome === SAME) return { source, received: null };
  const received = binding.show(used);
  const would = runId === null ? 'begin a new run' : `take "${runId}" from ${source}`;
  const message = `resolveRunId would ${would}, and ${received} was used`;
  return { message, source, received, otherRunId: runId };
}

function factsOfError(error) {
  return {
    code: textIn(error, 'code'),
    message: textIn(error, 'message'),
    source: textIn(error, 'source'),
    received: textIn(error, 'received'),
  };
}

/** Returns whether it is the first of its kind at this place; undefined if there is nothing more to do. */
function count(place, outcome, code) {
  const isFirst = binding.countObserved(place.number, outcome, code);
  observed[outcome] += 1;
  tellLater();
  return isFirst === undefined && observeChannel.hasSubscribers ? false : isFirst;
}

module.exports = { observeResolve, observeRunId };
