'use strict';

// Where something is observed: the name that the call gives, or the line of code that it stands in. SPEC §13.

const binding = require('../binding.js');
const { callSite } = require('../events/call-site.js');

/**
 * @typedef {{ readonly number: number, readonly name: string | null, readonly codes: Map<string, number> }} Place `codes` are
 *   those of what was refused there, by its type
 */

/** The number of the places that the process does not count by themselves. */
const OTHERS = 0;

/** @type {Place} */
const UNKNOWN = Object.freeze({ number: 1, name: null, codes: new Map() });

/** Where a builtin such as `map` made the call, its frame stands before that of the caller. */
const FRAMES = 3;

/** A number for a line and a column: bundles have long lines. */
const LINE = 1e8;

/** @type {Map<string, Place>} */
const places = new Map();

/** By file and position of the code that runs: to format a frame takes longer than all else. */
/** @type {Map<string, Map<number, Place>>} */
const sites = new Map();

/** @returns {Place} */
function placeOfName(name) {
  const known = places.get(name);
  if (known !== undefined) return known;
  const place = Object.freeze({ number: binding.observedPlace(name), name, codes: new Map() });
  // Those beyond the bound are not kept, either.
  if (place.number !== OTHERS) places.set(name, place);
  return place;
}

/**
 * The place of the call of a public function.
 *
 * @returns {Place}
 */
function placeOfCall(caller) {
  const frame = frameOf(caller);
  if (frame === null) return unnamed(caller, null);
  const file = frame.getFileName() ?? frame.getEvalOrigin();
  if (typeof file !== 'string') return unnamed(caller, null);
  const position = positionOf(frame);
  const known = sites.get(file)?.get(position);
  if (known !== undefined) return known;
  const place = unnamed(caller, `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`);
  if (place.number !== OTHERS) {
    if (!sites.has(file)) sites.set(file, new Map());
    sites.get(file)?.set(position, place);
  }
  return place;
}

/** A number for a place in a file. To count its lines takes longer than to ask for the offset, which not every runtime tells. */
function positionOf(frame) {
  return frame.getPosition?.() ?? frame.getLineNumber() * LINE + frame.getColumnNumber();
}

/** The place by the text of the stack, in which a source map counts; else by the position in the code that runs. */
function unnamed(caller, position) {
  const holder = { stack: null };
  Error.captureStackTrace?.(holder, caller);
  const name =
    (typeof holder.stack === 'string' ? callSite(holder.stack) : null) ??
    (position === null ? null : callSite(`\n    at ${position}`));
  return name === null ? UNKNOWN : placeOfName(name);
}

/**
 * The frame of the caller, not formatted; null where there is none.
 *
 * @returns {any} a call site, or null
 */
function frameOf(caller) {
  const [first] = framesOf(caller, 1);
  if (first === undefined || !isOfRuntime(first)) return first ?? null;
  return framesOf(caller, FRAMES).find((frame) => !isOfRuntime(frame)) ?? null;
}

function isOfRuntime(frame) {
  if (frame.isNative()) return true;
  const file = frame.getFileName();
  return typeof file === 'string' ? file.startsWith('node:') : frame.getEvalOrigin() === undefined;
}

/** @type {{ prepareStackTrace?: any }} */
const formatter = Error;

const asTheyAre = (_error, frames) => frames;

/** @returns {any[]} at most so many call sites; none where something else formats stacks */
function framesOf(caller, most) {
  const own = Reflect.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // What the application has made of it otherwise could not be put back.
  if (own !== undefined && own.writable !== true) return [];
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
    if (own === undefined) delete formatter.prepareStackTrace;
    else formatter.prepareStackTrace = own.value;
    if (limit > most) Error.stackTraceLimit = limit;
  }
}

module.exports = { placeOfCall, placeOfName };
