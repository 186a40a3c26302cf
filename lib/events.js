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
  emitWith(name, fields, () => stackOf(from));
}

function emitWith(name, fields, readStack) {
  if (emitting) return;
  const logged = log.admits(name);
  const listening = channels[name].hasSubscribers;
  if (!logged && !listening) return;
  emitting = true;
  try {
    const event = makeEvent(name, fields, readStack());
    if (listening) channels[name].publish(event);
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
  const error = new RunIdError(rejection, from);
  emitWith('reject', { ...rejection, expectClientId }, () =>
    typeof error.stack === 'string' ? error.stack : null,
  );
  return error;
}

module.exports = { channels, emit, reject };
