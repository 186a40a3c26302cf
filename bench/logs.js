'use strict';

// What reading logs costs: whole processes, alternating with ripgrep, with a warm page cache; and the scanner alone.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const binding = require('../lib/binding.js');
const lines = require('./log-lines.js');
const { median } = require('./median.js');

const FULL = { mib: 1024, rounds: 5, peaks: 3 };
const QUICK = { mib: 64, rounds: 2, peaks: 1 };

const CASES = {
  scan: { title: 'scan, one file, one thread', unit: 's', bounds: [{ of: 'rg', atMost: 1 }] },
  rg: { title: 'rg -o of the same file', unit: 's' },
  scanTwo: {
    title: 'scan, two files of half the size, two threads',
    unit: 's',
    bounds: [{ of: 'rgTwo', atMost: 1 }],
  },
  rgTwo: { title: 'rg -o -j2 of the same files', unit: 's' },
  check: { title: 'check, events and text', unit: 's', bounds: [{ of: 'scanMixed', atMost: 2 }] },
  extractMixed: {
    title: 'extract of the same file',
    unit: 's',
    bounds: [{ of: 'scanMixed', atMost: 1.42 }],
  },
  scanMixed: { title: 'scan of the same file', unit: 's' },
  extract: {
    title: 'extract, a run ID in 1 % of lines',
    unit: 's',
    bounds: [{ of: 'scanSparse', atMost: 1.42 }],
  },
  scanSparse: { title: 'scan of the same file', unit: 's' },
  extractShare: {
    title: 'the size of the extract, relative to the file',
    unit: '%',
    bounds: [{ atMost: 2 }],
  },
  scanMemory: { title: 'peak memory of scan, above idle Node', unit: 'MiB', bounds: [{ atMost: 64 }] },
  checkMemory: {
    title: 'peak memory of check, above idle Node',
    unit: 'MiB',
    bounds: [{ atMost: 64 }, { of: 'checkMemoryHalf', atMost: 1.25 }],
  },
  checkMemoryHalf: { title: 'the same with half the lines and as many runs', unit: 'MiB' },
  scannerSpread: {
    title: 'scanner alone, slowest size over fastest',
    unit: 'times',
    bounds: [{ atMost: 1.15 }],
  },
  scanner10: { title: 'scanner alone, 10 MiB', unit: 'ns/byte' },
  scanner100: { title: 'scanner alone, 100 MiB', unit: 'ns/byte' },
  scanner1024: { title: 'scanner alone, 1 GiB', unit: 'ns/byte' },
};

/** Inputs with n and 2n of something, for which a search per item would take quadratic time. */
const SHAPES = {
  ids: { title: 'run IDs in a line', of: lines.idsLine, count: 28_000 },
  markers: { title: 'markers in a line', of: lines.markersLine, count: 24_000 },
  processes: { title: 'processes of one run', of: lines.processLines, count: 40_000 },
  dense: { title: 'failed lookups among as many runs', of: lines.denseLines, count: 14_000 },
  misses: { title: 'failed lookups of one run, each for another client', of: lines.missLines, count: 40_000 },
  clients: { title: 'failed lookups in a base with as many clients', of: lines.clientLines, count: 20_000 },
  evidence: { title: 'run IDs in a line that is evidence', of: lines.idsLine, count: 14_000, isPage: true },
};

/** Above 2, because less of twice the input fits into the caches. */
const MAX_GROWTH = 2.6;

for (const [name, { title, count, isPage }] of Object.entries(SHAPES)) {
  const command = isPage ? 'check --html' : 'check';
  CASES[`${name}Twice`] = {
    title: `${command} of ${2 * count} ${title}`,
    unit: 's',
    bounds: [{ of: name, atMost: MAX_GROWTH }],
  };
  CASES[name] = { title: `${command} of ${count}`, unit: 's' };
}

/** The sizes whose times per byte are compared, in MiB, by case. */
const SIZES = { scanner10: 10, scanner100: 100, scanner1024: 1024 };

/** The command's default, in milliseconds. */
const STALE = 86_400_000;

const COMMAND = path.join(__dirname, '..', 'bin', 'unified-run-id.js');
const PEAK = path.join(__dirname, 'peak-memory.js');
const RG = ['rg', '-o', '-N', '--no-filename', '\\b[0-9]{6}-[0-9]{6}\\b'];

const ours = (command, ...files) => [process.execPath, COMMAND, command, '--json', ...files];

const extracting = (file) => [process.execPath, COMMAND, 'extract', file];

/** Lines of a log with few runs, so that their list does not count. */
const fewRuns = () => lines.textLines(2_000);

/** Lines of an application log, with a run ID in every hundredth. */
const sparseLines = () => lines.textLines(undefined, 100);

const hasRipgrep = () => spawnSync('rg', ['--version']).status === 0;

function missing() {
  return hasRipgrep() ? undefined : 'ripgrep, for comparison, is not installed (apt-get install ripgrep)';
}

async function measure(names, { isQuick, folder, progress }) {
  const { mib, rounds, peaks } = isQuick ? QUICK : FULL;
  const fileOf = (name, content, size) => {
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) {
      progress(`writing ${name}`);
      lines.writeLog(file, content, size);
    }
    return file;
  };
  const whole = () => fileOf('whole.log', lines.textLines, mib);
  const halves = () => ['first.log', 'second.log'].map((name) => fileOf(name, lines.textLines, mib / 2));
  const mixed = () => fileOf('mixed.log', lines.mixedLines, mib);
  const sparse = () => fileOf('sparse.log', sparseLines, mib);
  const smaller = () => fileOf('smaller.log', lines.mixedLines, mib / 2);

  const shape = (name, times) => {
    const file = path.join(folder, `${name}-${times}.log`);
    const { of, count } = SHAPES[name];
    if (!fs.existsSync(file)) fs.writeFileSync(file, [...of(times * count)].join(''));
    return file;
  };

  const commands = {
    scan: () => ours('scan', whole()),
    rg: () => [...RG, whole()],
    scanTwo: () => ours('scan', ...halves()),
    rgTwo: () => [RG[0], '-j2', ...RG.slice(1), ...halves()],
    check: () => ours('check', mixed()),
    scanMixed: () => ours('scan', mixed()),
    extractMixed: () => extracting(mixed()),
    extract: () => extracting(sparse()),
    scanSparse: () => ours('scan', sparse()),
  };
  const peaksOf = {
    scanMemory: () => ours('scan', whole()),
    checkMemory: () => ours('check', mixed()),
    checkMemoryHalf: () => ours('check', smaller()),
  };
  const here = hasRipgrep() ? names : names.filter((name) => !name.startsWith('rg'));
  const wanted = (cases) => Object.entries(cases).filter(([name]) => here.includes(name));

  const results = {};
  for (const pair of [
    ['scan', 'rg'],
    ['scanTwo', 'rgTwo'],
    ['check', 'extractMixed', 'scanMixed'],
    ['extract', 'scanSparse'],
  ]) {
    const timed = wanted(commands).filter(([name]) => pair.includes(name));
    Object.assign(results, await inTurns(timed, rounds, progress));
  }
  for (const name of Object.keys(SHAPES).filter((shape) => names.includes(shape))) {
    const timed = [1, 2].map((times) => [times === 1 ? name : `${name}Twice`, () => shape(name, times)]);
    Object.assign(results, await readInTurns(SHAPES[name].isPage ?? false, timed, rounds, progress));
  }
  if (names.includes('extractShare')) results.extractShare = [await shareOf(extracting(sparse()), sparse())];
  for (const [name, command] of wanted(peaksOf)) {
    results[name] = [];
    for (let run = 0; run < peaks; run++) {
      progress(name);
      results[name].push((await peakOf(command())) - (await peakOf([process.execPath, '-e', '0'])));
    }
  }
  const isSpreadWanted = names.includes('scannerSpread');
  const sizes = isSpreadWanted ? Object.entries(SIZES) : wanted(SIZES);
  const costs = {};
  for (const [name, size] of sizes.filter(([, size]) => size <= mib)) {
    const file = fileOf(`${size}.log`, fewRuns, size);
    progress(name);
    costs[name] = await nanosecondsPerByte(file, Math.max(rounds, Math.ceil(300 / size)));
    fs.rmSync(file);
  }
  if (isSpreadWanted) {
    const medians = Object.values(costs).map(median);
    results.scannerSpread = [Math.max(...medians) / Math.min(...medians)];
  }
  return inOrder({ ...results, ...costs });
}

function inOrder(results) {
  return Object.fromEntries(
    Object.keys(CASES).flatMap((name) => (name in results ? [[name, results[name]]] : [])),
  );
}

/** The times of each command, measured alternately, so that a machine that slows down affects all of them. */
async function inTurns(commands, rounds, progress) {
  const times = Object.fromEntries(commands.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of commands) {
      progress(`${name}, round ${round + 1} of ${rounds}`);
      const seconds = await secondsOf(command());
      if (round >= 0) times[name].push(seconds); // the first round only warms the page cache
    }
  }
  return times;
}

/** Seconds of judging alone, in this process: the start of another one would hide how they grow. */
async function readInTurns(picture, files, rounds, progress) {
  const times = Object.fromEntries(files.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, fileOf] of files) {
      progress(`${name}, round ${round + 1} of ${rounds}`);
      const file = fileOf();
      const begin = process.hrtime.bigint();
      await binding.checkFiles([file], { staleMs: STALE, picture }, new binding.Progress());
      if (round >= 0) times[name].push(Number(process.hrtime.bigint() - begin) / 1e9);
    }
  }
  return times;
}

/** Seconds that a whole process takes; its output is discarded. */
async function secondsOf([program, ...args]) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

/** The size of a process's output as a percentage of a file's. */
async function shareOf([program, ...args], file) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let bytes = 0;
  for await (const chunk of child.stdout) bytes += chunk.length;
  return (100 * bytes) / fs.statSync(file).size;
}

/** The peak memory of a Node process, in MiB. */
async function peakOf([program, ...args]) {
  const child = spawn(program, ['--require', PEAK, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const [kib] = await Promise.all([text(child.stdio[3]), once(child, 'exit')]);
  return Number(kib) / 1024;
}

/** Nanoseconds per byte of the scanner alone. */
async function nanosecondsPerByte(file, rounds) {
  const { size } = fs.statSync(file);
  const times = [];
  for (let round = -1; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    await binding.scanFiles([file], { sort: 'first' }, new binding.Progress());
    if (round >= 0) times.push(Number(process.hrtime.bigint() - begin) / size);
  }
  return times;
}

module.exports = {
  CASES,
  says: `whole processes on generated logs of ${FULL.mib} MiB (--quick: ${QUICK.mib} MiB), page cache warm`,
  missing,
  measure,
};
