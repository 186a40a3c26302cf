'use strict';

// Where events are written: stderr, or the logger of this thread. Rejections are always written, within an
// allowance that all threads share; other events while debugging.

const fs = require('node:fs');
const binding = require('./binding.js');

/** Longer lines are torn when processes share a pipe. SPEC §6. */
const MAX_LINE = 4096;

const STDERR = 2;

let logger = writeLine;
let summaryIsDue = false;
let watchingExit = false;
let tellLeftOut = null;

/** `undefined` leaves the logger alone, `null` silences it. */
function setLogger(given) {
  if (given !== undefined) logger = given;
}

/** Whether an event of this kind is to be written now. */
function admits(name) {
  if (logger === null) return false;
  if (binding.isDebug()) return true;
  return name === 'reject' && admitRejection();
}

function admitRejection() {
  const wait = binding.takeLogLine();
  if (wait === 0) return true;
  binding.leaveOut();
  summariseAfter(wait);
  return false;
}

function write(event) {
  try {
    logger?.(event);
  } catch {
    // Whatever is wrong with a log must not reach the caller of the library.
  }
}

function writeLine(event) {
  fs.writeSync(STDERR, line(event));
}

function summariseAfter(wait) {
  if (!watchingExit) {
    watchingExit = true;
    process.on('exit', writeSummary);
  }
  if (summaryIsDue) return;
  summaryIsDue = true;
  setTimeout(() => {
    summaryIsDue = false;
    const again = binding.takeLogLine();
    if (again === 0) writeSummary();
    else summariseAfter(again);
  }, wait).unref();
}

function writeSummary() {
  const count = binding.takeLeftOut();
  if (count > 0) tellLeftOut(count);
}

/** One line of printable ASCII, cut to fit: first the stack, then the place, from its beginning. */
function line(event) {
  let text = escaped(event);
  for (const key of ['stack', 'at']) {
    const excess = PREFIX.length + text.length + 1 - MAX_LINE;
    if (excess <= 0 || typeof event[key] !== 'string') continue;
    text = escaped({ ...event, [key]: cut(event[key], excess, key === 'at') });
  }
  return `${PREFIX}${text}\n`;
}

const PREFIX = '[run-id] ';

function escaped(value) {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Drops at least `excess` escaped characters from the end, or from the beginning. */
function cut(text, excess, fromStart) {
  let dropped = 0;
  let units = 0;
  while (dropped < excess && units < text.length) {
    units += 1;
    dropped += escaped(fromStart ? text[units - 1] : text[text.length - units]).length - 2;
  }
  return fromStart ? text.slice(units) : text.slice(0, text.length - units);
}

/** Sets what tells how many rejections were not written. */
function onLeftOut(tell) {
  tellLeftOut = tell;
}

module.exports = { admits, onLeftOut, setLogger, write };
