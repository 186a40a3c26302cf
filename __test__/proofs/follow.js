'use strict';

// Two days of logs, followed at a thousand times their speed, through rotation: `check --follow` tells what `check` finds in the
// whole of them, and its memory does not grow from one day to the other. Slower, with the time to settle that is the default:
// `node __test__/proofs/follow.js --speed 50 --settle 10s --hours 24`, which takes half an hour.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { parseArgs } = require('node:util');
const { DayLogs, MINUTE, identitiesOf, standing } = require('../support/day-logs.js');
const { Follower, WrittenLogs } = require('../support/followed-logs.js');
const { CommandLine } = require('../../tools/command-line.js');
const { Workspace } = require('../../tools/workspace.js');

const HOUR = 60 * MINUTE;

const { values } = parseArgs({
  options: {
    /** Log time passes so much faster. */
    speed: { type: 'string', default: '1000' },
    /** Of log time: at that speed not two seconds, in which a busy machine may not come to write the next log. */
    settle: { type: 'string', default: '30m' },
    /** How much log time there is, in two halves. */
    hours: { type: 'string', default: '48' },
  },
});
const [speed, hours] = [Number(values.speed), Number(values.hours)];

/** How far runs are apart. */
const EVERY_MS = 2000;

/**
 * How much larger the process may be in the second half: what is kept is the same, and freed memory takes a day to find its shape.
 * Without forgetting it is twice as large.
 */
const GROWTH = 1.25;

/** The most memory that a process has had since this was asked last, in KB. */
function takePeak(pid) {
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(kilobytes);
}

test('what is told is what check finds, and the second half takes the memory of the first', async (t) => {
  const workspace = new Workspace(t);
  const [live, whole] = ['live', 'whole'].map((name) => workspace.path(name));
  for (const folder of [live, whole]) fs.mkdirSync(folder);
  const logs = new WrittenLogs(live, new DayLogs({ everyMs: EVERY_MS }), speed);
  const cli = new CommandLine(t, live);
  const args = ['check', '--follow', '--json', '--keep', '6h', '--settle', values.settle, ...logs.names];
  const follower = new Follower(cli.start(args, { limit: (2 * hours * HOUR) / speed + 10 * MINUTE }));
  await follower.begun();
  const peaks = [];
  for (const half of [1, 2]) {
    await logs.write((hours * HOUR) / 4, [whole]);
    fs.renameSync(logs.path('worker'), path.join(live, `worker.log.${half}`));
    await logs.write((hours * HOUR) / 4, [whole]);
    peaks.push(takePeak(follower.pid));
  }
  assert.equal(await follower.interrupt(), 1);
  const news = follower.news;
  const { stdout } = await new CommandLine(t, whole).run(['check', '--json', ...logs.names]);
  const { findings, runs } = JSON.parse(stdout);
  const withdrawn = news.filter(({ told }) => told === 'withdrawn').length;
  t.diagnostic(
    `${hours} h at ${speed} x, --settle ${values.settle}: ${runs} runs, ${findings.length} findings, ` +
      `${withdrawn} withdrawn on the way, at most ${peaks.join(' and ')} KB`,
  );
  assert.deepEqual(identitiesOf(standing(news)), identitiesOf(findings));
  assert.ok(peaks[1] <= peaks[0] * GROWTH, peaks.join(' and '));
});
