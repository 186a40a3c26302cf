'use strict';

// Making a job under an ID that is not taken: the primary key decides, across all hosts.

const { randomInt } = require('node:crypto');
const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { generateBase, readClock } = require('../core/generate.js');
const { sinceMs } = require('./duration.js');

const MAX_TRIES = 64;

/** Seconds by which processes that clashed with one another step apart, at random. */
const SPREAD = 8;

/**
 * @param {[insert: string, claim: string]} statements the second one also asks for the greatest run ID
 * @param {unknown[]} values what they take after the run ID
 * @returns the row of the new job
 */
async function claimJob(database, statements, values, caller) {
  const [insert, claim] = statements;
  await database.prove(caller); // before an ID is used up
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const begun = performance.now();
    const runId = generateBase(caller);
    // Clashes are rare, and a plain INSERT takes half the time: more is asked for only after a clash.
    const isFirst = tries === 0;
    const all = [runId, ...values];
    if (!isFirst) all.push(binding.greatestBase(readClock()));
    const [row] = await database.insert(isFirst ? insert : claim, all, runId, caller);
    if (row !== undefined && row.run_id !== null) return row;
    emit('record', caller, {
      method: caller.name,
      action: 'clash',
      table: 'job',
      runId,
      durationMs: sinceMs(begun),
    });
    // The statement's snapshot lacks rows that were inserted while it ran.
    const greatest = row?.greatest > runId ? row.greatest : runId;
    binding.raiseSequence(greatest, randomInt(SPREAD), readClock());
  }
  throw reject(binding.refuse('contended', undefined, String(MAX_TRIES)), caller);
}

module.exports = { claimJob };
