'use strict';

// What happens to run IDs, published: diagnostics channels, and the log. SPEC §6.

const { channel } = require('node:diagnostics_channel');
const binding = require('../binding.js');
const { makeEvent } = require('./event.js');
const log = require('./log.js');
const { countEvent, countRejection } = require('./stats.js');
const { RunIdError, codeNumberOf, factsOf } = require('../run-id-error.js');

const channels = Object.fromEntries(
  binding.EVENTS.kinds.map(({ name }) => [name, channel(`unified-run-id:${name}`)]),
);

/**
 * While a boundary runs inside its framework, `readStack` reads the stack to report instead of the current one: null
 * where no frame of the caller exists. Properties that are set, not a function that is called: they must be set back even
 * where the stack is full and no call can be made. Only while nothing is awaited. `readRoute` tells the route of the
 * request meanwhile.
 *
 * @type {{ readStack: (() => string | null) | null, readRoute: (() => string | null) | null }}
 */
const standIn = { readStack: null, readRoute: null };

/**
 * Who acts: the public function that was called. Or a trial of what one would do: of that nothing is counted or told, and
 * it is given a `Refused` where an error would be thrown.
 *
 * @typedef {{ readonly name: string, readonly isTrial?: true }} Caller
 */

/**
 * The number of the code of each kind of refusal that there was.
 *
 * @type {Map<string, number>}
 */
const codesOfKinds = new Map();

/** What is refused. The rejection is made where somebody reads it: its words take longer than all the rest. */
class Refused {
  /**
   * @param {string} kind all that is called so is refused with one code
   * @param {() => any} refuse makes the rejection
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
 * Throws the error of what is refused. To a trial it is given back: to throw takes as long as all the rest.
 *
 * @param {Refused} refused
 * @param {Caller} caller
 * @param {string} [expectClientId]
 */
function refuse(refused, caller, expectClientId) {
  if (caller.isTrial === true) return refused;
  throw reject(refused.refuse(), caller, expectClientId);
}

/** True while listeners run: what they call emits nothing. */
let emitting = false;

/**
 * Where a builtin such as `map` called the function, its frame stands before that of the caller, and with `replaceAll` a
 * second one. None that gives one argument has a second one.
 */
const FRAMES = 3;
const FRAMES_OF_ONE_ARGUMENT = 2;

/**
 * Tells that something happened at the call of `caller`, if anybody wants to know. Few frames of its place are captured,
 * which is cheap, and formatted when that is first read, which is not: until then they keep the caller's `this` alive.
 * Captured here, since each frame above the caller's costs.
 *
 * @param {number} [frames] how many are captured
 */
function emit(name, caller, fields, frames = FRAMES) {
  if (caller.isTrial === true) return;
  countEvent(name, fields);
  const wanted = whoWants(name, fields.action ?? fields.outcome);
  if (wanted === null) return;
  if (standIn.readStack !== null) return publish(wanted, name, fields, standIn.readStack);
  const holder = {};
  const limit = Error.stackTraceLimit;
  // Assignments and no calls between them: where the stack is full Error would keep what was set.
  try {
    try {
      if (limit > frames) Error.stackTraceLimit = frames;
    } catch {}
    Error.captureStackTrace?.(holder, caller);
  } finally {
    try {
      if (limit > frames) Error.stackTraceLimit = limit;
    } catch {}
  }
  publish(wanted, name, fields, () => textOf(holder.stack));
}

/**
 * Makes the error of a rejection and tells about it. The stack begins where the public function `caller` was
 * called, or is the one that stands for it.
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
  if (wanted !== null) {
    const stack = () => textOf(error.stack);
    publish(wanted, 'reject', { ...factsOf(rejection), expectClientId, ...record, stack: stack() }, stack);
  }
  return error;
}

/**
 * Where an event of this kind goes now; null when it is not wanted.
 *
 * @param {() => void} [leaveOut] counts one that is not logged because there are too many
 */
function whoWants(name, action, leaveOut) {
  if (emitting) return null;
  const channel = channels[name].hasSubscribers ? channels[name] : null;
  const logged = log.admits(name, action, leaveOut);
  return channel !== null || logged ? { channel, logged } : null;
}

/** Nothing that fails here (a foreign `prepareStackTrace`, say) may reach the caller. */
function publish({ channel, logged }, name, fields, readStack) {
  emitting = true;
  try {
    ensureRoom();
    const n = logged ? binding.nextLine() : null;
    const event = makeEvent(name, fields, n, readStack, standIn.readRoute);
    channel?.publish(event);
    if (logged) log.write(event);
  } catch {
    // The call that it is about goes on.
  } finally {
    emitting = false;
  }
}

/**
 * Throws where less than 4 KiB of the stack are left: then no listener is called, whose error Node would make the end of the
 * process. Each argument takes 8 bytes. Written out, because spreading an array takes four times as long.
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

/** By the boundary whose stack stands in. */
const sitesOfBoundaries = new WeakMap();

/** Counts a rejection that is not logged, by its code and by the line that called. */
function leaveOut(rejection, caller, readStack) {
  let at = null;
  try {
    at = readStack === null ? siteOf(caller) : siteOfBoundary(readStack);
  } catch {
    // It is counted without its place.
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
  publish({ channel: null, logged: true }, 'reject', fields, () => null);
});

log.onLost((lost) => {
  const message = `${lost} more lines were not logged: stderr was full or closed`;
  publish({ channel: null, logged: true }, 'reject', { message, lost }, () => null);
});

/** Loaded by a thread that observes; in another one to tell what a thread had observed when it was terminated. */
let groupsOf = null;

function loadObservedCounts() {
  groupsOf ??= require('./observed-counts.js').groupsOf;
}

log.onObserved(() => {
  loadObservedCounts();
  for (const counts of groupsOf(binding.takeObserved())) {
    publish({ channel: null, logged: true }, 'observe', { counts: Object.freeze(counts) }, () => null);
  }
});

log.onEnd(() => publish({ channel: null, logged: true }, 'end', {}, () => null));

/** The stack from the call of `caller` on. */
function stackOf(caller) {
  return stackReader(caller)();
}

/** What reads it, formatted when that is first done. */
function stackReader(caller) {
  const holder = {};
  Error.captureStackTrace?.(holder, caller);
  return () => textOf(holder.stack);
}

/** A stack is anything at all once `Error.prepareStackTrace` is set. */
function textOf(stack) {
  return typeof stack === 'string' ? stack : null;
}

const FRAME = '\n    at ';

/** The frames of a stack without what it says before them. */
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
