'use strict';

// How soon `check --follow` reports a finding while processes write their logs, and how fast it reads existing logs.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { mixedLines } = require('./log-lines.js');
const { LoggedProcess } = require('../tools/log-writer.js');

const COMMAND = path.join(__dirname, '..', 'bin', 'unified-run-id.js');
const WRITER = path.join(__dirname, 'follow-writer.js');

const FULL = { rounds: 3, faults: 10, blocks: 3 };
const QUICK = { rounds: 1, faults: 3, blocks: 1 };

/** The command's default. */
const SETTLE_MS = 10_000;

/** Not 1, because it also judges and forgets runs, every 45 minutes of log time. */
const READING = 2.2;

/** Milliseconds of log time after which the last finding has been reported. */
const AFTER_MS = 60_000;

const DELAY = { unit: 's', bounds: [{ atMost: 2 }] };

const CASES = {
  followDelay: { title: 'from the end of --settle to the line of a finding, the longest of all', ...DELAY },
  followDelaySilent: { title: 'the same if nothing more is written', ...DELAY },
  followTime: {
    title: 'check --follow of an existing log, until its last finding is reported',
    unit: 's',
    bounds: [{ of: 'checkFollowed', atMost: READING }],
  },
  checkFollowed: { title: 'check of the same file', unit: 's' },
  followRate: { title: 'check --follow of it', unit: 'lines/s' },
};

async function measure(names, { isQuick, folder, progress }) {
  const { rounds, faults, blocks } = isQuick ? QUICK : FULL;
  const results = {};
  const add = (name, value) => {
    if (names.includes(name)) (results[name] ??= []).push(value);
  };
  const isWanted = (...cases) => cases.some((name) => names.includes(name));
  for (let round = 0; round < rounds; round++) {
    progress(`delays, round ${round + 1} of ${rounds}`);
    if (isWanted('followDelay')) add('followDelay', await longestDelay(folder, faults, true));
    if (isWanted('followDelaySilent')) add('followDelaySilent', await longestDelay(folder, faults, false));
  }
  if (isWanted('followTime', 'checkFollowed', 'followRate')) {
    const { file, count } = writeWhole(path.join(folder, 'followed.log'), blocks);
    // The first round only warms the page cache.
    for (let round = -1; round < rounds; round++) {
      progress(`reading, round ${round + 1} of ${rounds}`);
      const [followed, checked] = [await followTime(file), await checkTime(file)];
      if (round < 0) continue;
      add('followTime', followed);
      add('checkFollowed', checked);
      add('followRate', count / followed);
    }
  }
  return Object.fromEntries(names.map((name) => [name, results[name]]));
}

/** The longest time, in seconds, from the end of `--settle` to the line of a finding. */
async function longestDelay(folder, faults, goesOn) {
  const own = fs.mkdtempSync(path.join(folder, 'delay-'));
  // If logs fall silent, each fault has its own log and its own command.
  const logs = goesOn ? [faults] : Array.from({ length: faults }, () => 1);
  const longest = await Promise.all(
    logs.map(async (count, at) => {
      const log = path.join(own, `${at}.log`);
      fs.writeFileSync(log, '');
      const follower = start(log);
      await follower.begun;
      const stderr = fs.openSync(log, 'a');
      const writer = spawn(process.execPath, [WRITER, String(count), goesOn ? 'on' : ''], {
        stdio: ['pipe', 'ignore', stderr],
        env: { ...process.env, RUN_ID_LOG: 'lifecycle', RUN_ID_SERVICE: 'api' },
      });
      fs.closeSync(stderr);
      const delays = [];
      for (let fault = 0; fault < count; fault++) {
        const { finding, at: told } = await follower.next();
        delays.push((told - Date.parse(finding.firstTime) - SETTLE_MS) / 1000);
      }
      writer.kill();
      await follower.end();
      return Math.max(...delays);
    }),
  );
  return Math.max(...longest);
}

/** Blocks of clean lines, then one fault. */
function writeWhole(file, blocks) {
  const texts = [];
  let count = 0;
  for (const line of mixedLines()) {
    texts.push(line);
    count += 1;
  }
  const text = texts.join('');
  fs.writeFileSync(file, text.repeat(blocks));
  const api = new LoggedProcess({ service: 'api', host: 'node-1', pid: 18, proc: '2a1b2c3d' });
  const last = Date.parse(/^\S+/.exec(texts.findLast((line) => line.startsWith('20')))[0]);
  api.event(last, 'conflict', { runId: '251006-143000', otherRunId: '251006-153000' });
  api.write(
    last + AFTER_MS,
    `${new Date(last + AFTER_MS).toISOString()} INFO [api] run 251006-143000 goes on`,
  );
  fs.appendFileSync(file, api.lines.map((line) => `${line.text}\n`).join(''));
  return { file, count: count * blocks + api.lines.length };
}

async function followTime(file) {
  const begin = performance.now();
  const follower = start(file);
  await follower.next();
  const seconds = (performance.now() - begin) / 1000;
  await follower.end();
  return seconds;
}

async function checkTime(file) {
  const begin = performance.now();
  await once(spawn(process.execPath, [COMMAND, 'check', '--json', file], { stdio: 'ignore' }), 'exit');
  return (performance.now() - begin) / 1000;
}

/** Starts the command. Its findings can be taken one by one, each with the time at which its line arrived. */
function start(file) {
  const args = ['check', '--follow', '--json', file];
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill();
  process.once('exit', stop);
  const closed = once(child, 'close');
  const findings = (async function* () {
    for await (const line of createInterface({ input: child.stdout })) {
      const at = Date.now();
      const { told, finding } = JSON.parse(line);
      if (told === 'finding') yield { finding, at };
    }
  })();
  return {
    begun: once(child.stderr, 'data'),
    async next() {
      const { done, value } = await findings.next();
      if (done) throw new Error('check --follow ended');
      return value;
    },
    async end() {
      child.kill();
      await closed;
      process.off('exit', stop);
    },
  };
}

module.exports = {
  CASES,
  says: 'real processes whose logs are followed with the default --settle; and a log of events and text that is there',
  measure,
};
