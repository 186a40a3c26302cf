'use strict';

// The contents of an event.

const binding = require('../binding.js');
const { currentOperation, currentRun } = require('./operation.js');

const { EVENTS, PROCESS } = binding;

/** Captured, because Jest warns if a global that a test file replaced is read after that file has ended. */
const { now } = Date;

/** Each kind of event with its own fields, and whether the run in hand is among them. */
const KINDS = Object.fromEntries(
  EVENTS.kinds.map(({ name, fields }) => [name, { fields, tellsRun: fields.includes('within') }]),
);

/** `{ host, thread, script }` of every event of this thread, set by the first one. */
let origin = null;

/**
 * Determined for the first event: the two modules take a millisecond to load, and most processes of a healthy host
 * never create an event. Not with `require`, which test runners disable when a test file has ended.
 */
function findOrigin() {
  return {
    host: ask('node:os', (os) => os.hostname()),
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
    ensureRoom(...ROOM);
    callSite ??= require('./call-site.js').callSite;
    return callSite(stack);
  } catch {
    return null;
  }
}

/**
 * Arguments that take 16 KiB of the stack: if less is left, the call throws. V8 ends the process if it has to
 * compile a regular expression on a stack that is nearly full.
 */
const ROOM = Array(2048).fill(0);

/** @type {(...room: number[]) => void} */
function ensureRoom() {}

/** Lets a class add a private field to an existing object. */
class Given {
  constructor(object) {
    return object;
  }
}

/**
 * Reads the place of an event. A private field and one getter shared by all events: with its own getter, each event
 * would have its own hidden class in V8, which takes a microsecond to create.
 */
class Place extends Given {
  #readStack;
  /** @type {string | null | undefined} */
  #at;

  constructor(event, readStack) {
    super(event);
    this.#readStack = readStack;
  }

  static read(event) {
    // An object that merely inherits from an event has no known place.
    if (!(#at in event)) return null;
    if (event.#at === undefined) event.#at = placeOf(event.#readStack());
    return event.#at;
  }
}

/** Takes half as long as `Object.defineProperty`, which reads a descriptor each time. */
const defineGetter = /** @type {any} */ (Object.prototype).__defineGetter__;

/** @this {object} */
function readAt() {
  return Place.read(this);
}

const SECOND = 1000;

/** The second of the last event, and its formatted beginning: formatting a date takes as long as all other fields. */
let second = NaN;
let secondText = '';

/** A time as `toISOString` writes it. */
function isoOf(time) {
  // A test's clock may show a fraction, or a time before 1970.
  const now = Math.floor(time);
  const ms = now - Math.floor(now / SECOND) * SECOND;
  if (now - ms !== second) {
    second = now - ms;
    secondText = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  return `${secondText}${String(ms).padStart(3, '0')}Z`;
}

/**
 * @param {string} name of the event
 * @param {object} fields the event's own values; those that are missing become null
 * @param {number | null} n the number of its log line; null if it is not logged
 * @param {() => string | null} readStack returns the stack of the call, formatted when it is first read
 * @param {(() => string | null) | null} readRoute returns the route of the boundary that is running
 */
function makeEvent(name, fields, n, readStack, readRoute) {
  origin ??= findOrigin();
  const { fields: own, tellsRun } = KINDS[name];
  const event = {
    v: EVENTS.version,
    time: isoOf(now()),
    service: binding.service() ?? origin.script,
    proc: PROCESS,
    host: origin.host,
    pid: process.pid,
    thread: origin.thread,
    n,
    op: currentOperation(),
    route: readRoute === null ? null : readRoute(),
    event: name,
  };
  defineGetter.call(event, 'at', readAt);
  new Place(event, readStack);
  for (const key of own) event[key] = (Object.hasOwn(fields, key) ? fields[key] : null) ?? null;
  if (tellsRun) Object.assign(event, currentRun());
  return Object.freeze(event);
}

module.exports = { makeEvent };
