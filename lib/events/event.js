'use strict';

// What an event holds.

const binding = require('../binding.js');
const { currentOperation } = require('./operation.js');

/** `{ host, thread }` of every event of this thread, once there was one. */
let origin = null;

/**
 * Found out for the first event: the two modules take a millisecond to load, and most processes of a healthy host
 * never make an event. Not by `require`, which test runners take away from a test file that has ended.
 */
function findOrigin() {
  return {
    host: ask('node:os', (os) => os.hostname()),
    thread: ask('node:worker_threads', ({ threadId }) => threadId),
  };
}

/** An event without its host is worth more than none. */
function ask(builtin, read) {
  try {
    return read(process.getBuiltinModule(builtin));
  } catch {
    return null;
  }
}

/** Loaded for the first event as well. A test runner may have ended by then, and then the event has no place. */
let callSite = null;

function placeOf(stack) {
  try {
    callSite ??= require('./call-site.js').callSite;
    return callSite(stack);
  } catch {
    return null;
  }
}

/**
 * @param {string} name of the event
 * @param {string[]} keys of its own fields, null where absent
 * @param {object} fields their values
 * @param {string | null} stack of the call it is about
 */
function makeEvent(name, keys, fields, stack) {
  origin ??= findOrigin();
  const event = {
    v: binding.EVENTS.version,
    time: new Date().toISOString(),
    service: binding.service() ?? null,
    proc: binding.PROCESS,
    host: origin.host,
    pid: process.pid,
    thread: origin.thread,
    n: null,
    op: currentOperation(),
    route: null,
    event: name,
    at: placeOf(stack),
  };
  for (const key of keys) event[key] = (Object.hasOwn(fields, key) ? fields[key] : null) ?? null;
  if (keys.includes('stack')) event.stack = stack;
  return Object.freeze(event);
}

module.exports = { makeEvent };
