'use strict';

// On which line of code the package was just called. Each line is formatted once, and afterwards recognized by its
// position: formatting a frame takes longer than everything else.

const { callSite } = require('./call-site.js');
const { ensureRegExpRoom } = require('./stack-room.js');

/** If a builtin such as `map` made the call, its frame precedes the caller's. */
const FRAMES = 3;

/** Combines line and column into one number: bundles have long lines. */
const LINE = 1e8;

/** Lines that are remembered. Code that is generated at run time has any number of them. */
const MAX_KNOWN = 1000;

/** Characters of a file name that are kept: a `data:` URL may have any length. */
const MAX_FILE = 4096;

/**
 * By file, and position of the running code in it.
 *
 * @type {Map<string, Map<number, string | null>>}
 */
const sites = new Map();
let known = 0;

/**
 * The line that calls a public function, in the form that events use; null if there is none.
 *
 * @param {Function} caller the public function
 * @returns {string | null}
 */
function siteOfCall(caller) {
  let frame = framesOf(caller, 1)[0];
  let file = fileOf(frame);
  if (isOfRuntime(file)) {
    frame = frameBeforeRuntime(caller);
    file = fileOf(frame);
    if (typeof file !== 'string') return formatted(caller, null);
  }
  const position = positionOf(frame);
  const site = sites.get(file)?.get(position);
  return site === undefined ? siteOfFrame(caller, frame, file, position) : site;
}

function frameBeforeRuntime(caller) {
  return framesOf(caller, FRAMES).find((frame) => !isOfRuntime(fileOf(frame)));
}

/** The same for a line that is not known yet. */
function siteOfFrame(caller, frame, file, position) {
  const site = formatted(caller, `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`);
  if (known < MAX_KNOWN && file.length <= MAX_FILE) {
    known += 1;
    const positions = sites.get(file);
    if (positions === undefined) sites.set(file, new Map([[position, site]]));
    else positions.set(position, site);
  }
  return site;
}

/** A number for a place in a file. Counting lines takes longer than asking for the offset, which not every runtime provides. */
function positionOf(frame) {
  return frame.getPosition?.() ?? frame.getLineNumber() * LINE + frame.getColumnNumber();
}

/** The line from the text of the stack, to which a source map applies; otherwise from the position in the running code. */
function formatted(caller, position) {
  ensureRegExpRoom();
  const holder = { stack: null };
  Error.captureStackTrace?.(holder, caller);
  const site = typeof holder.stack === 'string' ? callSite(holder.stack) : null;
  return site ?? (position === null ? null : callSite(`\n    at ${position}`));
}

/** The file of a frame, or the origin of code that was created from a text; builtins have neither. */
function fileOf(frame) {
  return frame?.getFileName() ?? frame?.getEvalOrigin();
}

function isOfRuntime(file) {
  return typeof file !== 'string' || file.startsWith('node:');
}

/** @type {{ prepareStackTrace?: any }} */
const formatter = Error;

const asTheyAre = (_error, frames) => frames;

/** @type {PropertyDescriptor} */
const ABSENT = { value: undefined, writable: true, configurable: true };

/**
 * Shared by all calls, because V8 first has to change the form of a new object. Holds no stack between them, which would keep
 * alive what the frames refer to.
 *
 * @type {{ stack: any }}
 */
const holder = { stack: null };

/** @returns {any[]} at most that many call sites; none if something else formats stacks */
function framesOf(caller, most) {
  const own = Reflect.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // If it was absent, it is undefined afterwards, which means the same: deleting it takes V8 longer than all the rest. An
  // application's own accessor could not be restored.
  const canRestore =
    own === undefined ? Reflect.defineProperty(Error, 'prepareStackTrace', ABSENT) : own.writable;
  if (canRestore !== true) return [];
  const limit = Error.stackTraceLimit;
  // Only assignments when restoring: if the stack were full, Error would keep the changed value.
  try {
    formatter.prepareStackTrace = asTheyAre;
    if (limit > most) Error.stackTraceLimit = most;
    Error.captureStackTrace(holder, caller);
    const frames = holder.stack;
    holder.stack = null;
    return Array.isArray(frames) ? frames : [];
  } finally {
    formatter.prepareStackTrace = own?.value;
    if (limit > most) Error.stackTraceLimit = limit;
  }
}

module.exports = { siteOfCall };
