'use strict';

// `check --follow`: the command itself, on logs that grow meanwhile. When what is told is the matter of
// crates/logs/tests/following.rs.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { DayLogs, MINUTE, identitiesOf, standing } = require('./support/day-logs.js');
const { Follower, WrittenLogs } = require('./support/followed-logs.js');
const { pastLines } = require('../lib/cli/follow-text.js');
const { observedText } = require('../lib/cli/observed-places.js');
const { CommandLine, hasTerminals } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');

/** Log time passes so much faster: an hour in three seconds. */
const SPEED = 1200;

/** The command goes on until it is ended: a test that does not come to that fails. */
const LIMITED = { timeout: 120_000 };

const isSkipped = process.platform === 'win32' && 'a process is not interrupted there as it is by a person';

const INTERRUPTED = { ...LIMITED, skip: isSkipped };

function stageOf(t, everyFault = 5) {
  const workspace = new Workspace(t);
  const live = workspace.path('live');
  fs.mkdirSync(live);
  const cli = new CommandLine(t, live);
  const logs = new WrittenLogs(live, new DayLogs({ faultEvery: everyFault }), SPEED);
  for (const name of logs.names) fs.writeFileSync(path.join(live, name), '');
  const follow = (...args) => new Follower(cli.start(['check', '--follow', ...args]));
  return { workspace, live, cli, logs, follow };
}

test(
  'what is told is what check finds in the whole logs, and all that was told stays so',
  INTERRUPTED,
  async (t) => {
    const { workspace, live, logs, follow } = stageOf(t);
    const whole = workspace.path('whole');
    fs.mkdirSync(whole);
    const follower = follow('--json', '--keep', '15m', ...logs.names);
    await follower.begun();
    await logs.write(30 * MINUTE, [whole]);
    // Rotation renames one log and truncates another.
    fs.renameSync(logs.path('worker'), path.join(live, 'worker.log.1'));
    await logs.write(30 * MINUTE, [whole]);
    const code = await follower.interrupt();
    const { stdout } = await new CommandLine(t, whole).run(['check', '--json', ...logs.names]);
    const { findings } = JSON.parse(stdout);
    assert.deepEqual(identitiesOf(standing(follower.news)), identitiesOf(findings));
    assert.ok(findings.length > 100, `${findings.length}`);
    assert.equal(code, 1);
    const { verdict } = follower.news.at(-1);
    // Half of it is forgotten.
    assert.ok(
      verdict.findingCount > 20 && verdict.findingCount < findings.length * 0.7,
      `${verdict.findingCount}`,
    );
    assert.match(verdict.notes.join(), /no longer kept/);
    assert.equal(verdict.consistent, false);
  },
);

test('people are told of a group in a line, and of the verdict as check tells it', INTERRUPTED, async (t) => {
  const { logs, follow } = stageOf(t, 2);
  const follower = follow(...logs.names);
  await follower.begun();
  await logs.write(MINUTE / 2);
  await follower.until(({ lines }) => lines.length > 0);
  await logs.write(20 * MINUTE);
  await follower.until(({ lines }) => lines.some((line) => /1\d times {2}Letters/.test(line)));
  const told = [...follower.lines];
  assert.match(
    told[0],
    /^12:00:04 {2}high {4}251006-120004-lee-marlow {2}Letters changed case {2}worker \(src\/worker\.js:40\)$/,
  );
  const grown = told.filter((line) => /1\d times {2}Letters/.test(line));
  assert.equal(grown.length, 1);
  assert.equal(await follower.interrupt(), 1);
  const verdict = follower.lines.slice(told.length).join('\n');
  assert.match(verdict, /^severity {2}runs {2}what/m);
  assert.match(verdict, /^high: Letters changed case {2}case-changed$/m);
  assert.match(verdict, /^308 runs, \d+ findings in 10 groups/m);
});

test(
  'at a terminal each line fits',
  { ...LIMITED, skip: isSkipped || (!hasTerminals && 'needs Python') },
  async (t) => {
    const { cli, logs } = stageOf(t, 2);
    await logs.write(10 * MINUTE);
    const child = cli.startAtTerminal(['check', '--follow', ...logs.names], {
      columns: 60,
      env: { NO_COLOR: '1' },
    });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    while (!text.includes('Found only')) await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill();
    const lines = text.split('\r\n').slice(0, -1);
    assert.ok(lines.length > 5 && lines.every((line) => line.length <= 60), text);
  },
);

test('standard input is followed to its end', LIMITED, async (t) => {
  const { cli } = stageOf(t);
  const lines = [...new DayLogs({ faultEvery: 3 }).lines(5 * MINUTE)].map(({ text }) => text);
  const { code, stdout, stderr } = await cli.run(['check', '--follow', '-'], { input: lines.join('\n') });
  assert.equal(code, 1);
  assert.match(stdout, /^75 runs, \d+ findings/m);
  assert.equal(stderr, 'Following the log; Ctrl-C stops it and prints the verdict.\n');
  const clean = [...new DayLogs({ faultEvery: 1e9 }).lines(MINUTE)].map(({ text }) => text);
  const ended = await cli.run(['check', '--follow', '--json', '-'], { input: clean.join('\n') });
  assert.deepEqual([ended.code, JSON.parse(ended.stdout).verdict.runs], [0, 15]);
  assert.equal((await cli.run(['check', '--follow', '-'], { input: '' })).code, 2);
});

test('a pipe is followed as standard input is', INTERRUPTED, async (t) => {
  const { cli, workspace } = stageOf(t);
  const pipe = workspace.path('pipe');
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  const ended = cli.run(['check', '--follow', '--json', pipe]);
  const lines = [...new DayLogs({ faultEvery: 3 }).lines(5 * MINUTE)].map(({ text }) => text);
  await fs.promises.writeFile(pipe, lines.join('\n'));
  const { code, stdout } = await ended;
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout.trim().split('\n').at(-1)).verdict.runs, 75);
});

test('of a stream 4 MiB wait, and its writer has to wait as soon as there are more', () => {
  const script = `
    const { FollowedStreams } = require('./lib/cli/followed-streams.js');
    const streams = new FollowedStreams(['-']);
    const steps = [];
    const step = () => {
      let bytes = 0;
      streams.feed({ feed: (number, chunk) => void (bytes += chunk.length) });
      steps.push(bytes);
    };
    process.stdin.on('pause', () => setImmediate(step));
    process.stdin.on('end', () => setImmediate(() => (step(), console.log(JSON.stringify(steps)))));
  `;
  const options = { cwd: path.join(__dirname, '..'), input: Buffer.alloc(18 << 20, 'a log\n') };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { ...options, encoding: 'utf8' });
  assert.equal(stderr, '');
  const steps = JSON.parse(stdout);
  const [last, ...others] = steps.toReversed();
  assert.ok(others.length >= 4 && others.every((bytes) => bytes > 4 << 20), stdout);
  assert.ok(
    steps.every((bytes) => bytes <= (4 << 20) + (64 << 10)),
    stdout,
  );
  assert.equal(last + others.reduce((sum, bytes) => sum + bytes, 0), 18 << 20);
});

test('a log that is not there yet is named and waited for', INTERRUPTED, async (t) => {
  const { live, logs, follow } = stageOf(t, 2);
  fs.rmSync(logs.path('worker'));
  const follower = follow('--json', ...logs.names, 'never.log');
  await follower.until(({ stderr }) => stderr.includes('not read: worker.log: it does not exist yet\n'));
  await logs.write(5 * MINUTE);
  await follower.until(({ lines }) => lines.length > 0);
  assert.equal(await follower.interrupt(), 1);
  const { problems } = follower.news.at(-1).verdict;
  assert.deepEqual(problems, [{ file: 'never.log', problem: 'it does not exist yet' }]);
  assert.equal(follower.stderr.match(/not read: never\.log/g)?.length, 1);
  assert.ok(fs.existsSync(path.join(live, 'worker.log')));
});

test('a log that cannot be looked at is named, as by check', INTERRUPTED, async (t) => {
  const { logs, follow } = stageOf(t, 1);
  await logs.write(MINUTE);
  const [name] = logs.names;
  const follower = follow(name, `${name}/inner.log`, `${'a'.repeat(300)}.log`);
  await follower.until(
    ({ stderr }) => /inner\.log: Not a directory/.test(stderr) && /aa\.log: File name too long/.test(stderr),
  );
  assert.equal(await follower.interrupt(), 2);
});

test(
  'what is known fails as little as it does with check, and so does what is not counted',
  INTERRUPTED,
  async (t) => {
    const { cli, logs, follow } = stageOf(t, 2);
    await logs.write(5 * MINUTE);
    await cli.run(['check', '--write-baseline', 'known.json', ...logs.names]);
    for (const options of [
      ['--baseline', 'known.json'],
      ['--fail-on', 'none'],
    ]) {
      const follower = follow('--json', ...options, ...logs.names);
      await follower.until(({ lines }) => lines.length > 0);
      assert.equal(await follower.interrupt(), 0, options.join(' '));
    }
    const follower = follow('--baseline', 'known.json', ...logs.names);
    await follower.begun();
    await follower.interrupt();
    assert.ok(!follower.lines.some((line) => /^\d\d:/.test(line)), follower.lines.join('\n'));
  },
);

test('filters choose what is told', INTERRUPTED, async (t) => {
  const { logs, follow } = stageOf(t, 2);
  await logs.write(10 * MINUTE);
  const follower = follow('--json', '--class', 'case-changed,refused', '--severity', 'high', ...logs.names);
  await follower.until(({ lines }) => lines.length > 2);
  assert.equal(await follower.interrupt(), 1);
  const classes = follower.news.map(({ finding, group }) => (finding ?? group)?.class);
  assert.deepEqual([...new Set(classes.slice(0, -1))], ['case-changed']);
});

test('clients have pseudonyms, also those of runs that are forgotten', INTERRUPTED, async (t) => {
  const { logs, follow } = stageOf(t, 2);
  for (const format of [['--json'], []]) {
    const follower = follow('--redact', '--keep', '5m', ...format, ...logs.names);
    await follower.begun();
    await logs.write(15 * MINUTE);
    await follower.until(({ lines }) => lines.length > 5);
    assert.equal(await follower.interrupt(), 1);
    const text = follower.lines.join('\n');
    assert.doesNotMatch(text, /carver|marlow|acme|lost-corp|late-corp/i);
    assert.match(text, /251006-12\d{4}-client-/);
  }
});

const USAGE_ERRORS = [
  [['--keep', '1h'], /--keep requires --follow/],
  [['--settle', '1s'], /--settle requires --follow/],
  [['--follow', '--html', 'a.html'], /--follow cannot be combined with --html/],
  [['--follow', '--write-baseline', 'a.json'], /--follow cannot be combined with --write-baseline/],
  [
    ['--follow', '--format', 'junit'],
    /--follow prints text or JSON: it cannot be combined with --format junit/,
  ],
  [['--follow', '--keep', '10s'], /--keep must be longer than --settle/],
  [['--follow', '--keep', 'long'], /--keep needs a duration such as/],
  [['--follow', '--keep=1h', '.'], /--follow needs log files, but "\." is a folder: name the logs in it/],
  [['--follow', '-', '-'], /standard input, -, can be read only once/],
];

test('wrong usage is named', LIMITED, async (t) => {
  const { cli } = stageOf(t);
  for (const [args, message] of USAGE_ERRORS) {
    const { code, stdout, stderr } = await cli.run(['check', 'api.log', ...args]);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, message);
  }
});

test('what does not grow line by line is named, and not followed', LIMITED, async (t) => {
  const { workspace, cli } = stageOf(t);
  const zipped = require('node:zlib').gzipSync('251006-143000\n'.repeat(10));
  workspace.write('live/a.log.gz', zipped);
  workspace.write('live/b.log', Buffer.from(`\ufeff${'251006-143000 goes on\n'.repeat(10)}`, 'utf16le'));
  const { code, stderr } = await cli.run(['check', '--follow', 'a.log.gz', 'b.log']);
  assert.equal(code, 2);
  const why = '--follow reads only plain logs; check reads this one without --follow';
  assert.ok(stderr.includes(`not read: a.log.gz: compressed: ${why}\n`), stderr);
  assert.ok(stderr.includes(`not read: b.log: UTF-16: ${why}\n`), stderr);
});

test('of the groups and places that a report has many of, the first are listed, and how many more there are', () => {
  const textOf = (part) =>
    typeof part === 'string' ? part : Array.isArray(part) ? part.map(textOf).join('') : part.text;
  const text = (lines) => [...lines].map(textOf).join('\n');
  const group = { class: 'suffix-cut', severity: 'high', service: 'api', at: null, lastTime: null, size: 7 };
  const past = text(pastLines(Array(25).fill(group), 80));
  assert.equal(past.match(/7 times/g).length, 20);
  assert.match(past, /and 5 more groups: --json has them all/);
  const place = { state: 'ready', seen: 1, service: 'api', place: 'hook', others: false, refused: [] };
  const observed = Array(50).fill({ ...place, wouldGenerate: 0, confidence: 'certain' });
  const told = text(observedText({ observed, observedCount: 50 }, 100));
  assert.equal(told.match(/hook/g).length, 40);
  assert.match(told, /and 10 more places: --json and --html have each/);
});
