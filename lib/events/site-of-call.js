'use strict';

// In which line of code the package was called just now. Each line is formatted once and known by its position afterwards:
// to format a frame takes longer than all else.

const { callSite } = require('./call-site.js');

/** Where a builtin such as `map` made the call, its frame stands before that of the caller. */
const FRAMES = 3;

/** A number for a line and a column: bundles have long lines. */
const LINE = 1e8;

/** Lines that are known. Code that is made at run time has any number of them. */
const MAX_KNOWN = 1000;

/** Units of the name of a file that is kept: a `data:` URL may be of any length. */
const MAX_FILE = 4096;

/**
 * By file, and position of the code that runs in it.
 *
 * @type {Map<string, Map<number, string | null>>}
 */
const sites = new Map();
let known = 0;

/**
 * The line that calls a public function, as events tell it; null where there is none.
 *
 * @param {Function} caller the public function
 * @returns {string | null}
 */
function siteOfCall(caller) {
  let [frame] = framesOf(caller, 1);
  let file = fileOf(frame);
  if (isOfRuntime(file)) {
    frame = framesOf(caller, FRAMES).find((each) => !isOfRuntime(fileOf(each)));
    file = fileOf(frame);
  }
  if (typeof file !== 'string') return formatted(caller, null);
  const position = positionOf(frame);
  const positions = sites.get(file);
  const site = positions?.get(position);
  if (site !== undefined) return site;
  const found = formatted(caller, `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`);
  if (known < MAX_KNOWN && file.length <= MAX_FILE) {
    known += 1;
    if (positions === undefined) sites.set(file, new Map([[position, found]]));
    else positions.set(position, found);
  }
  return found;
}

/** A number for a place in a file. To count its lines takes longer than to ask for the offset, which not every runtime tells. */
function positionOf(frame) {
  return frame.getPosition?.() ?? frame.getLineNumber() * LINE + frame.getColumnNumber();
}

/** The line by the text of the stack, in which a source map counts; else by the position in the code that runs. */
function formatted(caller, position) {
  ensureRoom(...ROOM);
  const holder = { stack: null };
  Error.captureStackTrace?.(holder, caller);
  const site = typeof holder.stack === 'string' ? callSite(holder.stack) : null;
  return site ?? (position === null ? null : callSite(`\n    at ${position}`));
}

/**
 * Arguments that take 16 KiB of the stack: where there is less, the call throws. V8 ends the process when it has to
 * compile a regular expression on a stack that is nearly full.
 */
const ROOM = Array(2048).fill(0);

/** @type {(...room: number[]) => void} */
function ensureRoom() {}

/** The file of a frame, or where code that was made of a text was made; builtins have neither. */
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

/** @returns {any[]} at most so many call sites; none where something else formats stacks */
function framesOf(caller, most) {
  const own = Reflect.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // Where it was absent it is undefined afterwards, which means the same: V8 takes longer to delete it than for all else.
  const canRestore =
    own === undefined ? Reflect.defineProperty(Error, 'prepareStackTrace', ABSENT) : own.writable;
  if (canRestore !== true) return [];
  /** @type {{ stack: any }} */
  const holder = { stack: null };
  const limit = Error.stackTraceLimit;
  // Assignments and no calls where it is put back: where the stack is full Error would keep what was set.
  try {
    formatter.prepareStackTrace = asTheyAre;
    if (limit > most) Error.stackTraceLimit = most;
    Error.captureStackTrace(holder, caller);
    const frames = holder.stack;
    return Array.isArray(frames) ? frames : [];
  } finally {
    formatter.prepareStackTrace = own?.value;
    if (limit > most) Error.stackTraceLimit = limit;
  }
}

module.exports = { siteOfCall };
