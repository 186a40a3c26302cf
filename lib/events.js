'use strict';

// What happens to run IDs, for whoever listens: diagnostics channels, and the log. SPEC §6.

const { channel } = require('node:diagnostics_channel');
const os = require('node:os');
const { threadId } = require('node:worker_threads');
const binding = require('./binding.js');
const { callSite, stackOf } = require('./call-site.js');
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
};

const channels = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [name, channel(`unified-run-id:${name}`)]),
);

const host = os.hostname();

/** True while listeners run: what they call emits nothing. */
let emitting = false;

/** Tells that something happened at the call of `from`, if anybody wants to know. */
function emit(name, from, fields) {
  const wanted = whoWants(name);
  if (wanted !== null) publish(wanted, makeEvent(name, fields, stackOf(from)));
}

/** Who wants an event of this kind now; null when nobody does. */
function whoWants(name) {
  if (emitting) return null;
  const channel = channels[name].hasSubscribers ? channels[name] : null;
  const logged = log.admits(name);
  return channel !== null || logged ? { channel, logged } : null;
}

function publish({ channel, logged }, event) {
  emitting = true;
  try {
    channel?.publish(event);
    if (logged) log.write(event);
  } finally {
    emitting = false;
  }
}

function makeEvent(name, fields, stack) {
  const event = {
    time: new Date().toISOString(),
    service: binding.service() ?? null,
    proc: binding.PROCESS,
    host,
    pid: process.pid,
    thread: threadId,
    op: null,
    event: name,
    at: callSite(stack),
  };
  for (const field of FIELDS[name]) event[field] = fields[field] ?? null;
  if (FIELDS[name].includes('stack')) event.stack = stack;
  return Object.freeze(event);
}

log.onSummary((count) =>
  makeEvent(
    'reject',
    { message: `${count} more rejections were not logged: at most 10 a second and 100 a minute are` },
    null,
  ),
);

/**
 * Makes the error of a rejection and tells about it. The stack begins where the public function `from` was
 * called.
 */
function reject(rejection, from, expectClientId) {
  const error = new RunIdError(rejection);
  Error.captureStackTrace?.(error, from);
  const wanted = whoWants('reject');
  if (wanted !== null) {
    const stack = typeof error.stack === 'string' ? error.stack : null;
    publish(wanted, makeEvent('reject', { ...rejection, expectClientId }, stack));
  }
  return error;
}

module.exports = { channels, emit, reject };
