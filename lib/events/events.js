'use strict';

// What happens to run IDs, published: diagnostics channels, and the log. SPEC §6.

const { channel } = require('node:diagnostics_channel');
const binding = require('../binding.js');
const { makeEvent, stackIn } = require('./event.js');
const log = require('./log.js');
const { countEvent, countRejection } = require('./stats.js');
const { RunIdError, codeNumberOf, factsOf } = require('../run-id-error.js');

const channels = Object.fromEntries(
  binding.EVENTS.kinds.map(({ name }) => [name, channel(`unified-run-id:${name}`)]),
);

/**
 * While a boundary runs inside its framework, `readStack` reads the stack to report instead of the current one; it
 * returns null if no frame belongs to the caller. `readRoute` returns the request's route meanwhile. These are properties
 * instead of a function, because they must be restored even if the stack is full and no call is possible. They are never
 * set across an await.
 *
 * @type {{ readStack: (() => string | null) | null, readRoute: (() => string | null) | null }}
 */
const standIn = { readStack: null, readRoute: null };

/**
 * Who acts: the public function that was called, or a trial of one. A trial is neither counted nor reported, and gets a
 * `Refused` where an error would be thrown.
 *
 * @typedef {{ readonly name: string, readonly isTrial?: true }} Caller
 */

/**
 * The number of the code of each kind of refusal that has occurred.
 *
 * @type {Map<string, number>}
 */
const codesOfKinds = new Map();

/** A refusal. Its rejection is created when it is read: writing the message takes longer than everything else. */
class Refused {
  /**
   * @param {string} kind all refusals of a kind have the same code
   * @param {() => any} refuse creates the rejection
   */
  constructor(kind, refuse) {
    this.kind = kind;
    this.refuse = refuse;
  }

  /** Its number in the table of codes. */
  get code() {
    const known = codesOfKinds.get(this.kind);
    if (known !== undefined) return known;
    const [code] = this.refuse();
    codesOfKinds.set(this.kind, code);
    return code;
  }
}

/**
 * Throws the error of a refusal. A trial gets it back instead, because throwing takes as long as everything else.
 *
 * @param {Refused} refused
 * @param {Caller} caller
 * @param {string} [expectClientId]
 */
function refuse(refused, caller, expectClientId) {
  if (caller.isTrial === true) return refused;
  throw reject(refused.refuse(), caller, expectClientId);
}

/** True while listeners run: their own calls emit nothing. */
let emitting = false;

/**
 * If a builtin such as `map` called the function, its frame precedes the caller's; `replaceAll` adds a second one. No
 * builtin that passes a single argument adds a second one.
 */
const FRAMES = 3;
const FRAMES_OF_ONE_ARGUMENT = 2;

/**
 * Emits an event about the call of `caller`, if anyone wants it. A few frames of the stack are captured, which is cheap,
 * and formatted when they are first read, which is not; until then they keep the caller's `this` alive. They are captured
 * here because each frame above the caller's adds to the cost. So does each register of this function, and it has to stay
 * so small that V8 inlines it.
 *
 * @param {number} [frames] how many frames are captured; not a default, which would copy all parameters into registers
 */
function emit(name, caller, fields, frames) {
  if (caller.isTrial === true) return;
  frames ??= FRAMES;
  countEvent(name, fields);
  const wanted = whoWants(name, fields.action ?? fields.outcome);
  if (wanted === NOBODY) return;
  if (standIn.readStack !== null) return publish(wanted, name, fields, standIn.readStack);
  // Without a prototype: V8 would turn any other object into a dictionary, which takes longer.
  const holder = { __proto__: null };
  const limit = Error.stackTraceLimit;
  // Only assignments, no calls in between: if the stack were full, Error would keep the changed value.
  try {
    if (limit > frames) Error.stackTraceLimit = frames;
  } catch {}
  try {
    Error.captureStackTrace?.(holder, caller);
  } catch {}
  try {
    if (limit > frames) Error.stackTraceLimit = limit;
  } catch {}
  publish(wanted, name, fields, holder);
}

/**
 * Creates the error of a rejection and emits its event. The stack begins where the public function `caller` was
 * called, or is the one set in its place.
 *
 * @param {object} [record] `{ table, near }` of a record that was not found
 * @param {string} [expectClientId]
 */
function reject(rejection, caller, expectClientId, record) {
  const { readStack } = standIn;
  const error = new RunIdError(rejection);
  if (readStack === null) Error.captureStackTrace?.(error, caller);
  else error.stack = `${error.name}: ${error.message}${framesOf(readStack())}`;
  countRejection(codeNumberOf(rejection));
  const wanted = whoWants('reject', undefined, () => leaveOut(rejection, caller, readStack));
  if (wanted !== NOBODY) {
    const stack = stackIn(error);
    publish(wanted, 'reject', { ...factsOf(rejection), expectClientId, ...record, stack }, error);
  }
  return error;
}

/** Where an event goes: the sum of those who want it. */
const NOBODY = 0;
const LISTENERS = 1;
const LOG = 2;

/**
 * Where an event of this kind goes now.
 *
 * @param {() => void} [leaveOut] counts one that is not logged because there are too many
 */
function whoWants(name, action, leaveOut) {
  if (emitting) return NOBODY;
  return (
    (channels[name].hasSubscribers ? LISTENERS : NOBODY) + (log.admits(name, action, leaveOut) ? LOG : NOBODY)
  );
}

/** Nothing that fails here (a foreign `prepareStackTrace`, say) may reach the caller. */
function publish(wanted, name, fields, holder) {
  emitting = true;
  try {
    ensureRoom();
    const isLogged = wanted >= LOG;
    const event = makeEvent(name, fields, isLogged ? binding.nextLine() : null, holder, standIn.readRoute);
    if (wanted !== LOG) channels[name].publish(event);
    if (isLogged) log.write(event);
  } catch {
    // The call itself continues.
  }
  emitting = false;
}

/**
 * Throws if less than 4 KiB of the stack are left: then no listener is called, because its error would end the process.
 * Each argument takes 8 bytes. Written out, because spreading an array takes four times as long.
 */
function ensureRoom() {
  // prettier-ignore
  take(
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  );
}

/** @type {(...words: number[]) => void} */
function take() {}

/** Loaded by the first call that needs it: most processes never do. */
let siteOfCall = null;

/** From the boundary whose stack is reported. */
const sitesOfBoundaries = new WeakMap();

/** Counts a rejection that is not logged, by its code and call site. */
function leaveOut(rejection, caller, readStack) {
  let at = null;
  try {
    at = readStack === null ? siteOf(caller) : siteOfBoundary(readStack);
  } catch {
    // It is counted without its call site.
  }
  binding.leaveOut(codeNumberOf(rejection), at);
}

function siteOf(caller) {
  siteOfCall ??= require('./site-of-call.js').siteOfCall;
  return siteOfCall(caller);
}

function siteOfBoundary(readStack) {
  if (!sitesOfBoundaries.has(readStack)) {
    const { callSite } = require('./call-site.js');
    sitesOfBoundaries.set(readStack, callSite(readStack()));
  }
  return sitesOfBoundaries.get(readStack);
}

log.onLeftOut((rows) => {
  const leftOut = rows.reduce((sum, { count }) => sum + count, 0);
  const counts = rows.map(({ code, at, isOthers, count }) =>
    Object.freeze({ code, ...(at !== null && { at }), ...(isOthers && { others: true }), count }),
  );
  const message = `${leftOut} more rejections were not logged: at most 10 a second and 100 a minute are`;
  const fields = { message, leftOut, counts: Object.freeze(counts) };
  publish(LOG, 'reject', fields, () => null);
});

log.onLost((lost) => {
  const message = `${lost} more lines were not logged: stderr was full or closed`;
  publish(LOG, 'reject', { message, lost }, () => null);
});

/** Loaded by a thread that observes; in others, to report what a terminated thread had observed. */
let groupsOf = null;

function loadObservedCounts() {
  groupsOf ??= require('./observed-counts.js').groupsOf;
}

log.onObserved(() => {
  loadObservedCounts();
  for (const counts of groupsOf(binding.takeObserved())) {
    publish(LOG, 'observe', { counts: Object.freeze(counts) }, () => null);
  }
});

log.onEnd(() => publish(LOG, 'end', {}, () => null));

/** The stack from the call of `caller` on. */
function stackOf(caller) {
  return stackReader(caller)();
}

/** A function that returns it, formatted on the first call. */
function stackReader(caller) {
  const holder = {};
  Error.captureStackTrace?.(holder, caller);
  return () => stackIn(holder);
}

const FRAME = '\n    at ';

/** The frames of a stack, without the message before them. */
function framesOf(stack) {
  const begin = stack === null ? -1 : stack.indexOf(FRAME);
  return begin === -1 ? '' : stack.slice(begin);
}

module.exports = {
  FRAMES_OF_ONE_ARGUMENT,
  Refused,
  channels,
  emit,
  loadObservedCounts,
  reject,
  refuse,
  standIn,
  stackOf,
  stackReader,
};
