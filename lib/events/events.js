'use strict';

// What happens to run IDs, for whoever listens: diagnostics channels, and the log. SPEC §6.

const { channel } = require('node:diagnostics_channel');
const binding = require('../binding.js');
const { makeEvent } = require('./event.js');
const log = require('./log.js');
const { RunIdError, factsOf } = require('../run-id-error.js');

/** The fields of each kind of event besides the common ones, null where absent. */
const FIELDS = Object.fromEntries(binding.EVENTS.kinds.map(({ name, fields }) => [name, fields]));

const channels = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [name, channel(`unified-run-id:${name}`)]),
);

/**
 * What stands for the stack of every call while a boundary works for its framework: `undefined` for nothing, `null`
 * where no frame of the caller exists. A property, not a function: it must be set back even where the stack is full
 * and no call can be made. Only while nothing is awaited.
 *
 * @type {{ stack: string | null | undefined }}
 */
const standIn = { stack: undefined };

/** True while listeners run: what they call emits nothing. */
let emitting = false;

/** Tells that something happened at the call of `from`, if anybody wants to know. */
function emit(name, from, fields) {
  const wanted = whoWants(name);
  if (wanted !== null) publish(wanted, name, fields, () => calledFrom(from));
}

/**
 * Makes the error of a rejection and tells about it. The stack begins where the public function `from` was
 * called, or is the one that stands for it.
 */
function reject(rejection, from, expectClientId) {
  const error = new RunIdError(rejection, standIn.stack === undefined ? from : undefined);
  if (standIn.stack !== undefined) error.stack = `${error.name}: ${error.message}${framesOf(standIn.stack)}`;
  const wanted = whoWants('reject');
  if (wanted !== null) {
    publish(wanted, 'reject', { ...factsOf(rejection), expectClientId }, () => textOf(error.stack));
  }
  return error;
}

/** Who wants an event of this kind now; null when nobody does. */
function whoWants(name) {
  if (emitting) return null;
  const channel = channels[name].hasSubscribers ? channels[name] : null;
  const logged = log.admits(name);
  return channel !== null || logged ? { channel, logged } : null;
}

/** Whatever goes wrong here, be it a `prepareStackTrace` of somebody else, is no matter of the caller's. */
function publish({ channel, logged }, name, fields, readStack) {
  emitting = true;
  try {
    ensureRoom(...ROOM);
    const event = makeEvent(name, FIELDS[name], fields, readStack());
    channel?.publish(event);
    if (logged) log.write(event);
  } catch {
    // The call that it is about goes on.
  } finally {
    emitting = false;
  }
}

/**
 * Arguments that take 16 KiB of the stack: where there is less, the call throws. V8 ends the process when it has to
 * compile a regular expression on a stack that is nearly full.
 */
const ROOM = Array(2048).fill(0);

/** @type {(...room: number[]) => void} */
function ensureRoom() {}

log.onLeftOut((count) => {
  const message = `${count} more rejections were not logged: at most 10 a second and 100 a minute are`;
  publish({ channel: null, logged: true }, 'reject', { message }, () => null);
});

log.onLost((lost) => {
  const message = `${lost} more lines were not logged: stderr was full or closed`;
  publish({ channel: null, logged: true }, 'reject', { message, lost }, () => null);
});

function calledFrom(from) {
  return standIn.stack === undefined ? stackOf(from) : standIn.stack;
}

/** The stack of the caller of `from`. */
function stackOf(from) {
  const holder = {};
  Error.captureStackTrace?.(holder, from);
  return textOf(holder.stack);
}

/** A stack is anything at all once somebody sets `Error.prepareStackTrace`. */
function textOf(stack) {
  return typeof stack === 'string' ? stack : null;
}

const FRAME = '\n    at ';

/** The frames of a stack without what it says before them. */
function framesOf(stack) {
  const begin = stack === null ? -1 : stack.indexOf(FRAME);
  return begin === -1 ? '' : stack.slice(begin);
}

module.exports = { channels, emit, reject, standIn, stackOf };
