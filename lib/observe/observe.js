'use strict';

// What the library would do with a value or a request, compared with what the application did. Nothing is thrown, made or
// marked, and nothing comes back that could be used. SPEC §13.

const binding = require('../binding.js');
const { Refused, channels, emit } = require('../events/events.js');
const { countObserved } = require('../events/stats.js');
const { isPlainObject, readOptions, typeError } = require('../core/options.js');
const { resolve } = require('../core/resolve.js');
const { isRunId, refuseOtherClient } = require('../core/run-id.js');
const { codeNumberOf, factsOf, RunIdError } = require('../run-id-error.js');
const { placeOfCall, placeOfName } = require('./place.js');
const { tellLater } = require('./summary.js');
const { warnOfCall } = require('./call-warning.js');

const { CODES, EVENTS } = binding;

const [SAME, DIFFERS, WOULD_THROW, WOULD_GENERATE] = EVENTS.outcomes.map((_name, number) => number);
const observeChannel = channels.observe;

const CODE_NUMBERS = new Map(CODES.map(({ code }, number) => [code, number]));

/** The number of no code. */
const NO_CODE = -1;

/** What each kind of run ID is called by the addon. */
const KINDS = { __proto__: null, base: 'Base', client: 'Client' };

const MAX_PLACE_LENGTH = 200;

const OPTIONS = {
  kind: { accepts: (value) => Object.hasOwn(KINDS, value), wants: "'base' or 'client'" },
  expectClientId: null,
  place: {
    accepts: (value) => typeof value === 'string' && value !== '' && value.length <= MAX_PLACE_LENGTH,
    wants: `a name of 1 to ${MAX_PLACE_LENGTH} characters`,
  },
};

const NO_OPTIONS = Object.freeze({ kind: undefined, expectClientId: undefined, place: undefined });

/** In whose place the trial acts: errors name the function that would be called. */
const RESOLVE_TRIAL = Object.freeze({ name: 'resolveRunId', isTrial: /** @type {const} */ (true) });
const NORMALIZE = 'normalizeRunId';

function observeRunId(value, options) {
  let place;
  try {
    const given = options === undefined ? NO_OPTIONS : optionsOf(options, observeRunId);
    place = placeIn(given, observeRunId);
    const isPlain = given.kind === undefined && given.expectClientId === undefined;
    // What is refused by itself is refused with one code for each type: its words take longer to make than all else.
    const known = isPlain && !isRunId(value) ? place.codes.get(typeof value) : undefined;
    if (known !== undefined && !isWanted()) {
      count(place, WOULD_THROW, known);
      return;
    }
    const rejection = rejectionOf(value, given);
    if (rejection === null) tell(place, SAME, observeRunId);
    else {
      if (isPlain) place.codes.set(typeof value, codeNumberOf(rejection));
      tellRejection(place, rejection, observeRunId);
    }
  } catch (error) {
    tellFailure(place, error, observeRunId);
  }
}

function observeResolve(req, used, options) {
  let place;
  try {
    const { place: name, ...rest } =
      options === undefined ? { place: undefined } : plain(options, observeResolve);
    const named = name === undefined ? NO_OPTIONS : optionsOf({ place: name }, observeResolve);
    place = placeIn(named, observeResolve);
    const { runId, source } = resolve(req, rest, RESOLVE_TRIAL);
    if (runId === null) tell(place, WOULD_GENERATE, observeResolve, { source, received: used });
    else if (runId === used) tell(place, SAME, observeResolve, { source });
    else tell(place, DIFFERS, observeResolve, { source, received: used, otherRunId: runId });
  } catch (error) {
    if (place !== undefined && error instanceof Refused) tellRefusal(place, error);
    else tellFailure(place, error, observeResolve);
  }
}

function plain(options, caller) {
  if (!isPlainObject(options)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
  return options;
}

function optionsOf(options, caller) {
  return readOptions(plain(options, caller), OPTIONS, caller);
}

function placeIn({ place }, caller) {
  return place === undefined ? placeOfCall(caller) : placeOfName(place);
}

/** Why the value would be refused; null where it would not. */
function rejectionOf(value, { kind, expectClientId }) {
  if (kind === undefined && expectClientId === undefined) {
    return isRunId(value) ? null : binding.refuseRunId(value, NORMALIZE);
  }
  const rejection =
    kind === undefined
      ? binding.refuseRunId(value, NORMALIZE)
      : binding.refuseKind(value, KINDS[kind], NORMALIZE);
  if (rejection !== null || expectClientId === undefined) return rejection;
  return (
    binding.refuseClientId(expectClientId, 'expectClientId') ?? refuseOtherClient(value, expectClientId, null)
  );
}

/**
 * Counts it, and tells of it if anybody wants to know. `received` is the value that the application used.
 *
 * @param {import('./place.js').Place} place
 * @param {{ source?: string | null, received?: unknown, otherRunId?: string | null }} [found]
 */
function tell(place, outcome, caller, found = {}) {
  const { source = null, received, otherRunId = null } = found;
  const isFirst = count(place, outcome, NO_CODE);
  const wanted = isWanted();
  if (!wanted && (!isFirst || outcome === SAME)) return;
  const shown = outcome === SAME ? null : binding.show(received);
  if (isFirst && shown !== null) binding.keepObserved(place.number, outcome, NO_CODE, shown);
  if (!wanted) return;
  const message =
    outcome === DIFFERS
      ? `resolveRunId would take "${otherRunId}" from ${source}, and ${shown} was used`
      : outcome === WOULD_GENERATE
        ? `resolveRunId would begin a new run, and ${shown} was used`
        : null;
  publish(place, outcome, caller, { message, source, received: shown, otherRunId });
}

/** The same of what would be refused. */
function tellRejection(place, rejection, caller) {
  tellThrow(place, codeNumberOf(rejection), () => factsOf(rejection), caller);
}

function tellRefusal(place, { rejection }) {
  try {
    tellRejection(place, rejection, observeResolve);
  } catch {
    // The application goes on.
  }
}

/** The same of an error, that of the library or any other one that comes of the request or of the call. */
function tellFailure(place, error, caller) {
  try {
    const isOwn = error instanceof RunIdError;
    const code = isOwn ? (CODE_NUMBERS.get(error.code) ?? NO_CODE) : NO_CODE;
    if (place === undefined) place = placeOfCall(caller);
    if (!isOwn && error instanceof TypeError) warnOfCall(error, caller);
    tellThrow(place, code, () => factsOfError(error, isOwn), caller);
  } catch {
    // The application goes on.
  }
}

function tellThrow(place, code, readFacts, caller) {
  const isFirst = count(place, WOULD_THROW, code);
  const wanted = isWanted();
  if (!isFirst && !wanted) return;
  const facts = readFacts();
  if (isFirst && facts.received !== null) {
    binding.keepObserved(place.number, WOULD_THROW, code, facts.received);
  }
  if (wanted) publish(place, WOULD_THROW, caller, facts);
}

/** Whether anybody wants to hear of one call. */
function isWanted() {
  return observeChannel.hasSubscribers || binding.isDebug();
}

/** Of an error of the application nothing is read: what it holds may do anything. */
function factsOfError(error, isOwn) {
  if (!isOwn)
    return { code: null, message: 'an error that is not of this library', source: null, received: null };
  const { code, message, source = null, received = null } = error;
  return { code, message, source, received };
}

function count(place, outcome, code) {
  countObserved(EVENTS.outcomes[outcome]);
  tellLater();
  return binding.countObserved(place.number, outcome, code);
}

function publish(place, outcome, caller, facts) {
  emit('observe', caller, { outcome: EVENTS.outcomes[outcome], place: place.name, ...facts });
}

module.exports = { observeResolve, observeRunId };
