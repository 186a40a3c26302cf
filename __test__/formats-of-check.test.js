'use strict';

// The verdict for people and for CI: text, JUnit's XML, annotations of GitHub.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const fc = require('fast-check');
const { Baseline, writeBaseline } = require('../lib/cli/baseline.js');
const { githubLines } = require('../lib/cli/github.js');
const { junitLines } = require('../lib/cli/junit.js');
const { Terminal } = require('../lib/cli/terminal.js');
const { widthOf } = require('../lib/cli/visible.js');
const { verdictText } = require('../lib/cli/verdict-text.js');
const { VerdictView } = require('../lib/cli/verdict-view.js');
const { CommandLine } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { findingOf, groupOf, verdictOf } = require('./support/verdicts.js');
const { Workspace } = require('../tools/workspace.js');

const HOSTILE = '"><![CDATA[]]>&\u001b[2J\n::error::x%0A,file=a:b##[error]\u202e\ud800\u0000\ufffe';

const view = (...given) => new VerdictView(verdictOf(...given));
const isFailing = () => true;

const read = (name) => fs.readFileSync(path.join(__dirname, '..', name), 'utf8');

/** As a terminal gets it. */
async function printed(lines) {
  let text = '';
  const stream = { columns: 80, on() {}, write: (chunk, done) => ((text += chunk), done()) };
  await new Terminal(stream).print(lines);
  return text;
}

const textOf = (shown, more) => printed(verdictText(shown, { width: 80, ...more }));

/** 5,000 runs that one line of code spoiled. */
function oneCause() {
  const start = Date.UTC(2025, 10, 26, 2, 46, 55);
  const findings = Array.from({ length: 5000 }, (_, at) => {
    if (at === 0) return findingOf();
    const time = new Date(start + at * 1000).toISOString();
    const base = `251126-${time.slice(11, 19).replaceAll(':', '')}`;
    return findingOf({ runId: `${base}-acme-corp`, expected: `${base}-Acme-Corp`, firstTime: time });
  });
  const lastTime = '2025-11-26T04:10:14.018Z';
  const group = groupOf(
    findings[0],
    findings.map((_, at) => at),
    { runs: 5000, clients: ['Acme-Corp', 'Ann-Carver'], clientCount: 2, lastTime },
  );
  const services = ['webhook', 'worker'].map((service) => ({
    service,
    processes: 1,
    runs: 5000,
    firstTime: '2025-11-26T02:46:54.990Z',
    lastTime,
    sharedWithMissing: 0,
    missingLines: 0,
  }));
  return view(findings, [group], { runs: 5200, services });
}

test('text: the overview, a block for a cause, and what was read, as docs/checking.md has it', async () => {
  const text = await textOf(oneCause());
  const lines = text.split('\n');
  assert.ok(lines.length >= 24 && lines.length <= 40, text);
  const command = lines.find((line) => line.startsWith('  next '));
  for (const line of lines)
    assert.ok((line.length <= 80 || line === command) && line === line.trimEnd(), line);
  const [, example] = /```text\n(.*?)```/s.exec(read('docs/checking.md')) ?? [];
  assert.equal(text, example);
});

test('docs/checking.md has every option of check in its order, and what is said of it', () => {
  const { COMMANDS } = require('../lib/cli/commands.js');
  const rows = Object.entries(COMMANDS.check.options)
    .filter(([name]) => name !== 'help')
    .map(([name, { value, fallback, says }]) => {
      const option = `\`--${name}${value === undefined ? '' : ` ${value}`}\``;
      return `| ${option} | ${says}${fallback === undefined ? '' : ` (default: ${fallback})`} |`;
    });
  const [, table] = /^\| option \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(read('docs/checking.md')) ?? [];
  assert.deepEqual(table?.trim().split('\n'), rows);
});

test('docs/checking.md shows a baseline as it is written', async (t) => {
  const workspace = new Workspace(t);
  await writeBaseline(workspace.path('known.json'), [groupOf(findingOf())]);
  const blocks = [...read('docs/checking.md').matchAll(/```json\n(.*?)```/gs)].map(([, block]) => block);
  assert.deepEqual(blocks, [fs.readFileSync(workspace.path('known.json'), 'utf8')]);
});

test('text: --summary is the overview, --all has every finding', async () => {
  const findings = Array.from({ length: 700 }, (_, at) =>
    findingOf({ runId: `2511${10 + (at % 20)}-000${100 + at}` }),
  );
  const group = groupOf(
    findings[0],
    findings.map((_, at) => at),
  );
  const summary = await textOf(view(findings, [group]), { summary: true });
  assert.equal(summary.split('\n').length, 5);
  const all = await textOf(view(findings, [group]), { all: true });
  for (const { runId } of findings) assert.ok(all.includes(`  ${runId} instead of `), runId);
});

test('text: the worst hundred groups, and how to see the others', async () => {
  const findings = Array.from({ length: 103 }, (_, at) => findingOf({ service: `service-${at}` }));
  const text = await textOf(view(findings));
  assert.ok(text.includes('service-99 ') && !text.includes('service-100'), text);
  assert.match(text, /^And 3 more groups, less severe: --json has them all; /m);
});

test('text: of a longer line the part with the run ID is quoted, whatever its characters are', async () => {
  const before = `[run-id] {"v":1,"time":"2025-11-26T02:46:55.018Z","service":"webhook","host":"web-1","pid":4711,`;
  const quoted = async (text) => {
    const shown = await textOf(
      view([findingOf({ evidence: [{ file: 'a.log', line: 1, time: null, process: null, text }] })]),
    );
    return /^ {2}\| (.*)$/m.exec(shown)[1];
  };
  const id = '"runId":"251126-024655-ann-carver"';
  assert.equal(await quoted(`${id}}`), `${id}}`);
  const long = await quoted(`${before}"event":"record","action":"missing",${id},"table":"client","near":[]}`);
  assert.equal(long, '..."event":"record","action":"missing","runId":"251126-024655-ann-carver"...');
  for (const text of [
    `${'\u001b'.repeat(300)}${id}`,
    `${'\u65e5'.repeat(300)}${id}${before}`,
    before + before,
    '\u202e'.repeat(90),
  ]) {
    const line = await quoted(text);
    assert.match(line, /^[^\p{C}]*$/u);
    assert.ok(widthOf(line) <= 76, line);
  }
});

test('text: the lines of the story are quoted before others, in their order', async () => {
  const { changedBy, consequences, evidence } = findingOf();
  const between = Array.from({ length: 5 }, (_, at) => ({
    ...evidence[1],
    file: 'between.log',
    line: at + 1,
  }));
  const told = findingOf({
    changedBy,
    consequences: [...between.map(({ file, line }) => ({ ...consequences[0], file, line })), ...consequences],
    evidence: [evidence[0], evidence[1], ...between, evidence[2]],
  });
  const text = await textOf(view([told]));
  const places = [...text.matchAll(/^ {2}(\w+\.log:\d)$/gm)].map(([, place]) => place);
  assert.deepEqual(places, ['worker.log:1', 'worker.log:2', 'between.log:1', 'webhook.log:3']);
  assert.match(text, /^ {2}and 4 more lines: --json has them all$/m);
});

test('text: what is read, what is missing, and what was not judged', async () => {
  const services = [
    {
      service: 'api',
      processes: 2,
      runs: 3,
      firstTime: '2025-11-26T02:46:55.000Z',
      lastTime: '2025-11-26T02:47:55.000Z',
      sharedWithMissing: 1,
      missingLines: 7,
    },
  ];
  const problems = [{ file: 'x', problem: 'y' }];
  const more = { services, notes: ['Log more'], skipped: 2, passedOver: 1, problems };
  assert.equal(
    await textOf(view([], [], more)),
    [
      '3 runs, consistent as far as the files could be read.',
      'Log more.',
      '2 torn or unreadable lines left out.',
      '1 file without a run ID or an event.',
      'Read:',
      '  api  2 processes  3 runs  2025-11-26 02:46:55 to 02:47:55 UTC',
      '  api: 7 lines missing',
      '  api: 1 run shared with services not read',
      '',
    ].join('\n'),
  );
});

test('text: the first six services that were read, and how many more there are', async () => {
  const services = Array.from({ length: 8 }, (_, at) => ({
    ...{ service: `service-${at}`, processes: 1, runs: 1, firstTime: null, lastTime: null },
    ...{ sharedWithMissing: 0, missingLines: 1 },
  }));
  const text = await textOf(view([], [], { services }));
  assert.equal(text.match(/^ {2}service-\d {2}/gm).length, 6);
  assert.equal(text.match(/: 1 line missing$/gm).length, 6);
  assert.match(text, /^ {2}and 2 more services: --json has them all$/m);
});

test('a verdict is taken from the addon five hundred at a time', () => {
  const findings = Array.from({ length: 1201 }, () => findingOf());
  const verdict = verdictOf(findings);
  const taken = { findings: [], groups: [] };
  const noting = (name) => (from, count) => {
    const json = verdict[name](from, count);
    taken[name].push(JSON.parse(json).length);
    return json;
  };
  const shown = new VerdictView({ ...verdict, findings: noting('findings'), groups: noting('groups') });
  for (const read of [() => shown.findings(), () => shown.findingPieces()]) {
    taken.findings = [];
    assert.ok([...read()].length > 0);
    assert.deepEqual(taken.findings, [500, 500, 201]);
  }
  assert.equal([...shown.groups()].length, 1201);
  assert.deepEqual(taken.groups, [500, 500, 201]);
});

test('a stream is written to in pieces of about 64 Ki characters', async () => {
  const pieces = [];
  const stream = { columns: 80, on() {}, write: (chunk, done) => (pieces.push(chunk), done()) };
  const line = 'x'.repeat(1023);
  await new Terminal(stream).print(Array.from({ length: 200 }, () => line));
  assert.deepEqual(
    pieces.map(({ length }) => length),
    [65_536, 65_536, 65_536, 8192],
  );
});

test('text: what the baseline knows is in the overview, and has no block', async () => {
  const known = findingOf({ service: 'old' });
  const baseline = new Baseline([
    {
      class: 'case-changed',
      service: 'old',
      change: 'case-changed',
      file: 'worker.js',
      route: null,
      code: null,
    },
  ]);
  const shown = new VerdictView(verdictOf([known, findingOf()]), { baseline });
  const text = await textOf(shown);
  assert.match(text, /^known +1 {2}Letters changed case {2}old /m);
  assert.equal(text.match(/^high: /gm)?.length, 1);
});

test('JUnit: a group is a test that failed, was skipped or passed, and its story is the message', () => {
  const low = findingOf({
    class: 'never-completed',
    severity: 'low',
    change: null,
    changedBy: [],
    expected: null,
  });
  const lines = [...junitLines(view([findingOf(), low]), ({ severity }) => severity === 'high')];
  const text = lines.join('\n');
  assert.ok(lines[0].startsWith('<?xml version="1.0" encoding="UTF-8"?>'));
  assert.match(text, /<testsuite name="unified-run-id check" tests="2" failures="1" errors="0" skipped="0">/);
  assert.match(
    text,
    /<testcase classname="worker" name="Letters changed case \(case-changed\) at worker\.js:6:1" file="worker\.js">\n {6}<failure type="case-changed" message="1 run, high\. At 02:46:55 worker \(worker\.js:6\) turned /,
  );
  assert.match(text, /<system-out>1 run, low\. At 02:46:55 worker \(worker\.js:6\) created the record of/);
  assert.equal(text.match(/<failure/g)?.length, 1);
});

test('JUnit: what is known is skipped, what could not be read is an error, and all well is a test too', () => {
  const baseline = new Baseline([
    {
      class: 'case-changed',
      service: 'worker',
      change: 'case-changed',
      file: 'worker.js',
      route: null,
      code: null,
    },
  ]);
  const known = [...junitLines(new VerdictView(verdictOf([findingOf()]), { baseline }), isFailing)].join(
    '\n',
  );
  assert.match(known, /tests="1" failures="0" errors="0" skipped="1"/);
  assert.match(known, /<skipped message="known from the baseline"\/>/);
  const unread = [...junitLines(view([], [], { problems: [{ file: 'a<b', problem: 'x' }] }), isFailing)].join(
    '\n',
  );
  assert.match(unread, /tests="1" failures="0" errors="1"/);
  assert.match(unread, /name="read a&lt;b">\n {6}<error message="not read: x"\/>/);
  const clean = [...junitLines(view([], []), isFailing)].join('\n');
  assert.match(clean, /tests="1" failures="0" errors="0" skipped="0"/);
  assert.match(clean, /<testcase classname="unified-run-id" name="3 runs, consistent"\/>/);
});

/** Everything that a log can put into a finding. */
function hostileFinding(text) {
  const seen = {
    process: `${text}@vm/1/00000001`,
    at: `${text}.js:1:1`,
    runId: text,
    time: null,
    file: text,
    line: 1,
  };
  return findingOf({
    runId: text,
    process: seen.process,
    at: seen.at,
    service: text,
    route: text,
    message: text,
    code: text,
    source: text,
    changedBy: [{ ...seen, from: seen, to: seen }],
    consequences: [seen],
    evidence: [{ file: text, line: 1, time: null, process: seen.process, text }],
    next: text,
  });
}

/** XML that is well formed, by its own rules: tags that close each other, texts without a sign of the markup. */
function parseXml(text) {
  const open = [];
  const rest = text.replace(
    /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([a-z-]+)((?: [a-z]+="[^<>"]*")*)(\/?)>/g,
    (tag, end, name, _, alone) => {
      if (end) assert.equal(open.pop(), name, tag);
      else if (name && !alone) open.push(name);
      return '';
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  for (const [entity] of text.matchAll(/&[^;]*;?/g))
    assert.match(entity, /^&(amp|lt|gt|quot|apos|#x[0-9a-f]+);$/);
  return text;
}

test('JUnit: whatever a log holds, the XML is well formed and ASCII', () => {
  const text = fc.oneof(fc.constant(HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(text, (hostile) => {
      const lines = [...junitLines(view([hostileFinding(hostile)]), isFailing)];
      const xml = parseXml(lines.join('\n'));
      assert.match(xml, /^[\x20-\x7e\n]*$/);
    }),
  );
});

test('GitHub: an annotation at the line of code, with its level by severity', () => {
  const low = findingOf({ class: 'never-completed', severity: 'low', change: null, changedBy: [], at: null });
  const [high, notice, last] = githubLines(view([findingOf(), low]));
  assert.ok(
    high.startsWith(
      '::error file=worker.js,line=6,col=1,title=Letters changed case (case-changed)::1 run. At 02:46:55 worker (worker.js:6) turned ...-Ann-Carver',
    ),
    high,
  );
  assert.ok(high.includes('found nothing.%0ALook for `toLowerCase`'), high);
  assert.ok(
    notice.startsWith(
      '::notice title=Never completed (never-completed)::1 run. At 02:46:55 worker created the record',
    ),
    notice,
  );
  assert.equal(last, '3 runs, 2 findings.');
});

test('what is of no run is counted as findings, in each format', async () => {
  const refused = findingOf({
    class: 'not-an-id',
    severity: 'medium',
    change: null,
    expected: null,
    runId: null,
  });
  const shown = view([refused], [groupOf(refused, [0], { runs: 0, clients: [], clientCount: 0 })]);
  assert.match(await textOf(shown), /^medium +- .*\n(?:.*\n)+ {2}1 finding, 1 process of worker, /m);
  assert.match([...junitLines(shown, isFailing)].join('\n'), /message="1 finding, medium\. At /);
  assert.match([...githubLines(shown)][0], /::1 finding\. At /);
});

test('text: an example of sources that disagree has both run IDs', async () => {
  const conflicts = ['Acme-Corp', 'Duran-Duran'].map((client) =>
    findingOf({
      class: 'sources-disagree',
      change: null,
      expected: null,
      candidates: [`251126-024655-${client}`],
    }),
  );
  const text = await textOf(view(conflicts, [groupOf(conflicts[0], [0, 1])]));
  assert.match(text, /^ {4}2025-11-26 02:46:55 {2}251126-024655-ann-carver and 251126-024655-Duran-Duran$/m);
});

test('GitHub: a call site outside of the repository has no file', () => {
  const outside = [
    'node:internal/x:1:1',
    '/usr/lib/a.js:1:1',
    '../a.js:1:1',
    'file:///a.js:1:1',
    '[eval]:1:1',
    '<anonymous>',
    'C:\\a.js:1:1',
  ];
  for (const at of outside) {
    const [line] = githubLines(view([findingOf({ at })]));
    assert.match(line, /^::error title=/, at);
  }
  const [windows] = githubLines(view([findingOf({ at: 'src\\a.js:7' })]));
  assert.match(windows, /^::error file=src\/a\.js,line=7,title=/);
});

test('GitHub: what the baseline knows is not annotated, what could not be read is', () => {
  const problems = [{ file: 'a\n::warning::b', problem: 'x' }];
  const [problem, last] = githubLines(view([], [], { problems }));
  assert.equal(problem, '::error::not read: a\\u{a}::warning::b: x');
  assert.equal(last, '3 runs, consistent as far as the files could be read.');
});

test('GitHub: whatever a log holds, it begins no command and no property of its own', () => {
  const text = fc.oneof(fc.constant(HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(text, (hostile) => {
      const lines = [...githubLines(view([hostileFinding(hostile)]))];
      assert.equal(lines.length, 2);
      const [, properties, message] = /^::error (.*?)::(.*)$/s.exec(lines[0]) ?? [];
      assert.match(properties, /^(file=[^:,]*,line=1,col=1,)?title=[^:,]*$/);
      for (const part of [properties, message]) {
        assert.doesNotMatch(part, /%(?!25|0A|3A|2C)|##\[|\n|\r/);
      }
      assert.equal(message.match(/%0A/g)?.length, 1);
    }),
  );
});

const RUN_ID = '251006-143000-Ann-Carver';

/** A log in which a lookup misses what was cut. */
function cut(t) {
  const workspace = new Workspace(t);
  const job = new LoggedProcess({ service: 'scheduler' }, '2025-10-06T14:30:00.000Z');
  workspace.write(
    'a.log',
    job.generate(0, RUN_ID) +
      job.record(10, 'created', 'client', RUN_ID) +
      job.record(20, 'missing', 'client', RUN_ID.slice(0, -7)),
  );
  workspace.write('none.log', 'hello\n');
  return new CommandLine(t, workspace.folder);
}

test('check --format prints what is asked for, and --fail-on decides on the exit code', async (t) => {
  const cli = cut(t);
  const run = (...options) => cli.run(['check', 'a.log', ...options]);
  const text = await run();
  assert.deepEqual(await run('--format=text'), text);
  assert.deepEqual(await run('--format=json'), await run('--json'));
  const junit = await run('--format=junit');
  assert.ok(junit.stdout.startsWith('<?xml'));
  assert.match(parseXml(junit.stdout), /failures="1"/);
  assert.match(
    (await run('--format=github')).stdout,
    /^::error file=src\/job\.js,line=12,col=7,title=Client ID cut short/,
  );
  assert.deepEqual([text.code, junit.code], [1, 1]);
  for (const [failOn, code] of [
    ['high', 1],
    ['medium', 1],
    ['low', 1],
    ['none', 0],
  ]) {
    assert.equal((await run('--fail-on', failOn)).code, code, failOn);
  }
  assert.match((await run('--format=junit', '--fail-on=none')).stdout, /failures="0"/);
});

test('JUnit: each place that shows a finding, and the advice, are lines of their own', async (t) => {
  const { stdout } = await cut(t).run(['check', 'a.log', '--format=junit']);
  const shown = parseXml(stdout);
  assert.match(
    shown,
    /\n251006-143000-Ann instead of 251006-143000-Ann-Carver\n {2}a\.log:2\n {2}a\.log:3\nLook for `split/,
  );
  assert.ok(!stdout.includes('\\u{a}'));
});

test('check refuses two formats, and one that it does not know', async (t) => {
  const cli = cut(t);
  const { code, stderr } = await cli.run(['check', 'a.log', '--json', '--format=junit']);
  assert.equal(code, 2);
  assert.match(stderr, /--json cannot be combined with --format junit/);
  const unknown = await cli.run(['check', 'a.log', '--format=junti']);
  assert.match(
    unknown.stderr,
    /--format must be one of text, json, junit, github, not "junti", did you mean junit\?/,
  );
});

test('where nothing could be judged the exit code is 2, in each format', async (t) => {
  const cli = cut(t);
  for (const format of ['text', 'json', 'junit', 'github']) {
    assert.equal((await cli.run(['check', 'none.log', `--format=${format}`])).code, 2, format);
  }
  for (const format of ['text', 'github']) {
    assert.match((await cli.run(['check', 'none.log', `--format=${format}`])).stdout, /^Nothing to judge: /);
  }
  const junit = (await cli.run(['check', 'none.log', '--format=junit'])).stdout;
  assert.match(junit, /tests="1" failures="0" errors="1"[^]+<error message="Nothing to judge: /);
});

test('no format calls runs consistent whose findings the filters leave out', async (t) => {
  const cli = cut(t);
  const filtered = ['check', 'a.log', '--class=date-changed'];
  for (const format of ['text', 'junit', 'github']) {
    const { code, stdout } = await cli.run([...filtered, `--format=${format}`]);
    assert.equal(code, 0);
    assert.match(stdout, /1 run, no findings that match the filters/, format);
    assert.doesNotMatch(stdout, /consistent/, format);
  }
  const file = path.join(new Workspace(t).folder, 'page.html');
  await cli.run([...filtered, `--html=${file}`]);
  assert.match(fs.readFileSync(file, 'utf8'), /<h1>[^<]*1 run, no findings that match the filters/);
});

test('what the filters leave out is told, and does not fail', async (t) => {
  const cli = cut(t);
  const { code, stdout } = await cli.run(['check', 'a.log', '--class=date-changed']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^1 run, no findings that match the filters\.\n1 other finding left out by the filters\.$/m,
  );
});

test('the same logs give the same JSON each time', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const job = new LoggedProcess({ service: 'scheduler' }, '2025-10-06T14:30:00.000Z');
  const others = Array.from({ length: 8 }, (_, at) => `251006-14300${at}-Acme-Corp`);
  const conflict = (otherRunId) => job.line(10, 'conflict', { runId: RUN_ID, otherRunId });
  workspace.write('a.log', job.generate(0, RUN_ID) + others.map(conflict).join(''));
  const first = await cli.run(['check', 'a.log', '--json']);
  assert.equal(JSON.parse(first.stdout).findings.length, others.length);
  for (let again = 0; again < 2; again += 1)
    assert.deepEqual(await cli.run(['check', 'a.log', '--json']), first);
});
