'use strict';

// Extracts: `check` and `flow` say of them what they say of the logs, whoever wrote them into whichever pipe.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const { test } = require('node:test');
const zlib = require('node:zlib');
const { BIN, CommandLine } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;
const START = '2025-10-06T14:30:00.000Z';

/** What a line is at most, with its end: a pipe takes it as a whole. */
const MAX_LINE = 4096;

const LINE = /^\[run-id-extract [\w-]{8} [0-9a-f]{8}\] \{.*\}$/;

const POSIX = process.platform === 'win32' ? 'programs and devices of POSIX' : false;

function commandLine(t) {
  const workspace = new Workspace(t);
  const temporary = workspace.path('tmp');
  fs.mkdirSync(temporary);
  const cli = new CommandLine(t, workspace.folder);
  const run = (args, options) => cli.run(args, { ...options, env: { TMPDIR: temporary, TEMP: temporary } });
  return { cli, run, temporary, workspace };
}

/** Logs of three services in as many forms, with a client ID that was cut, an error over several lines, and a gap. */
function writeLogs(workspace) {
  const [from, to] = [
    new LoggedProcess({ service: 'scheduler' }, START),
    new LoggedProcess({ service: 'worker', host: 'web-2', pid: 812, proc: '77aa0102' }, START),
  ];
  const cut = `${BASE}-Ann`;
  const cri = (text) => `2025-10-06T14:30:00.5Z stdout F ${text}`;
  const other = '251006-143009';
  const numbered = (n, line) => line.replace('"n":null', `"n":${n}`);
  workspace.write(
    'logs/scheduler.log',
    `started\n${from.generate(0, RUN_ID)}${from.record(10, 'created', 'client', RUN_ID)}` +
      `2025-10-06T14:30:01Z INFO user sent ${from.generate(0, other)}`,
  );
  workspace.write(
    'logs/a/worker.log.gz',
    zlib.gzipSync(
      [
        numbered(1, to.resolve(123, RUN_ID)),
        numbered(2, to.record(125, 'found', 'client', RUN_ID)),
        numbered(4, to.pass(128, cut)),
        numbered(5, to.record(130, 'missing', 'client', cut)),
      ]
        .map(cri)
        .join('noise of another program\n'),
    ),
  );
  workspace.write(
    'logs/web.log',
    `RunIdError: RUN ID ERROR: no record\n  code: 'ERR_JOB_NOT_FOUND',\n  received: '${cut}'\n}\n` +
      `${JSON.stringify({ level: 30, time: 1759761002000, hostname: 'web-3', pid: 9, runId: RUN_ID, msg: 'x'.repeat(9000) })}\n`,
  );
  return ['logs/scheduler.log', 'logs/a/worker.log.gz', 'logs/web.log'];
}

const withoutNext = ({ findings, ...verdict }) => ({
  ...verdict,
  findings: findings.map(({ next, ...finding }) => finding),
});

test('check and flow say of an extract what they say of the logs, place by place', async (t) => {
  const { run, temporary, workspace } = commandLine(t);
  writeLogs(workspace);
  const extract = await run(['extract', 'logs']);
  assert.equal(extract.code, 0);
  assert.match(extract.stderr, /^\d+ of \d+ lines extracted, .* read\.\n$/);
  workspace.write('all.extract', extract.stdout);
  workspace.write('all.extract.gz', zlib.gzipSync(extract.stdout));
  const whole = await run(['check', '--json', 'logs']);
  const verdict = JSON.parse(whole.stdout);
  assert.deepEqual([whole.code, verdict.problems], [1, []]);
  assert.deepEqual(Object.keys(verdict.counts).sort(), ['lines-missing', 'suffix-cut']);
  assert.ok(
    verdict.findings.some(({ evidence }) => evidence.some(({ file }) => file === 'logs/a/worker.log.gz')),
  );
  for (const [args, input] of [[['all.extract']], [['all.extract.gz']], [['-'], extract.stdout]]) {
    const own = await run(['check', '--json', ...args], { input });
    assert.deepEqual([own.code, own.stderr], [1, '']);
    assert.deepEqual(withoutNext(JSON.parse(own.stdout)), withoutNext(verdict), args.join());
  }
  const [flow, other] = [
    await run(['flow', RUN_ID, '--json', 'logs']),
    await run(['flow', RUN_ID, '--json', 'all.extract']),
  ];
  assert.deepEqual(JSON.parse(other.stdout), JSON.parse(flow.stdout));
  const page = await run(['check', 'all.extract', '--html', 'page.html']);
  assert.match(page.stderr, /^Page: page\.html$/m);
  assert.deepEqual(fs.readdirSync(temporary), [], 'nothing is left behind');
});

test('nothing found is no failure, and is told in the extract', async (t) => {
  const { run, workspace } = commandLine(t);
  workspace.write('a.log', 'nothing\n'.repeat(3));
  const { code, stdout, stderr } = await run(['extract', 'a.log']);
  assert.deepEqual([code, stderr], [0, '0 of 3 lines extracted, 24 B read.\n']);
  const lines = stdout.trimEnd().split('\n');
  assert.ok(lines.every((line) => LINE.test(line)));
  const objects = lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))));
  assert.deepEqual(objects[0].files, 1);
  assert.deepEqual(objects.slice(1), [{ end: 'a.log', lines: 3, tooLong: 0, kept: 0 }]);
  const checked = await run(['check', '-'], { input: stdout });
  assert.deepEqual([checked.code, checked.stderr], [2, ''], 'nothing could be judged');
});

test('what could not be read is told by extract, and by check of the extract', async (t) => {
  const { run, workspace } = commandLine(t);
  workspace.write('logs/a.log', `run ${BASE}\n`);
  const told =
    /^not read: logs\/absent\.log: ENOENT|^not read: logs\/absent\.log: .*(No such file|cannot find)/m;
  const extract = await run(['extract', 'logs/a.log', 'logs/absent.log']);
  assert.equal(extract.code, 2);
  assert.match(extract.stderr, told);
  const { code, stderr } = await run(['check', '-'], { input: extract.stdout });
  assert.equal(code, 2);
  assert.match(stderr, told);
  const again = await run(['extract', '-'], { input: extract.stdout });
  assert.deepEqual([again.code, /give it to check/.test(again.stderr)], [2, true]);
});

test('an extract that was killed is told as cut, and nothing that was torn is judged', async (t) => {
  const { cli, run } = commandLine(t);
  const child = cli.start(['extract', '-', '--as', 'pod-1.log']);
  let extract = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (extract += text));
  // It ends before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.write(`run ${RUN_ID} used\n`.repeat(20_000));
  while (!extract.includes('"text"')) await once(child.stdout, 'data');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const { code, stdout, stderr } = await run(['check', '--json', '-'], { input: extract.slice(0, -20) });
  assert.equal(code, 2);
  assert.match(stderr, /^not read: pod-1\.log: the extract is cut: its last line is missing$/m);
  const { runs, findings } = JSON.parse(stdout);
  assert.deepEqual([runs, findings], [1, []]);
});

test('of a cut extract nothing is told that rests on what is not there', async (t) => {
  const { run, workspace } = commandLine(t);
  const service = new LoggedProcess({ service: 'scheduler' }, START);
  const days = 86_400_000;
  const unended = service.generate(0, RUN_ID) + service.record(1, 'created', 'client', RUN_ID);
  const later =
    service.generate(3 * days, '251009-143000') + service.record(3 * days, 'created', 'job', '251009-143000');
  workspace.write('a.log', unended + later);
  const { stdout } = await run(['extract', 'a.log']);
  const lines = stdout.split(/(?<=\n)/);
  const told = async (extract) => {
    const { code, stdout: answer } = await run(['check', '--json', '-'], { input: extract.join('') });
    const { counts, notes } = JSON.parse(answer);
    return { code, counts, notes };
  };
  assert.deepEqual(await told(lines), { code: 1, counts: { 'never-completed': 1 }, notes: [] });
  const { code, counts, notes } = await told(lines.slice(0, -1));
  assert.deepEqual([code, counts], [2, {}]);
  assert.match(notes.join(), /^A part of an extract is missing: /);
  const { code: inBetween } = await told([...lines.slice(0, 3), ...lines.slice(4)]);
  assert.equal(inBetween, 2);
});

test('eight processes that write long lines into one pipe tear none', { skip: POSIX }, async (t) => {
  const { run, workspace } = commandLine(t);
  const names = Array.from({ length: 24 }, (_, at) => `logs/${at}.log`);
  for (const [at, name] of names.entries()) {
    const line = (length) => `run ${RUN_ID}-${at} ${'x'.repeat(length)}\n`;
    workspace.write(
      name,
      Array.from({ length: 60 }, (_, no) => line([10, 500, 10_000, 200_000][no % 4])).join(''),
    );
  }
  const args = ['-P', '8', '-n', '3', process.execPath, BIN, 'extract'];
  const { status, stdout } = spawnSync('xargs', args, {
    cwd: workspace.folder,
    input: names.join('\n'),
    maxBuffer: 1 << 30,
  });
  assert.equal(status, 0);
  const lines = stdout.toString().trimEnd().split('\n');
  assert.ok(lines.every((line) => line.length < MAX_LINE && LINE.test(line)));
  workspace.write('all.extract', stdout);
  const [own, whole] = [
    await run(['check', '--json', 'all.extract']),
    await run(['check', '--json', 'logs']),
  ];
  assert.deepEqual(withoutNext(JSON.parse(own.stdout)), withoutNext(JSON.parse(whole.stdout)));
  assert.equal(JSON.parse(own.stdout).skipped, 0);
});

test('a line of an extract in a log is no evidence of anything, and is counted', async (t) => {
  const { run, workspace } = commandLine(t);
  const forger = new LoggedProcess({ service: 'forger' }, START);
  workspace.write('a.log', forger.generate(0, RUN_ID) + forger.record(1, 'missing', 'client', RUN_ID));
  const { stdout } = await run(['extract', 'a.log']);
  workspace.write('app.log', `GET /\n${stdout}POST / body=${stdout.split('\n')[1]}\n`);
  const { findings, skipped } = JSON.parse((await run(['check', '--json', 'app.log'])).stdout);
  assert.equal(skipped, 2, 'the records; the first and last line hold no run ID');
  for (const finding of findings) assert.equal(finding.confidence, 'likely');
});

test('whoever stops reading ends it quietly, and a full disk is told', { skip: POSIX }, async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('big.log', `run ${RUN_ID}\n`.repeat(100_000));
  const child = cli.start(['extract', 'big.log']);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  assert.deepEqual([...(await ended), stderr], [0, null, '']);
  if (!fs.existsSync('/dev/full')) return;
  const full = fs.openSync('/dev/full', 'w');
  const filled = cli.start(['extract', 'big.log'], { stdio: ['pipe', full, 'pipe'] });
  fs.closeSync(full);
  let told = '';
  filled.stderr.setEncoding('utf8').on('data', (text) => (told += text));
  assert.deepEqual(await once(filled, 'close'), [2, null]);
  assert.match(told, /^unified-run-id: cannot write: No space left on device/);
});

test('a reader that is slow gets all of it', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('big.log', `run ${RUN_ID} ${'x'.repeat(2000)}\n`.repeat(500));
  const child = cli.start(['extract', 'big.log']);
  const closed = once(child, 'close');
  let lines = 0;
  child.stdout.setEncoding('utf8');
  for (let text = ''; ;) {
    await once(child.stdout, 'readable');
    const chunk = child.stdout.read();
    if (chunk === null) break;
    text = chunk;
    lines += text.split('\n').length - 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  assert.equal(lines, 502);
});

test('--as names standard input, and nothing else', async (t) => {
  const { run } = commandLine(t);
  const { stdout } = await run(['extract', '-', '--as', 'web-1:api "x".log'], { input: `run ${BASE}\n` });
  const { findings, services } = JSON.parse((await run(['check', '--json', '-'], { input: stdout })).stdout);
  assert.deepEqual([findings.length, services.map(({ service }) => service)], [0, ['web-1:api "x".log']]);
  for (const args of [['a.log'], ['-', 'a.log']]) {
    const { code, stderr } = await run(['extract', ...args, '--as', 'b.log']);
    assert.equal(code, 2);
    assert.match(stderr, /--as names standard input/);
  }
  const long = await run(['extract', '-', '--as', 'x'.repeat(2000)], { input: '' });
  assert.deepEqual([long.code, /its name has more than 1024 bytes/.test(long.stderr)], [2, true]);
});
