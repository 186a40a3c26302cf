'use strict';

// What an event holds.

const binding = require('../binding.js');
const { currentOperation, currentRun } = require('./operation.js');

const { EVENTS, PROCESS } = binding;

/** Held, because Jest warns of what is read from a global object once a test file that replaced it has ended. */
const { now } = Date;

/** Each kind of event with its own fields, and whether the run in hand is among them. */
const KINDS = Object.fromEntries(
  EVENTS.kinds.map(({ name, fields }) => [name, { fields, tellsRun: fields.includes('within') }]),
);

/** `{ host, thread, script }` of every event of this thread, once there was one. */
let origin = null;

/**
 * Found out for the first event: the two modules take a millisecond to load, and most processes of a healthy host
 * never make an event. Not by `require`, which test runners take away from a test file that has ended.
 */
function findOrigin() {
  return {
    host: ask('node:os', (os) => os.hostname()),
    thread: ask('node:worker_threads', ({ threadId }) => threadId),
    script: ask('node:path', (path) => (process.argv[1] ? path.basename(process.argv[1]) : null)),
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

/** Loaded for the first event that is read. A test runner may have ended by then, and then there is no place. */
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
 * Arguments that take 16 KiB of the stack: where there is less, the call throws. V8 ends the process when it has to
 * compile a regular expression on a stack that is nearly full.
 */
const ROOM = Array(2048).fill(0);

/** @type {(...room: number[]) => void} */
function ensureRoom() {}

/** Lets a class put a private field into an object that is there already. */
class Given {
  constructor(object) {
    return object;
  }
}

/**
 * What the place of an event is read from. A private field and one getter for all events: with a getter of its own
 * each event would be an object of its own kind to V8, which takes a microsecond to make.
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
    // Of something that inherits from an event no place is known.
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

/** The second of the last event, and what its time begins with: to write a date takes as long as all other fields. */
let second = NaN;
let secondText = '';

/** A time as `toISOString` writes it. */
function isoOf(time) {
  // A clock of a test may be at a fraction, or before 1970.
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
 * @param {object} fields values of its own; those that are not given are null
 * @param {number | null} n number of its line; null when it is not written
 * @param {() => string | null} readStack the stack of the call it is about, formatted when that is first read
 * @param {(() => string | null) | null} readRoute the route of the boundary at work
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
