'use strict';

// Measures one case in this process and prints the result: node bench/worker.js <case> <settings as JSON>

const { CASES } = require('./cases.js');
const { MASK } = require('./inputs.js');
const { median } = require('./median.js');

/** Much longer than the timer's resolution, and much shorter than a time slice of the system. */
const BATCH_MS = 2;

async function main([name, settings]) {
  const given = JSON.parse(settings);
  const { measure, prepare } = CASES[name];
  const result = measure ? await measure(given) : timeOfCall(prepare(given), given);
  process.stdout.write(JSON.stringify(result));
}

/** Nanoseconds of one call: the median over batches. */
function timeOfCall(call, { warmMs, sampleMs }) {
  const count = warmUp(call, warmMs);
  const times = [];
  const end = performance.now() + sampleMs;
  do times.push(milliseconds(call, count) / count);
  while (performance.now() < end);
  return median(times) * 1e6;
}

/** Runs the call until it is compiled, and returns the number of calls that fill a batch. */
function warmUp(call, warmMs) {
  const end = performance.now() + warmMs;
  let count = 16;
  for (;;) {
    const time = milliseconds(call, count);
    if (time < BATCH_MS / 2) count *= 2;
    else if (performance.now() >= end) return Math.max(1, Math.round((count * BATCH_MS) / time));
  }
}

/** Keeps the results: V8 would not create all of one that is never used. */
const kept = new Array(MASK + 1).fill('');

function milliseconds(call, count) {
  const begin = performance.now();
  for (let i = 0; i < count; i++) kept[i & MASK] = call(i);
  const time = performance.now() - begin;
  if (!kept.every((result) => typeof result === 'string')) throw new Error('A call did not return a string');
  return time;
}

main(process.argv.slice(2));
