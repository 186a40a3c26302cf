#!/usr/bin/env node
'use strict';

// Measures what the README claims. Each case runs in a process of its own, several times, in turns with the
// others, so that a machine that slows down slows all of them.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { parseArgs } = require('node:util');
const { CASES } = require('./cases.js');
const { machine, machineLine, summarise, table } = require('./table.js');

const USAGE = `Usage: npm run bench -- [options]

  --only CASE  this case, and those its bounds refer to; may be given again
  --quick      a rough look: fewer rounds, shorter samples
  --json       print the results as JSON
  --help       this text

Cases: ${Object.keys(CASES).join(', ')}.
A bound that is not reached is shown and is no failure: this is a benchmark, not a test.`;

const FULL = { rounds: 7, longRounds: 3, warmMs: 150, sampleMs: 300 };
const QUICK = { rounds: 2, longRounds: 1, warmMs: 50, sampleMs: 80 };

async function main() {
  const { values: options } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (options.help) return console.log(USAGE);

  const names = wantedCases(options.only);
  const host = machine();
  const settings = { ...(options.quick ? QUICK : FULL), folder: temporaryFolder() };
  if (!options.json) console.log(`${machineLine(host)}\n`);

  const summary = summarise(await measureAll(names, settings));
  if (options.json)
    console.log(JSON.stringify({ machine: host, rounds: settings.rounds, cases: summary }, null, 2));
  else {
    console.log(table(summary));
    console.log('\nmedian, least and most are those of the runs; each is the median of its own process.');
    if (options.quick) console.log('A rough look (--quick): not for the README.');
  }
}

/** The cases named, and those that they are compared with, in the order of the table. */
function wantedCases(only = Object.keys(CASES)) {
  const unknown = only.find((name) => !Object.hasOwn(CASES, name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no case "${unknown}". Known: ${Object.keys(CASES).join(', ')}.`);
  }
  const wanted = new Set(only.flatMap((name) => [name, ...(CASES[name].bounds ?? []).map(({ of }) => of)]));
  return Object.keys(CASES).filter((name) => wanted.has(name));
}

/** Every other round goes backwards: no case always follows the same one. */
async function measureAll(names, settings) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
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
  progress('');
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

/** Without what would make the library log, or take its IDs from a file. */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => key !== 'DEBUG_RUN_ID' && !key.startsWith('RUN_ID_')),
  );
}

function temporaryFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-bench-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
    process.once(signal, () => process.exit(128 + number));
  }
  return folder;
}

const CLEAR_LINE = '\r\x1b[K';

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE + line);
}

class UsageError extends Error {}

main().catch((error) => {
  progress('');
  const wrongUse = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(wrongUse ? `${error.message}\nTry --help.` : error.message);
  process.exitCode = 1;
});
