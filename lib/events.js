'use strict';

// What happens to run IDs, for whoever listens: diagnostics channels, and the log. SPEC §6.

const { channel } = require('node:diagnostics_channel');
const { makeEvent } = require('./event.js');
const log = require('./log.js');
const { RunIdError } = require('./run-id-error.js');

/** Each channel with the fields of its events, null where absent. */
const FIELDS = {
  generate: ['runId', 'leadSeconds'],
  resolve: ['runId', 'source', 'expectClientId'],
  pass: ['runId'],
  reject: ['code', 'message', 'source', 'received', 'expectClientId', 'stack'],
  conflict: ['runId', 'source', 'otherRunId', 'otherSource'],
  configure: ['settings'],
  record: ['action', 'table', 'runId', 'clientId', 'near'],
};

const channels = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [name, channel(`unified-run-id:${name}`)]),
);

/** The stack that stands for that of every call, while a boundary works for its framework. */
let standIn = null;

/** True while listeners run: what they call emits nothing. */
let emitting = false;

/** Tells that something happened at the call of `from`, if anybody wants to know. */
function emit(name, from, fields) {
  const wanted = whoWants(name);
  if (wanted !== null) publish(wanted, name, fields, () => stackOf(from));
}

/**
 * Makes the error of a rejection and tells about it. The stack begins where the public function `from` was
 * called.
 */
function reject(rejection, from, expectClientId) {
  const error = new RunIdError(rejection);
  Error.captureStackTrace?.(error, from);
  const wanted = whoWants('reject');
  if (wanted !== null) publish(wanted, 'reject', { ...rejection, expectClientId }, () => textOf(error.stack));
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
    const event = makeEvent(name, FIELDS[name], fields, readStack(), standIn);
    channel?.publish(event);
    if (logged) log.write(event);
  } catch {
    // The call that it is about goes on.
  } finally {
    emitting = false;
  }
}

log.onLeftOut((count) => {
  const message = `${count} more rejections were not logged: at most 10 a second and 100 a minute are`;
  publish({ channel: null, logged: true }, 'reject', { message }, () => null);
});

/**
 * Sets the stack that events tell in place of their own, `null` for none. Only while nothing is awaited.
 *
 * @returns the one before
 */
function standInFor(stack) {
  const before = standIn;
  standIn = stack;
  return before;
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

module.exports = { channels, emit, reject, stackOf, standInFor };
