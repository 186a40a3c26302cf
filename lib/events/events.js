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
 * what it throws in place of an error is its rejection.
 *
 * @typedef {{ readonly name: string, readonly isTrial?: true }} Caller
 */

/** What a trial throws. */
class Refused {
  constructor(rejection) {
    this.rejection = rejection;
  }
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
  if (caller.isTrial === true) return new Refused(rejection);
  const { readStack } = standIn;
  const error = new RunIdError(rejection);
  if (readStack === null) Error.captureStackTrace?.(error, caller);
  else error.stack = `${error.name}: ${error.message}${framesOf(readStack())}`;
  countRejection(codeNumberOf(rejection));
  const wanted = whoWants('reject');
  if (wanted !== null) {
    const stack = () => textOf(error.stack);
    publish(wanted, 'reject', { ...factsOf(rejection), expectClientId, ...record, stack: stack() }, stack);
  }
  return error;
}

/** Where an event of this kind goes now; null when it is not wanted. */
function whoWants(name, action) {
  if (emitting) return null;
  const channel = channels[name].hasSubscribers ? channels[name] : null;
  const logged = log.admits(name, action);
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

log.onLeftOut((count) => {
  const message = `${count} more rejections were not logged: at most 10 a second and 100 a minute are`;
  publish({ channel: null, logged: true }, 'reject', { message, leftOut: count }, () => null);
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
  standIn,
  stackOf,
  stackReader,
};
