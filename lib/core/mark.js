'use strict';

// One request, one ID: what was generated for a request, or found by a boundary, is put on the request, so that
// resolving it again gives the same ID and the same source. SPEC §4.

const { SOURCES } = require('../binding.js');

/** The source in which the mark is stored. */
const MARKED = 0;
const KEY = SOURCES[MARKED].name;

/** The run of a request whose ID was put on it: an object with `runId` and `source`. */
const runs = new WeakMap();

function runOf(req) {
  return runs.get(req);
}

function keepRun(req, run) {
  runs.set(req, run);
}

/** The source of an ID in the marked property: that of its run, unless other code has set it. */
function sourceOfMarked(req, runId) {
  const run = runs.get(req);
  return run !== undefined && run.runId === runId ? run.source : KEY;
}

/**
 * Puts a run ID on a request.
 *
 * @returns whether the request accepted it
 */
function mark(req, runId) {
  return Reflect.defineProperty(req, KEY, propertyOf(runId)) || define(req, runId);
}

function define(req, value) {
  const before = Reflect.getOwnPropertyDescriptor(req, KEY);
  const isFixed = before?.configurable === false;
  if (isFixed && before.writable !== true) return false;
  return Reflect.defineProperty(req, KEY, isFixed ? { __proto__: null, value } : propertyOf(value));
}

/** Whether a request could carry an ID, as far as can be told without putting one on it. */
function canMark(req) {
  const before = Reflect.getOwnPropertyDescriptor(req, KEY);
  if (before === undefined) return Reflect.isExtensible(req);
  return before.configurable === true || before.writable === true;
}

/** Not enumerable, so that a copy of the request does not inherit it. */
function propertyOf(value) {
  return { __proto__: null, value, writable: true, enumerable: false, configurable: true };
}

/**
 * Makes sure that a request can carry an ID before one is used up.
 *
 * @returns {{ held: any, undo?(): void } | null} `held` if it already carries one, because one of its getters has
 *   resolved it meanwhile; null if it cannot carry one; otherwise `undo`
 */
function reserve(req) {
  const before = Reflect.getOwnPropertyDescriptor(req, KEY);
  const held = before !== undefined && Object.hasOwn(before, 'value') ? before.value : undefined;
  if (held !== undefined && held !== null) return { held };
  if (!define(req, undefined)) return null;
  return {
    held: undefined,
    undo() {
      if (before === undefined) Reflect.deleteProperty(req, KEY);
      else Reflect.defineProperty(req, KEY, before);
    },
  };
}

module.exports = { MARKED, canMark, keepRun, mark, reserve, runOf, sourceOfMarked };
