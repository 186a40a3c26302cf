'use strict';

// The calls of the core. Each case runs in a separate process, several times, alternating with the others, so that a
// machine that slows down affects all of them.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { CASES } = require('./cases.js');

const FULL = { rounds: 7, longRounds: 3, warmMs: 150, sampleMs: 300 };
const QUICK = { rounds: 2, longRounds: 1, warmMs: 50, sampleMs: 80 };

/** Every other round runs in reverse order, so that no case always follows the same one. */
async function measure(names, { isQuick, folder, progress }) {
  const settings = { ...(isQuick ? QUICK : FULL), folder };
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) CASES[name].arrange?.(settings);
  for (let round = 0; round < settings.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { processes = 1, long = false } = CASES[name];
      if (long && round >= settings.longRounds) continue;
      for (let n = 0; n < processes; n++) {
        progress(`round ${round + 1} of ${settings.rounds}: ${name}`);
        results[name].push(await measureOnce(name, settings));
      }
    }
  }
  return results;
}

async function measureOnce(name, settings) {
  const flags = ['--no-warnings', ...(CASES[name].flags ?? [])];
  const worker = path.join(__dirname, 'worker.js');
  const child = spawn(process.execPath, [...flags, worker, name, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  const stop = () => child.kill();
  process.once('exit', stop);
  const [output, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  process.off('exit', stop);
  if (code !== 0) throw new Error(`${name} failed (${signal ?? `exit code ${code}`}):\n${complaint}`);
  return JSON.parse(output);
}

/** Without the variables that would make the library log, or take its IDs from a file. */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => key !== 'DEBUG_RUN_ID' && !key.startsWith('RUN_ID_')),
  );
}

module.exports = { CASES, says: 'each result is the median of a separate process', measure };
