'use strict';

// The logs of real processes, extracted by eight others into one pipe: `check` says the same of them.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { buffer, json } = require('node:stream/consumers');
const { after, before, test } = require('node:test');
const { CHANNELS } = require('../support/scenarios/expected.js');
const { Stage } = require('../support/scenarios/stage.js');
const { BIN } = require('../../tools/command-line.js');
const { limited } = require('../../tools/time-limit.js');

const PROCESSES = 8;

/** Two files each at most, so that as many processes run at a time. */
const FILES = 2;

let stage;
before(async () => {
  stage = await Stage.open();
  for (const channel of CHANNELS) {
    for (const position of ['self', 'before']) await stage.play({ position, channel, level: 'all' });
    await stage.play({ position: 'outside', channel, level: 'lifecycle' });
  }
});
after(() => stage?.close());

/** What a command prints in the folder of the logs. */
const start = (program, args, input = null) => {
  const stdio = ['pipe', 'pipe', 'ignore'];
  const child = limited(spawn(program, args, { cwd: stage.folder, stdio }));
  child.stdin.end(input);
  return child.stdout;
};

const check = (args, input) => json(start(process.execPath, [BIN, 'check', '--json', ...args], input));

test('eight processes extract into one pipe, and check finds what it finds in the logs, place by place', async () => {
  const logs = fs
    .readdirSync(stage.folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.log'));
  assert.ok(logs.length > PROCESSES);
  const xargs = ['-P', String(PROCESSES), '-n', String(FILES), process.execPath, BIN, 'extract'];
  const extract = await buffer(start('xargs', xargs, logs.join('\n')));
  const files = logs.map((name) => name.split(path.sep).join('/')).sort();
  const ofLogs = await check(files);
  const ofExtract = await check(['-'], extract);
  // The command that is proposed names the files that were given.
  const withoutNext = ({ next, ...finding }) => finding;
  assert.deepEqual(ofExtract.findings.map(withoutNext), ofLogs.findings.map(withoutNext));
  assert.ok(ofLogs.findings.length > 20);
  // Files in which nothing was found are not written down.
  const { passedOver: _, findings: __, ...frame } = ofLogs;
  const { passedOver, findings, ...own } = ofExtract;
  assert.deepEqual(own, frame);
  assert.equal(passedOver, 0);
});
