'use strict';

// Claiming a run ID in a store other than PostgreSQL, through the application's functions.

const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { readClock } = require('../core/generate.js');
const { requireFunction } = require('../core/options.js');
const { baseOf, isRunId } = require('../core/run-id.js');
const { claim } = require('./claim.js');
const { sinceMs } = require('./duration.js');
const { RULES, optionsOf } = require('./option-rules.js');
const { errorOfCreation, unknownOutcome } = require('./outcome.js');

async function claimRunId(given) {
  const store = optionsOf(given, RULES.store, claimRunId, ['create']);
  // A `get` that was lost would disable the second lookup.
  for (const name of Object.keys(store)) requireFunction(store[name], name, claimRunId);
  const called = performance.now();
  return await claim(async (runId) => {
    if (await isMade(store, runId, called)) return { __proto__: null, made: runId, greatest: undefined };
    return { __proto__: null, made: undefined, greatest: await greatestIn(store, runId) };
  }, claimRunId);
}

/** Creates the record, unless the ID is in use. */
async function isMade({ create, get }, runId, called) {
  if (get !== undefined && countOf(await get(runId), runId) > 0) return false;
  const begun = performance.now();
  const made = await created(create, runId, begun);
  if (!made) return false;
  const durationMs = sinceMs(called);
  emit('record', claimRunId, { method: 'claimRunId', action: 'created', table: 'job', runId, durationMs });
  if (get !== undefined) await confirm(get, runId, begun);
  return true;
}

async function created(create, runId, begun) {
  let answer;
  try {
    answer = await create(runId);
  } catch (cause) {
    throw errorOfCreation(cause, runId, claimRunId, begun);
  }
  if (typeof answer === 'boolean') return answer;
  throw of(runId, refuseStore('create', answer, 'true if it created the record, false if the ID was taken'));
}

/** Looks again: a store that accepts every row may have accepted another one with the same ID meanwhile. */
async function confirm(get, runId, begun) {
  let rows;
  try {
    rows = await get(runId);
  } catch (cause) {
    throw unknownOutcome(runId, claimRunId, begun, cause);
  }
  if (countOf(rows, runId) === 0) throw unknownOutcome(runId, claimRunId, begun);
}

/** How many rows have the ID. More than one means two runs under one ID. */
function countOf(rows, runId) {
  if (!Array.isArray(rows))
    throw of(runId, refuseStore('get', rows, 'an array of all rows with this run ID'));
  if (rows.length > 1) throw of(runId, reject(binding.refuse('job-twice', runId), claimRunId));
  return rows.length;
}

/** The greatest ID in use, if the store can tell. */
async function greatestIn({ greatest, existing }, runId) {
  if (greatest !== undefined) return await greatestUpTo(greatest, binding.greatestBase(readClock()));
  if (existing !== undefined) return await greatestOf(existing, binding.basesAfter(runId, readClock()));
  return undefined;
}

async function greatestUpTo(greatest, bound) {
  const answer = await greatest(bound);
  if (answer === undefined || answer === null) return undefined;
  if (isRunId(answer) && baseOf(answer) <= bound) return baseOf(answer);
  throw refuseStore('greatest', answer, `the greatest run ID up to ${bound}, or null if there is none`);
}

async function greatestOf(existing, asked) {
  if (asked.length === 0) return undefined;
  const answer = await existing([...asked]);
  if (!Array.isArray(answer))
    throw refuseStore('existing', answer, 'an array of the given run IDs that exist');
  const odd = answer.findIndex((runId) => !asked.includes(runId));
  if (odd !== -1) throw refuseStore('existing', answer[odd], 'only run IDs that it was given');
  return answer.toSorted().at(-1);
}

function refuseStore(name, answer, expected) {
  const problem = `${name} returned ${shown(answer)}; expected ${expected}`;
  return reject(binding.refuse('store', undefined, problem), claimRunId);
}

function shown(answer) {
  return typeof answer === 'string' ? `"${binding.show(answer)}"` : binding.show(answer);
}

/** An error about this run ID. */
function of(runId, error) {
  return Object.assign(error, { runId });
}

module.exports = { claimRunId };
