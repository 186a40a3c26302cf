#!/usr/bin/env node
'use strict';

// What reading logs costs: whole processes against ripgrep, in turns, page cache warm.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { parseArgs } = require('node:util');
const binding = require('../lib/binding.js');
const { mixedLines, textLines, writeLog } = require('./log-lines.js');
const { median } = require('./median.js');
const { machine, machineLine } = require('./table.js');

const USAGE = `Usage: npm run bench:logs -- [--quick] [--help]

Measures scan and check on generated logs of 1 GiB (--quick: 64 MiB) in the temporary folder. Needs ripgrep.
A bound that is not reached is shown, and the exit code is 1.`;

const ROUNDS = 5;
const COMMAND = path.join(__dirname, '..', 'bin', 'unified-run-id.js');
const PEAK = path.join(__dirname, 'peak-memory.js');
const RG = ['rg', '-o', '-N', '--no-filename', '\\b[0-9]{6}-[0-9]{6}\\b'];

const ours = (command, ...files) => [process.execPath, COMMAND, command, '--json', ...files];

/** Seconds that a whole process takes, its output going nowhere. */
async function secondsOf([program, ...args]) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

/** The median of each command, taken in turns so that a machine that slows down slows all of them. */
async function inTurns(commands) {
  const times = commands.map(() => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [at, command] of commands.entries()) {
      const seconds = await secondsOf(command);
      if (round >= 0) times[at].push(seconds); // the first warms the page cache
    }
  }
  return times.map(median);
}

/** The most memory of a Node process, in MiB. */
async function peakOf(args) {
  const child = spawn(process.execPath, ['--require', PEAK, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const [kib] = await Promise.all([text(child.stdio[3]), once(child, 'exit')]);
  return Number(kib) / 1024;
}

/** Lines of a log that names few runs, so that what is measured is not the list of them. */
const fewRuns = () => textLines(2_000);

/** Nanoseconds a byte, of the scanner alone. */
async function nanosecondsPerByte(file, rounds) {
  const times = [];
  for (let round = -1; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    await binding.scanFiles([file], { sort: 'first' }, new binding.Progress());
    if (round >= 0) times.push(Number(process.hrtime.bigint() - begin) / fs.statSync(file).size);
  }
  return median(times);
}

function show(what, figures, value, bound) {
  const holds = value <= bound;
  if (!holds) process.exitCode = 1;
  console.log(`${what.padEnd(44)} ${figures.padEnd(42)} ${holds ? 'yes' : 'NO'}`);
}

const s = (seconds) => `${seconds.toFixed(2)} s`;

async function measure(folder, mib) {
  const fileOf = (name, lines, size) => {
    const file = path.join(folder, name);
    writeLog(file, lines, size);
    return file;
  };
  const whole = fileOf('whole.log', textLines, mib);
  const halves = ['first.log', 'second.log'].map((name) => fileOf(name, textLines, mib / 2));
  const mixed = fileOf('mixed.log', mixedLines, mib);

  const [scan, rg] = await inTurns([ours('scan', whole), [...RG, whole]]);
  show(
    `scan, one file of ${mib} MiB, one thread`,
    `${s(scan)}, ripgrep ${s(rg)}, ${(scan / rg).toFixed(2)} x (at most 1)`,
    scan / rg,
    1,
  );

  const [two, rgTwo] = await inTurns([ours('scan', ...halves), [RG[0], '-j2', ...RG.slice(1), ...halves]]);
  show(
    `scan, two files of ${mib / 2} MiB, two threads`,
    `${s(two)}, ripgrep ${s(rgTwo)}, ${(two / rgTwo).toFixed(2)} x (at most 1)`,
    two / rgTwo,
    1,
  );

  const [scanMixed, check] = await inTurns([ours('scan', mixed), ours('check', mixed)]);
  show(
    `check, ${mib} MiB of events and text`,
    `${s(check)}, scan ${s(scanMixed)}, ${(check / scanMixed).toFixed(2)} x (at most 2)`,
    check / scanMixed,
    2,
  );

  const idle = await peakOf(['-e', '0']);
  for (const [command, file] of [
    ['scan', whole],
    ['check', mixed],
  ]) {
    const more = (await peakOf([COMMAND, command, '--json', file])) - idle;
    show(`peak memory of ${command}`, `${more.toFixed(0)} MiB above idle Node (at most 64)`, more, 64);
  }
  const smaller = fileOf('smaller.log', mixedLines, mib / 8);
  const less = (await peakOf([COMMAND, 'check', '--json', smaller])) - idle;
  console.log(
    `${`  check of an eighth, with as many runs`.padEnd(44)} ${less.toFixed(0)} MiB above idle Node`,
  );

  const sizes = [10, 100, 1024].filter((size) => size <= mib);
  const costs = [];
  for (const size of sizes) {
    const file = fileOf(`${size}.log`, fewRuns, size);
    costs.push(await nanosecondsPerByte(file, Math.max(5, Math.ceil(300 / size))));
    fs.rmSync(file);
  }
  const spread = (Math.max(...costs) / Math.min(...costs) - 1) * 100;
  const figures = costs.map((cost, at) => `${sizes[at]} MiB ${cost.toFixed(3)}`).join(', ');
  show('scanner, ns a byte', `${figures}; ${spread.toFixed(0)} % apart (at most 15)`, spread, 15);
}

async function main() {
  const { values: options } = parseArgs({
    options: { quick: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);
  if (spawnSync('rg', ['--version']).status !== 0)
    throw new Error('ripgrep is not here: apt-get install ripgrep');
  console.log(`${machineLine(machine())}\n`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-bench-logs-'));
  try {
    await measure(folder, options.quick ? 64 : 1024);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
