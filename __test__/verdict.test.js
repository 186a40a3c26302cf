'use strict';

// The verdict of `check`: in pieces, of what is asked for, and of what was read before an interruption.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const test = require('node:test');
const { setTimeout: wait } = require('node:timers/promises');
const binding = require('../lib/binding.js');
const { CommandLine } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');

const POSIX = process.platform === 'win32' ? 'signals of POSIX' : false;

function commandLine(t) {
  const workspace = new Workspace(t);
  return { workspace, cli: new CommandLine(t, workspace.folder) };
}

function event(more) {
  const whole = { v: 1, service: 'api', host: 'web-1', pid: 7, proc: '0a1b2c3d', ...more };
  return `[run-id] ${JSON.stringify(whole)}\n`;
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** The base of a run, one a second. */
function runOf(run) {
  return new Date(Date.UTC(2025, 9, 6) + run * 1000)
    .toISOString()
    .replace(/[-:T]/g, '')
    .replace(/^20(\d{6})(\d{6}).*$/, '$1-$2');
}

/** So many runs, of each of which the worker looks its ID up in small letters. */
function spoiled(runs, client = 'Ann-Carver') {
  const lines = [];
  for (let run = 0; run < runs; run++) {
    const right = `${runOf(run)}-${client}`;
    const wrong = right.toLowerCase();
    const time = (seconds) => new Date(Date.UTC(2025, 9, 6) + (run + seconds) * 1000).toISOString();
    const worker = { service: 'worker', host: 'job-1', proc: '0000000c' };
    lines.push(
      event({ time: time(0), event: 'record', action: 'created', table: 'client', runId: right }),
      event({
        ...{ ...worker, time: time(1), event: 'record', action: 'missing', table: 'client', runId: wrong },
        ...{ at: 'src/look.js:3:1', near: [{ runId: right, reason: 'case-changed' }] },
      }),
      event({ time: time(2), event: 'record', action: 'completed', table: 'client', runId: right }),
    );
  }
  return lines.join('');
}

test('check --json is whole, however many findings there are', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', spoiled(1201));
  const { code, stdout } = await cli.run(['check', '--json', 'a.log']);
  assert.equal(code, 1);
  assert.match(stdout, /^[\x20-\x7e\n]*$/);
  const { version, findingCount, groupCount, findings, groups } = JSON.parse(stdout);
  assert.deepEqual([version, findingCount, groupCount], [1, 1201, 1]);
  assert.equal(new Set(findings.map(({ runId }) => runId)).size, 1201);
  assert.deepEqual(groups[0].findings.length, 1000);
  assert.equal(groups[0].findingCount, 1201);
  const [{ evidence }] = findings;
  assert.ok(
    evidence.some(({ text }) => text?.includes('"action":"missing"')),
    JSON.stringify(evidence),
  );
});

test('check - quotes the lines that came', async (t) => {
  const { cli } = commandLine(t);
  const { stdout } = await cli.run(['check', '--json', '-'], { input: spoiled(1) });
  const [{ evidence, next }] = JSON.parse(stdout).findings;
  assert.ok(evidence.length > 0);
  for (const { file, text } of evidence) {
    assert.equal(file, '-');
    assert.match(text, /^\[run-id\] \{/);
  }
  assert.equal(next, `npx unified-run-id flow ${runOf(0)}-Ann-Carver -`);
});

test('a file that is given twice is read once, whatever it is called', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', spoiled(2));
  workspace.write('b.log', spoiled(1, 'Duran-Duran'));
  fs.linkSync(workspace.path('a.log'), workspace.path('hard.log'));
  const names = ['a.log', './a.log', 'hard.log', 'b.log', 'a.log'];
  if (!POSIX) {
    fs.symlinkSync('a.log', workspace.path('soft.log'));
    names.push('soft.log');
  }
  const read = async (...args) => JSON.parse((await cli.run([...args, '--json'])).stdout);
  // Only the command to run next has the files as they were given.
  const told = (verdict) => JSON.stringify(verdict).replace(/"next":"[^"]*"/g, '');
  assert.equal(told(await read('check', ...names)), told(await read('check', 'a.log', 'b.log')));
  assert.deepEqual(await read('scan', ...names), await read('scan', 'a.log', 'b.log'));
  const twice = await cli.run(['check', '-', '-']);
  assert.equal(twice.code, 2);
});

test('the exit code is that of what is asked for', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', spoiled(1));
  workspace.write('none.log', 'nothing of a run\n');
  const strange = {
    runId: runOf(1),
    otherRunId: runOf(9),
    source: 'req.query.runId',
    otherSource: 'baggage',
  };
  workspace.write('strange.log', event({ time: '2025-10-06T00:00:01.000Z', event: 'conflict', ...strange }));
  const codeOf = async (...args) => (await cli.run(['check', ...args])).code;
  for (const [args, code] of [
    [['a.log'], 1],
    [['a.log', '--fail-on', 'high'], 1],
    [['a.log', '--fail-on', 'none'], 0],
    [['a.log', '--class', 'suffix-cut'], 0],
    [['a.log', 'nowhere.log'], 1],
    [['a.log', 'nowhere.log', '--class', 'suffix-cut'], 2],
    // A finding is one, however little it proves.
    [['strange.log'], 1],
    [['strange.log', '--fail-on', 'medium'], 0],
    [['none.log'], 2],
    [['a.log', '--class', 'suffix-cat'], 2],
    [['a.log', '--since', '2025-10-07', '--until', '2025-10-06'], 2],
  ]) {
    assert.equal(await codeOf(...args), code, args.join(' '));
  }
});

test('filters choose findings, and several classes may be named in either way', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', spoiled(2) + spoiled(1, 'Duran-Duran'));
  const found = async (...args) => {
    const { stdout } = await cli.run(['check', 'a.log', '--json', ...args]);
    const { runs, findings, leftOut } = JSON.parse(stdout);
    assert.deepEqual([runs, findings.length + leftOut], [2, 3]);
    return findings.length;
  };
  assert.equal(await found('--client', 'Duran-Duran'), 1);
  assert.equal(await found('--client', 'duran-duran'), 1);
  assert.equal(await found('--run', `${runOf(1)}-Ann-Carver`), 1);
  assert.equal(await found('--service', 'worker'), 3);
  assert.equal(await found('--process', 'worker@job-1/7/0000000c'), 3);
  assert.equal(await found('--service', 'worker', '--severity', 'high'), 3);
  assert.equal(await found('--class', 'case-changed,suffix-cut'), 3);
  assert.equal(await found('--class', 'suffix-cut', '--class', 'case-changed'), 3);
  assert.equal(await found('--class', 'suffix-cut', '--class', 'suffix-twice'), 0);
  assert.equal(await found('--since', '2025-10-07'), 0);
  assert.equal(await found('--until', '2025-10-06'), 3);
  assert.equal(await found('--since', '2025-10-06T00:00:02Z'), 1);
});

test('an interruption ends the reading, and what was read is judged', { skip: POSIX }, async (t) => {
  const { cli, workspace } = commandLine(t);
  const log = spoiled(3);
  for (const more of [['--json'], ['--json', '--html', 'page.html']]) {
    const folder = fs.mkdtempSync(workspace.path('tmp-'));
    const child = cli.start(['check', '-', ...more], { env: { TMPDIR: folder } });
    const ended = Promise.all([textOf(child.stdout), once(child, 'close')]);
    child.stdin.write(log);
    const spooled = () =>
      fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce(
          (sum, { parentPath, path, name }) => sum + fs.statSync(`${parentPath ?? path}/${name}`).size,
          0,
        );
    while (spooled() < log.length) {
      assert.equal(child.exitCode, null);
      await wait(10);
    }
    child.kill('SIGINT');
    const [stdout, [code]] = await ended;
    assert.equal(code, 1);
    const { findings, unread, notes } = JSON.parse(stdout);
    assert.deepEqual([findings.length, unread], [3, 1]);
    assert.match(notes[0], /^The reading was stopped: 1 file was not read to the end/);
    assert.deepEqual(fs.readdirSync(folder), []);
    assert.equal(fs.existsSync(workspace.path('page.html')), more.includes('--html'));
  }
});

test('when nothing was read, nothing is called consistent', async (t) => {
  const { workspace } = commandLine(t);
  const file = workspace.write('a.log', spoiled(1));
  const progress = new binding.Progress();
  progress.stop();
  const verdict = await binding.checkFiles([file], { staleMs: 1, picture: true }, progress);
  const { unread, passedOver, problems, findingCount } = JSON.parse(verdict.summary());
  assert.deepEqual([unread, passedOver, problems, findingCount], [1, 0, [], 0]);
  assert.deepEqual(JSON.parse(verdict.picture()).flows, []);
});

test('the second interruption ends the process', { skip: POSIX }, async (t) => {
  const { workspace } = commandLine(t);
  const interruption = require.resolve('../lib/cli/interruption.js');
  const child = workspace.start(
    (file) => {
      const { onFirstInterruption, onInterruption } = require(file);
      onInterruption(() => process.stdout.write('tidied\n'));
      onFirstInterruption(() => process.stdout.write('stopped\n'));
      setInterval(() => {}, 1e6);
      process.stdout.write('ready\n');
    },
    { args: [interruption] },
  );
  const lines = child.stdout.setEncoding('utf8');
  const said = [];
  lines.on('data', (text) => said.push(...text.split('\n').filter(Boolean)));
  const until = async (count) => {
    while (said.length < count) await wait(5);
  };
  await until(1);
  child.kill('SIGINT');
  await until(2);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
  assert.deepEqual(said, ['ready', 'stopped', 'tidied']);
});
