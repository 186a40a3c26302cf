'use strict';

// What an event holds. Loaded when the first one is made: most processes of a healthy host never make any.

const os = require('node:os');
const { threadId } = require('node:worker_threads');
const binding = require('./binding.js');
const { callSite } = require('./call-site.js');
const { currentOperation } = require('./operation.js');

const host = os.hostname();

/**
 * @param {string} name of the event
 * @param {string[]} keys of its own fields, null where absent
 * @param {object} fields their values
 * @param {string | null} stack of the call it is about
 * @param {string | null} standIn the stack that tells the call site in place of that one
 */
function makeEvent(name, keys, fields, stack, standIn) {
  const event = {
    time: new Date().toISOString(),
    service: binding.service() ?? null,
    proc: binding.PROCESS,
    host,
    pid: process.pid,
    thread: threadId,
    op: currentOperation(),
    event: name,
    at: callSite(standIn ?? stack),
  };
  for (const key of keys) event[key] = (Object.hasOwn(fields, key) ? fields[key] : null) ?? null;
  if (keys.includes('stack')) event.stack = stack;
  return Object.freeze(event);
}

module.exports = { makeEvent };
