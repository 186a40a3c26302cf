'use strict';

// Where events are logged: on stderr, or with this thread's logger. Rejections are always logged, within an
// allowance that all threads share; other events at the levels below.

const { setTimeout } = require('node:timers');
const { asciiJson } = require('./ascii-json.js');
const binding = require('../binding.js');
const { outsideRun } = require('./operation.js');
const stderr = require('./stderr.js');

const { actions, kinds, levels, marker, maxLine, outcomes, outcomeLevel } = binding.EVENTS;

const levelsByName = (rows) => new Map(rows.map(({ name, level }) => [name, level]));

/**
 * The least level at which each kind of event, or each action of a record or outcome of an observation, is logged. None
 * of them has the name of another.
 */
const LEVELS = levelsByName([
  ...kinds,
  ...actions,
  ...outcomes.map((name) => ({ name, level: outcomeLevel })),
]);

const ALL = levels.indexOf('all');

/** @type {((event: any) => any) | null} */
let logger = writeEvent;
let summaryIsDue = false;
let tellLeftOut = null;
let tellObserved = null;

/** Loaded with the first logger of the application. */
let warnOfLogger = null;

/** Returns whether a test has silenced the current events. */
let isSilenced = () => false;

const isSilent = () => logger === null || isSilenced();

/** `undefined` leaves the logger alone, `null` silences it. */
function setLogger(given) {
  if (given === undefined) return;
  // A test runner that has ended returns nothing.
  if (given !== null) warnOfLogger = require('./logger-warning.js')?.warnOfLogger ?? null;
  logger = given;
}

/**
 * Whether an event of this kind is to be logged now.
 *
 * @param {() => void} [leaveOut] counts a rejection that is not logged
 */
function admits(name, action, leaveOut) {
  if (isSilent()) return false;
  const level = binding.logLevel();
  // With a polluted `Object.prototype`, any event may have an action, and one that does not exist.
  if (level < (LEVELS.get(action) ?? LEVELS.get(name))) return false;
  return level === ALL || name !== 'reject' || admitRejection(leaveOut);
}

function admitRejection(leaveOut) {
  const wait = binding.takeLogLine();
  if (wait === 0) return true;
  leaveOut?.();
  summariseAfter(wait);
  return false;
}

/** Nothing that fails in a log may reach the caller of the library. */
function write(event) {
  if (logger === writeEvent) {
    try {
      writeEvent(event);
    } catch {
      // A warning would go to the same stderr.
    }
    return;
  }
  const used = logger;
  const failed = (error) => warnOfLogger?.(used, error);
  try {
    // An asynchronous logger may fail later.
    used?.(openCopy(event))?.then?.(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** A copy of the event that the logger may change: the frozen original is shared by all listeners. */
function openCopy(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(openCopy);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, openCopy(held)]));
}

/** The logger of a thread for which none was set. */
function writeEvent(event) {
  // A summary has no code, and says nothing more than its line.
  if (event.event === 'reject' && event.code !== null && isForReaders()) stderr.write(readable(event), 0);
  stderr.write(line(event), event.lost ?? 0);
}

let forReaders = null;

/** Whether stderr is a developer's terminal. */
function isForReaders() {
  forReaders ??=
    !process.env.CI &&
    process.env.NODE_ENV !== 'production' &&
    process.getBuiltinModule('node:tty').isatty(2);
  return forReaders;
}

/** Two lines of printable ASCII: what was refused, and where. */
function readable({ message, at }) {
  const place = at === null ? 'no line of the application is known' : at;
  return `${message}\n    at ${place.replace(/[^ -~]/g, '?')}\n`;
}

function summariseAfter(wait) {
  if (summaryIsDue) return;
  outsideRun(() => setTimeout(summarise, wait).unref?.());
  // Not before: if the stack was full, no timer was started, and there would never be another one.
  summaryIsDue = true;
}

function summarise() {
  summaryIsDue = false;
  const again = binding.takeLogLine();
  if (again === 0) writeSummary();
  else summariseAfter(again);
}

function writeSummary() {
  // A silenced thread leaves the count for another thread to report.
  if (isSilent()) return;
  const leftOut = binding.takeLeftOut();
  if (leftOut.length > 0) tellLeftOut(leftOut);
}

/** One line of printable ASCII, cut to fit. */
function line(event) {
  const shown = { ...event, settings: event.settings && { ...event.settings } };
  // Cut the stack from its end first, but keep its first lines even if the path has to be cut.
  cut(shown, shown, 'stack', FIRST_LINES, (text, units) => text.slice(0, text.length - units));
  cut(shown, shown, 'at', 0, (text, units) => text.slice(units));
  cut(shown, shown, 'stack', 0, (text, units) => text.slice(0, text.length - units));
  cut(shown, shown.settings, 'sequenceFile', 0, (text, units) => text.slice(units));
  return `${marker}${asciiJson(shown)}\n`;
}

/** Characters of a stack that contain its message and usually its first frames. */
const FIRST_LINES = 600;

/** Shortens one text until the event fits into its line, or only `keep` characters are left. */
function cut(event, holder, key, keep, shorten) {
  if (typeof holder?.[key] !== 'string') return;
  // A longer text can't fit anyway, and escaping it would take long.
  const excessUnits = holder[key].length - maxLine;
  if (excessUnits > 0) holder[key] = shorten(holder[key], excessUnits);
  while (holder[key].length > keep) {
    const excess = marker.length + asciiJson(event).length + 1 - maxLine;
    if (excess <= 0) return;
    const units = Math.min(Math.ceil(excess / LONGEST_ESCAPE), holder[key].length - keep);
    holder[key] = shorten(holder[key], units);
  }
}

/** `\\u0000`, for one character. */
const LONGEST_ESCAPE = 6;

/** Sets the function that reports how many lines stderr did not accept. A silenced thread leaves the count for another thread. */
function onLost(tell) {
  stderr.onLost((count) => {
    if (!isSilent()) tell(count);
  });
}

/** Sets the function that reports the rejections that were not logged. */
function onLeftOut(tell) {
  tellLeftOut = tell;
}

/** Sets the function that reports what was observed. */
function onObserved(tell) {
  tellObserved = tell;
}

/** Reports what was observed since the last report. A silenced thread leaves it for another thread to report. */
function writeObserved() {
  if (isSilent() || binding.logLevel() < LEVELS.get('observe') || !binding.observedIsDue()) return;
  tellObserved?.();
}

/** @type {(() => void) | null} */
let tellEnd = null;

/** Sets the function that reports the end of this thread. */
function onEnd(tell) {
  tellEnd = tell;
}

/** Sets the function that knows whether a test is silent. */
function onSilenceAsked(ask) {
  isSilenced = ask;
}

/**
 * Exported, because nothing else in this file refers to it, and it has to live as long as the module.
 *
 * @param {boolean} isLast false if the event loop is empty, but may get new work
 */
function finish(isLast) {
  writeSummary();
  writeObserved();
  if (!isLast) return;
  const isLogged = !isSilent() && binding.logLevel() >= LEVELS.get('end');
  if (isLogged && binding.takeEnd()) tellEnd?.();
  stderr.end();
}

if (binding.UNKNOWN_LEVEL !== null) {
  process.emitWarning(
    `RUN_ID_LOG is ${asciiJson(binding.UNKNOWN_LEVEL.slice(0, 64))}; expected one of ${levels.join(', ')}`,
    { type: 'RunIdWarning', code: 'RUN_ID_LOG' },
  );
}

// Added at once, because the last thread reports what a terminated thread had left out; and only one
// listener per thread, however often this file is loaded in it: the newest module registry that is still in use and
// not silent reports, and none is kept alive for it. A function, because Jest copies everything else on `process`.
const TELL_AT_EXIT = Symbol.for(`unified-run-id.exit:${__dirname}`);
if (process[TELL_AT_EXIT] === undefined) {
  Object.defineProperty(process, TELL_AT_EXIT, { __proto__: null, value: listenForExit() });
}
process[TELL_AT_EXIT](finish);

/** @returns a function that adds a function to be called at exit, before those that were added earlier */
function listenForExit() {
  let tellers = [];
  const tell = (isLast) => {
    for (const teller of tellers) teller.deref()?.(isLast);
  };
  // A logger that writes asynchronously, as pino does, may lose what it gets at exit.
  process.on('beforeExit', () => tell(false));
  process.on('exit', () => tell(true));
  return (tell) => {
    tellers = [new WeakRef(tell), ...tellers.filter((teller) => teller.deref() !== undefined)];
  };
}

module.exports = {
  admits,
  finish,
  onEnd,
  onLeftOut,
  onLost,
  onObserved,
  onSilenceAsked,
  setLogger,
  write,
  writeObserved,
};
