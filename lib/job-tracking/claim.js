'use strict';

// Claiming a run ID for a new record: the store decides, across all hosts, who has it.

const { randomInt } = require('node:crypto');
const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { generateBase, readClock } = require('../core/generate.js');
const { sinceMs } = require('./duration.js');

const MAX_TRIES = 64;

/** After a clash, processes move apart by a random number of seconds up to this. */
const SPREAD = 8;

/**
 * @template T
 * @param {(runId: string, isFirst: boolean) => Promise<{ made: T | undefined, greatest: string | undefined }>} attempt
 *   creates the record, or returns the greatest ID in use, if it knows; an object without a prototype, because a
 *   promise looks for `then` on the value that it resolves with
 * @param {Function} caller
 * @returns {Promise<T>} what was created
 */
async function claim(attempt, caller) {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const begun = performance.now();
    const runId = generateBase(caller);
    const { made, greatest } = await attempt(runId, tries === 0);
    if (made !== undefined) return made;
    emit('record', caller, {
      method: caller.name,
      action: 'clash',
      table: 'job',
      runId,
      durationMs: sinceMs(begun),
    });
    // The greatest ID may have been read before the clash.
    const taken = greatest !== undefined && greatest > runId ? greatest : runId;
    binding.raiseSequence(taken, randomInt(SPREAD), readClock());
  }
  throw reject(binding.refuse('contended', undefined, String(MAX_TRIES)), caller);
}

/**
 * @param {[insert: string, claim: string]} statements the second one also returns the greatest run ID
 * @param {unknown[]} values their parameters after the run ID
 * @returns the row of the new job
 */
async function claimJob(database, statements, values, caller) {
  const [insert, insertOrLook] = statements;
  await database.prove(caller); // before an ID is used up
  return await claim(async (runId, isFirst) => {
    const all = [runId, ...values];
    // Clashes are rare, and a plain INSERT takes half the time: more is asked for only after a clash.
    if (!isFirst) all.push(binding.greatestBase(readClock()));
    const [row] = await database.insert(isFirst ? insert : insertOrLook, all, runId, caller);
    const isMade = row !== undefined && row.run_id !== null;
    // The statement's snapshot lacks rows that were inserted while it ran.
    return { __proto__: null, made: isMade ? row : undefined, greatest: row?.greatest ?? undefined };
  }, caller);
}

module.exports = { claim, claimJob };
