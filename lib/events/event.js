'use strict';

// The contents of an event.

const binding = require('../binding.js');
const { currentOperation, tellRun } = require('./operation.js');
const { ensureRegExpRoom } = require('./stack-room.js');

const { EVENTS, PROCESS } = binding;

/** Captured, because Jest warns if a global that a test file replaced is read after that file has ended. */
const { now } = Date;

/** Each kind of event with its own fields: those before the run in hand, whether that is among them, and those after. */
const KINDS = Object.fromEntries(
  EVENTS.kinds.map(({ name, fields }) => {
    const at = fields.indexOf('within');
    const tellsRun = at !== -1;
    const before = tellsRun ? fields.slice(0, at) : fields;
    const after = tellsRun
      ? fields.slice(at).filter((field) => field !== 'within' && field !== 'arrived')
      : [];
    return [name, { before, tellsRun, after }];
  }),
);

/** `{ host, pid, thread, script }` of every event of this thread, set by the first one. */
let origin = null;

/**
 * Determined for the first event: the two modules take a millisecond to load, and most processes of a healthy host
 * never create an event. Not with `require`, which test runners disable when a test file has ended.
 */
function findOrigin() {
  return {
    host: ask('node:os', (os) => os.hostname()),
    // Here, because `process` is an accessor of the global object.
    pid: process.pid,
    thread: ask('node:worker_threads', ({ threadId }) => threadId),
    script: ask('node:path', (path) => (process.argv[1] ? path.basename(process.argv[1]) : null)),
  };
}

/** An event without its host is better than none. */
function ask(builtin, read) {
  try {
    return read(process.getBuiltinModule(builtin));
  } catch {
    return null;
  }
}

/** Loaded when an event's place is first read. If a test runner has ended by then, there is no place. */
let callSite = null;

function placeOf(stack) {
  try {
    ensureRegExpRoom();
    callSite ??= require('./call-site.js').callSite;
    return callSite(stack);
  } catch {
    return null;
  }
}

/** Lets a class add a private field to an existing object. */
class Given {
  constructor(object) {
    return object;
  }
}

/**
 * Where the stack of a call comes from: what it was captured on, which formats it when it is first read, or a function
 * that returns it.
 *
 * @typedef {{ readonly stack?: unknown } | (() => string | null)} Holder
 */

/**
 * Reads the place of an event. A private field and one getter shared by all events: with its own getter, each event
 * would have its own hidden class in V8, which takes a microsecond to create.
 */
class Place extends Given {
  /** @type {Holder | string | null} the place itself once it has been read: a holder keeps the receivers of calls alive */
  #at;

  constructor(event, holder) {
    super(event);
    this.#at = holder;
  }

  static read(event) {
    // An object that merely inherits from an event has no known place.
    if (!(#at in event)) return null;
    const at = event.#at;
    if (at === null || typeof at === 'string') return at;
    const stack = stackIn(at);
    // A summary has no stack, and a timer writes it: nothing may be loaded then.
    return (event.#at = stack === null ? null : placeOf(stack));
  }
}

/** @param {Holder} holder once `Error.prepareStackTrace` is set, a stack may be any value, and reading it may throw */
function stackIn(holder) {
  try {
    // The application's formatter may treat it as any object.
    if (Object.getPrototypeOf(holder) === null) Object.setPrototypeOf(holder, Object.prototype);
    const stack = typeof holder === 'function' ? holder() : holder.stack;
    return typeof stack === 'string' ? stack : null;
  } catch {
    return null;
  }
}

/** Takes half as long as `Object.defineProperty`, which reads a descriptor each time. */
const defineGetter = /** @type {any} */ (Object.prototype).__defineGetter__;

/** @this {object} */
function readAt() {
  return Place.read(this);
}

const SECOND = 1000;

/**
 * The time of the last event, and the second that it is in, as they are written: formatting a date takes as long as all
 * other fields.
 */
let last = NaN;
let lastText = '';
let second = NaN;
let secondText = '';

/** A time as `toISOString` writes it. */
function isoOf(time) {
  if (time === last) return lastText;
  // A test's clock may show a fraction, or a time before 1970.
  const now = Math.floor(time);
  const ms = now - Math.floor(now / SECOND) * SECOND;
  if (now - ms !== second) {
    second = now - ms;
    secondText = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  last = time;
  lastText = `${secondText}${String(ms).padStart(3, '0')}Z`;
  return lastText;
}

/**
 * @param {string} name of the event
 * @param {object} fields the event's own values; those that are missing become null
 * @param {number | null} n the number of its log line; null if it is not logged
 * @param {Holder} holder of the stack of the call
 * @param {(() => string | null) | null} readRoute returns the route of the boundary that is running
 */
function makeEvent(name, fields, n, holder, readRoute) {
  origin ??= findOrigin();
  const { before, tellsRun, after } = KINDS[name];
  const event = {
    v: EVENTS.version,
    time: isoOf(now()),
    service: binding.service() ?? origin.script,
    proc: PROCESS,
    host: origin.host,
    pid: origin.pid,
    thread: origin.thread,
    n,
    op: currentOperation(),
    route: readRoute === null ? null : readRoute(),
    event: name,
  };
  defineGetter.call(event, 'at', readAt);
  new Place(event, holder);
  for (const key of before) event[key] = valueOf(fields, key);
  if (tellsRun) tellRun(event);
  for (const key of after) event[key] = valueOf(fields, key);
  return Object.freeze(event);
}

function valueOf(fields, key) {
  return (Object.hasOwn(fields, key) ? fields[key] : null) ?? null;
}

module.exports = { makeEvent, stackIn };
