'use strict';

// Two days of logs, followed at a thousand times their speed, through rotation: `check --follow` tells what `check` finds in the
// whole of them, and its memory does not grow from one day to the other.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { DayLogs, MINUTE, identitiesOf, standing } = require('../support/day-logs.js');
const { Follower, WrittenLogs } = require('../support/followed-logs.js');
const { CommandLine } = require('../../tools/command-line.js');
const { Workspace } = require('../../tools/workspace.js');

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Log time passes so much faster. */
const SPEED = 1000;

/** Of log time: at that speed not two seconds, in which a busy machine may not come to write the next log. */
const SETTLE = '30m';

/** How far runs are apart. */
const EVERY_MS = 2000;

/**
 * How much larger the process may be on the second day: what is kept is the same, and freed memory takes a day to find its shape.
 * Without forgetting it is twice as large.
 */
const GROWTH = 1.25;

/** The most memory that a process has had. */
function peakOf(pid) {
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes);
}

test('a day of logs is told as check finds it, and two days take the memory of one', async (t) => {
  const workspace = new Workspace(t);
  const [live, whole] = ['live', 'whole'].map((name) => workspace.path(name));
  for (const folder of [live, whole]) fs.mkdirSync(folder);
  const logs = new WrittenLogs(live, new DayLogs({ everyMs: EVERY_MS }), SPEED);
  const cli = new CommandLine(t, live);
  const follower = new Follower(
    cli.start(['check', '--follow', '--json', '--keep', '6h', '--settle', SETTLE, ...logs.names]),
  );
  await follower.begun();
  const peaks = [];
  for (const day of [1, 2]) {
    await logs.write(DAY / 2, [whole]);
    fs.renameSync(logs.path('worker'), path.join(live, `worker.log.${day}`));
    await logs.write(DAY / 2, [whole]);
    peaks.push(peakOf(follower.pid));
  }
  assert.equal(await follower.interrupt(), 1);
  const news = follower.news;
  const { stdout } = await new CommandLine(t, whole).run(['check', '--json', ...logs.names]);
  const { findings, runs } = JSON.parse(stdout);
  assert.deepEqual(identitiesOf(standing(news)), identitiesOf(findings));
  t.diagnostic(`${runs} runs, ${findings.length} findings, at most ${peaks.join(' and ')} KB`);
  assert.ok(peaks[1] <= peaks[0] * GROWTH, peaks.join(' and '));
});
