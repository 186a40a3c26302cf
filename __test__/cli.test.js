'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const { test } = require('node:test');
const { setTimeout: wait } = require('node:timers/promises');
const { suggestion } = require('../lib/cli/suggestion.js');
const { version } = require('../package.json');
const { CommandLine, hasTerminals } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;
const OTHER = '251007-080000-Bo-Carver';
const START = '2025-10-06T14:30:00.000Z';

/** What begins each drawing of the progress bar. */
const CLEAR = '\r\u001b[K';

const PRINTABLE = /^[\x20-\x7e\n]*$/;
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u200b\u2066\0\r\u007f';

const POSIX = process.platform === 'win32' ? 'file names and devices of POSIX' : false;
const NEEDS_TERMINAL = hasTerminals ? false : 'python3 with its pty module is missing';

const COMMANDS = ['inspect', 'scan', 'extract', 'flow', 'check'];

/** What it prints is for `check`. */
const WITHOUT_JSON = ['extract'];

function commandLine(t) {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  return { workspace, cli };
}

const scheduler = () => new LoggedProcess({ service: 'scheduler' }, START);
const worker = () =>
  new LoggedProcess({ service: 'worker', host: 'web-2', pid: 812, proc: '77aa0102' }, START);

/** Two processes that agree. */
function writeConsistent(workspace) {
  const [from, to] = [scheduler(), worker()];
  workspace.write(
    'scheduler.log',
    from.generate(0, BASE) +
      from.record(10, 'created', 'job', BASE) +
      from.record(90_000, 'completed', 'job', BASE),
  );
  workspace.write('worker.log', `started\n${to.resolve(123, BASE)}${to.record(130, 'found', 'job', BASE)}`);
  return ['scheduler.log', 'worker.log'];
}

/** Two processes, of which the second looks for the client's record under the base. */
function writeInconsistent(workspace) {
  const [from, to] = [scheduler(), worker()];
  workspace.write(
    'scheduler.log',
    from.generate(0, RUN_ID) +
      from.record(10, 'created', 'client', RUN_ID) +
      from.record(900, 'completed', 'client', RUN_ID),
  );
  workspace.write('worker.log', `${to.resolve(123, RUN_ID)}${to.record(130, 'missing', 'client', BASE)}`);
  return ['scheduler.log', 'worker.log'];
}

test('no arguments: the help on stderr, as a usage error', async (t) => {
  const { cli } = commandLine(t);
  const { code, stdout, stderr } = await cli.run([]);
  assert.deepEqual([code, stdout], [2, '']);
  assert.equal(stderr, (await cli.run(['--help'])).stdout);
});

test('the help names every command, and is the same however it is asked for', async (t) => {
  const { cli } = commandLine(t);
  const { code, stdout, stderr } = await cli.run(['--help']);
  assert.deepEqual([code, stderr], [0, '']);
  for (const name of COMMANDS) assert.match(stdout, new RegExp(`^  ${name} <`, 'm'));
  assert.ok(stdout.split('\n').every((line) => line.length <= 100));
  for (const args of [['-h'], ['help'], ['help', 'help'], ['--help', '--version']]) {
    assert.deepEqual(await cli.run(args), { code: 0, signal: null, stdout, stderr: '' }, args.join(' '));
  }
});

test('each command has a help with its arguments and options, even where the rest of the line is wrong', async (t) => {
  const { cli } = commandLine(t);
  for (const name of COMMANDS) {
    const { code, stdout, stderr } = await cli.run(['help', name]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.startsWith(`Usage: unified-run-id ${name} `), stdout);
    assert.equal(/^ {2}--json /m.test(stdout), !WITHOUT_JSON.includes(name), name);
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
    assert.equal((await cli.run([name, '--help'])).stdout, stdout);
    assert.equal((await cli.run([name, '--nonsense', '-h'])).stdout, stdout);
  }
  for (const option of ['--client', '--since', '--until', '--sort']) {
    assert.ok((await cli.run(['help', 'scan'])).stdout.includes(option));
  }
});

test('--version is that of the package', async (t) => {
  const { cli } = commandLine(t);
  for (const option of ['--version', '-V']) {
    assert.deepEqual(await cli.run([option]), { code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  }
});

test('help and version are told without the addon', async (t) => {
  const { cli, workspace } = commandLine(t);
  const watch = workspace.write(
    'watch.js',
    `process.on('exit', () => {
      if (Object.keys(require.cache).some((file) => file.endsWith('.node'))) console.log('ADDON');
    });`,
  );
  const node = ['--require', watch];
  for (const args of [['--version'], ['--help'], ['help', 'check'], ['chekc']]) {
    assert.ok(!(await cli.run(args, { node })).stdout.includes('ADDON'), args.join(' '));
  }
  assert.ok((await cli.run(['inspect', BASE], { node })).stdout.includes('ADDON'));
});

const USAGE_ERRORS = [
  [['chekc', 'a.log'], /unknown command "chekc", did you mean check\?/],
  [['constructor'], /unknown command "constructor"; commands: inspect, scan, extract, flow, check/],
  [['x'.repeat(65)], /unknown command "x{64}\.\.\."/],
  [['help', 'sacn'], /unknown command "sacn", did you mean scan\?/],
  [['--jsno'], /unknown option "--jsno"/],
  [['--json', 'scan', 'a.log'], /put --json after the command/],
  [['scan'], /<files> is missing/],
  [['check', '--json'], /<files> is missing/],
  [['flow'], /<runId> is missing/],
  [['flow', RUN_ID], /<files> is missing/],
  [['inspect'], /<id> is missing/],
  [['inspect', BASE, OTHER], /unexpected argument "251007-080000-Bo-Carver"/],
  [['check', '--stael', '1h', 'a.log'], /unknown option "--stael", did you mean --stale\?/],
  [['scan', '--stale', '1h', 'a.log'], /unknown option "--stale"/],
  [['scan', '--__proto__', 'a.log'], /unknown option "--__proto__"/],
  [['scan', '--toString=1', 'a.log'], /unknown option "--toString"/],
  [['scan', '-x', 'a.log'], /unknown option "-x".*after --/],
  [['scan', '--json=yes', 'a.log'], /--json does not take a value/],
  [['scan', 'a.log', '--since'], /--since needs a value: --since <time>/],
  [['scan', '--since', '--json', 'a.log'], /--since needs a value/],
  [['scan', '--sort', 'time', '--sort=count', 'a.log'], /--sort can be given only once/],
  [['scan', '--sort', 'cuont', 'a.log'], /--sort must be one of .*, not "cuont", did you mean count\?/],
  [['scan', '--sort', 'constructor', 'a.log'], /--sort must be one of/],
  [['scan', '--client', 'Ann-', 'a.log'], /--client needs a client ID, not "Ann-"/],
  [['scan', '--client=', 'a.log'], /--client needs a client ID, not ""/],
  ...['yesterday', '2025-02-29', '2025-10-06T24:00', '2025-10-06T10:00+24:00', '251306-143000', ''].map(
    (time) => [['scan', `--until=${time}`, 'a.log'], /--until needs a time such as .*, or a run ID, not "/],
  ),
  [['scan', '--since=2025-10-07', '--until=2025-10-06', 'a.log'], /--since is later than --until/],
  ...['1', 'h', '1 h', '-1h', '1.5h', '1H', '1w', '999999999999999d', ''].map((duration) => [
    ['check', `--stale=${duration}`, 'a.log'],
    /--stale needs a duration such as/,
  ]),
  [['flow', '251306-143000', 'a.log'], /<runId> is not a run ID: "251306-143000"\. The month 13 /],
  [['scan', '-', 'a.log', '-'], /standard input, -, can be read only once/],
];

for (const [args, message] of USAGE_ERRORS) {
  test(`a usage error, exit code 2: ${args.join(' ')}`, async (t) => {
    const { cli, workspace } = commandLine(t);
    workspace.write('a.log', '');
    const { code, stdout, stderr } = await cli.run(args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^unified-run-id: .*\nTry: unified-run-id help.*\n$/);
    assert.match(stderr, message);
  });
}

test('a word of at most 32 characters is compared with the names, of which the nearest is proposed', () => {
  const proposed = (length) => suggestion('x'.repeat(length), ['y', 'x'.repeat(length + 1)]);
  assert.equal(proposed(32), `, did you mean ${'x'.repeat(33)}?`);
  assert.equal(proposed(33), '');
});

test('inspect tells the parts of a run ID', async (t) => {
  const { cli } = commandLine(t);
  assert.deepEqual(await cli.run(['inspect', RUN_ID]), {
    code: 0,
    signal: null,
    stdout: [
      'run ID     251006-143000-Ann-Carver',
      'base       251006-143000',
      'client ID  Ann-Carver',
      'started    2025-10-06T14:30:00.000Z',
      '',
    ].join('\n'),
    stderr: '',
  });
  const { stdout } = await cli.run(['inspect', '--json', BASE]);
  assert.deepEqual(JSON.parse(stdout), {
    valid: true,
    runId: BASE,
    baseRunId: BASE,
    clientId: null,
    startedAt: START,
  });
});

test('inspect tells what is no run ID, and what it looks like instead', async (t) => {
  const { cli } = commandLine(t);
  const { code, stdout, stderr } = await cli.run(['inspect', 'job_1_stream1_20251006143000']);
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /ERR_RUN_ID_FORMAT/);
  assert.match(stdout, /looks like a job ID/);

  const json = await cli.run(['inspect', '251006-250000', '--json']);
  assert.equal(json.code, 1);
  const { valid, code: name, received, hint } = JSON.parse(json.stdout);
  assert.deepEqual([valid, name, received], [false, 'ERR_RUN_ID_FORMAT', '251006-250000']);
  assert.match(hint, /hour 25/);
});

test('inspect is silent about its rejection while debugging', async (t) => {
  const { cli } = commandLine(t);
  const { stderr } = await cli.run(['inspect', 'foo-bar'], { env: { DEBUG_RUN_ID: '1' } });
  assert.equal(stderr, '');
});

test('after -- everything is an argument', async (t) => {
  const { cli, workspace } = commandLine(t);
  assert.match((await cli.run(['inspect', '--', '--json'])).stdout, /^not a run ID {2}"--json"$/m);
  assert.match((await cli.run(['inspect', '--', ''])).stdout, /empty string/);
  workspace.write('--json', `${RUN_ID}\n`);
  const { code, stdout } = await cli.run(['scan', '--', '--json']);
  assert.equal(code, 0);
  assert.match(stdout, /251006-143000-Ann-Carver {2}.*--json:1/);
});

test('hostile arguments never reach the terminal as they are', async (t) => {
  const { cli } = commandLine(t);
  const text = HOSTILE.replace('\0', '');
  for (const args of [
    ['inspect', text],
    ['inspect', '--json', text],
    [text],
    ['help', text],
    ['scan', `--${text}`, 'a'],
    ['scan', '--since', text, 'a'],
    ['scan', '--sort', text, 'a'],
    ['scan', '--client', text, 'a'],
    ['flow', text, 'a'],
    ['scan', text],
    ['check', `${text}.log`],
    ['flow', RUN_ID, text],
    ['inspect', '\u001b'.repeat(10_000)],
    ['\u202e'.repeat(10_000)],
  ]) {
    const { stdout, stderr, code } = await cli.run(args);
    assert.match(stdout, PRINTABLE, JSON.stringify(args));
    assert.match(stderr, PRINTABLE, JSON.stringify(args));
    assert.ok(!stderr.includes('    at '), stderr);
    assert.equal(code, args[0] === 'inspect' ? 1 : 2);
  }
});

test('colours are only for terminals, unless FORCE_COLOR says otherwise', async (t) => {
  const { cli } = commandLine(t);
  const coloured = async (env) => (await cli.run(['inspect', BASE], { env })).stdout.includes('\u001b[');
  assert.equal(await coloured({}), false);
  assert.equal(await coloured({ FORCE_COLOR: '0' }), false);
  assert.equal(await coloured({ FORCE_COLOR: '1' }), true);
  const { stderr } = await cli.run(['nope'], { env: { FORCE_COLOR: '1' } });
  assert.ok(stderr.startsWith('\u001b[31m'));
});

test('colours at a terminal, of stdout and of stderr by itself', { skip: NEEDS_TERMINAL }, async (t) => {
  const { cli } = commandLine(t);
  const coloured = async (env) =>
    (await cli.runAtTerminal(['inspect', BASE], { env })).stdout.includes('\u001b[');
  assert.equal(await coloured({}), true);
  assert.equal(await coloured({ NO_COLOR: '' }), true);
  assert.equal(await coloured({ NO_COLOR: '1' }), false);
  assert.equal(await coloured({ TERM: 'dumb' }), false);
  assert.equal(await coloured({ FORCE_COLOR: '0' }), false);
  const { stdout, code } = await cli.runAtTerminal(['nope'], { stdout: 'elsewhere' });
  assert.equal(code, 2);
  assert.ok(stdout.includes('\u001b[31m'));
  assert.match((await cli.run(['nope'])).stderr, /^unified-run-id/);
});

test(
  'a full disk is an error, exit code 2',
  { skip: fs.existsSync('/dev/full') ? false : 'no /dev/full' },
  async (t) => {
    const { cli } = commandLine(t);
    const full = fs.openSync('/dev/full', 'w');
    t.after(() => fs.closeSync(full));
    const child = cli.start(['--help'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(stderr, /^unified-run-id: cannot write: ENOSPC/);
  },
);

test('scan lists every run ID in the order asked for', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', `x ${OTHER} y\n${RUN_ID} ${RUN_ID}\n`);
  workspace.write('b.log', `\n${RUN_ID}\n${BASE}\n`);
  const ids = async (...options) => {
    const { code, stdout } = await cli.run(['scan', 'a.log', 'b.log', '--json', ...options]);
    assert.equal(code, 0);
    return JSON.parse(stdout).runs.map(({ runId }) => runId);
  };
  assert.deepEqual(await ids(), [BASE, RUN_ID, OTHER]);
  assert.deepEqual(await ids('--sort=time'), [BASE, RUN_ID, OTHER]);
  assert.deepEqual(await ids('--sort=first'), [OTHER, RUN_ID, BASE]);
  assert.deepEqual(await ids('--sort=count'), [RUN_ID, BASE, OTHER]);
  assert.deepEqual(await ids('--client=Ann-Carver'), [RUN_ID]);
  assert.deepEqual(await ids('--client=ann-carver'), []);

  const { stdout, stderr } = await cli.run(['scan', 'a.log', 'b.log']);
  assert.deepEqual(
    stdout.split('\n').map((line) => line.split(/ {2,}/)),
    [
      ['run ID', 'count', 'first', 'last', 'files'],
      [BASE, '1', 'b.log:3', 'b.log:3', '1'],
      [RUN_ID, '3', 'a.log:2', 'b.log:2', '2'],
      [OTHER, '1', 'a.log:1', 'a.log:1', '1'],
      [''],
    ],
  );
  assert.match(stderr, /^3 run IDs, found 5 times in [0-9]+ B\.\n$/);
});

test('scan --since and --until compare the start of the run; a day, a minute, a second counts whole', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write(
    'a.log',
    '251005-235959 251006-000000 251006-143000 251006-143059 251006-235959 251007-000000',
  );
  const times = async (...options) => {
    const { stdout } = await cli.run(['scan', 'a.log', '--json', ...options]);
    return JSON.parse(stdout).runs.map(({ runId }) => runId);
  };
  const all = await times();
  assert.equal(all.length, 6);
  assert.deepEqual(await times('--since=2025-10-06', '--until=2025-10-06'), all.slice(1, 5));
  assert.deepEqual(await times('--since=2025-10-06T14:30', '--until=2025-10-06 14:30'), all.slice(2, 4));
  assert.deepEqual(await times('--since=2025-10-06T14:30:00', '--until=2025-10-06T14:30:00Z'), [all[2]]);
  assert.deepEqual(await times('--since=2025-10-06T14:30:00.001Z'), all.slice(3));
  assert.deepEqual(await times('--until=2025-10-06T02:00+02:00'), all.slice(0, 2));
  assert.deepEqual(
    await times('--since=251006-143000-Ann-Carver', '--until', '251006-143059'),
    all.slice(2, 4),
  );
});

test('standard input is read where - stands', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('a.log', `${OTHER}\n`);
  const scanned = await cli.run(['scan', 'a.log', '-', '--json', '--sort=first'], { input: `\n${RUN_ID}\n` });
  assert.deepEqual(
    JSON.parse(scanned.stdout).runs.map(({ runId, first }) => [runId, first.file, first.line]),
    [
      [OTHER, 'a.log', 1],
      [RUN_ID, '-', 2],
    ],
  );
  const files = writeConsistent(workspace);
  const input = fs.readFileSync(workspace.path(files[1]));
  const whole = await cli.run(['check', ...files]);
  assert.deepEqual(await cli.run(['check', files[0], '-'], { input }), whole);
  const flow = await cli.run(['flow', BASE, files[0], '-', '--json'], { input });
  const { events } = JSON.parse(flow.stdout);
  assert.deepEqual([...new Set(events.map(({ file }) => file))].sort(), ['-', files[0]]);
});

test(
  'flow keeps standard input private, and leaves nothing behind when it is stopped',
  { skip: POSIX },
  async (t) => {
    const { cli, workspace } = commandLine(t);
    const folder = workspace.path('tmp');
    fs.mkdirSync(folder);
    const spools = () => fs.readdirSync(folder).map((name) => workspace.path('tmp', name));
    const env = { TMPDIR: folder };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const child = cli.start(['flow', RUN_ID, '-'], { env });
      child.stdin.write('x\n');
      while (!spools().some((spool) => fs.existsSync(`${spool}/content`))) {
        assert.equal(child.exitCode, null);
        await wait(10);
      }
      const [spool] = spools();
      assert.equal(fs.statSync(spool).mode & 0o777, 0o700);
      assert.equal(fs.statSync(`${spool}/content`).mode & 0o777, 0o600);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [null, signal]);
      assert.deepEqual(spools(), []);
    }
    await cli.run(['flow', RUN_ID, '-'], { env, input: `${RUN_ID}\n` });
    assert.deepEqual(spools(), []);
  },
);

test('named pipes are read like files, also by flow', { skip: POSIX, timeout: 60_000 }, async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeConsistent(workspace);
  const pipe = workspace.path('pipe');
  execFileSync('mkfifo', [pipe]);
  for (const args of [['scan', '--json'], ['check'], ['flow', BASE, '--json']]) {
    const whole = await cli.run([...args, ...files]);
    const content = fs.readFileSync(workspace.path(files[1]));
    const [piped] = await Promise.all([
      cli.run([...args, files[0], 'pipe']),
      fs.promises.writeFile(pipe, content),
    ]);
    assert.equal(piped.stdout.replaceAll('"pipe"', `"${files[1]}"`), whole.stdout, args[0]);
    assert.equal(piped.code, whole.code);
  }
});

test('check says in its first line that all is well, then what was read, exit code 0', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeConsistent(workspace);
  const { code, stdout, stderr } = await cli.run(['check', ...files]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    [
      '1 run, consistent.',
      'Read:',
      '  scheduler  1 process  1 run  2025-10-06 14:30:00 to 14:31:30 UTC',
      '  worker     1 process  1 run  2025-10-06 14:30:00 UTC',
      '',
    ].join('\n'),
  );
  const json = await cli.run(['check', '--json', ...files]);
  assert.equal(json.code, 0);
  const { version, consistent, runs, skipped, findings, groups } = JSON.parse(json.stdout);
  assert.deepEqual([version, consistent, runs, skipped, findings, groups], [1, true, 1, 0, [], []]);
});

test('check shows what was found, where, by which lines, and what to do, and exits with 1', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeInconsistent(workspace);
  const { code, stdout, stderr } = await cli.run(['check', ...files]);
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /^high +1 {2}Client ID lost {2}worker {2}2025-10-06 14:30:00$/m);
  assert.match(stdout, /^high: Client ID lost {2}suffix-missing$/m);
  assert.match(stdout, /, at src\/job\.js:12:7; /);
  assert.match(stdout, /^ {2}wrong {2}251006-143000\n {2}right {2}251006-143000-Ann-Carver\n {22}\^{11}$/m);
  assert.match(stdout, /^ {2}worker\.log:2$/m);
  assert.match(stdout, /^ {2}to do {2}Pass the client's run ID/m);
  assert.match(
    stdout,
    /^ {2}next {3}npx unified-run-id flow 251006-143000-Ann-Carver scheduler\.log worker\.log$/m,
  );
  assert.match(stdout, /^1 run, 1 finding in 1 group: 1 suffix-missing\.$/m);
  assert.ok(stdout.split('\n').every((line) => line.length <= 100 && line === line.trimEnd()));

  const json = await cli.run(['check', '--json', ...files]);
  assert.equal(json.code, 1);
  const { consistent, findings } = JSON.parse(json.stdout);
  assert.equal(consistent, false);
  assert.deepEqual(
    findings.map(({ class: name, runId, expected }) => [name, runId, expected]),
    [['suffix-missing', BASE, RUN_ID]],
  );
});

test('check --stale is how long a run may be silent', async (t) => {
  const { cli, workspace } = commandLine(t);
  const job = scheduler();
  workspace.write(
    'a.log',
    job.generate(0, BASE) +
      job.record(10, 'created', 'job', BASE) +
      job.resolve(120_010, OTHER) +
      job.resolve(120_010, BASE.replace('30', '31')),
  );
  const classes = async (...options) => {
    const { stdout } = await cli.run(['check', 'a.log', '--json', ...options]);
    return JSON.parse(stdout).findings.map((finding) => finding.class);
  };
  assert.ok(!(await classes()).includes('never-completed'));
  assert.ok(!(await classes('--stale=121s')).includes('never-completed'));
  assert.ok((await classes('--stale', '2m')).includes('never-completed'));
});

test('torn lines are counted, and change nothing', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeConsistent(workspace);
  workspace.write('torn.log', `${scheduler().generate(0, OTHER).slice(0, 60)}\n`);
  const { code, stdout } = await cli.run(['check', ...files, 'torn.log']);
  assert.equal(code, 0);
  assert.ok(stdout.startsWith('1 run, consistent.\n1 torn or unreadable line left out.\n'), stdout);
});

test('flow draws the life of a run: processes, times, hand-overs, and what it was turned into', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeInconsistent(workspace);
  const { code, stdout } = await cli.run(['flow', RUN_ID, ...files]);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^251006-143000-Ann-Carver {2}started 2025-10-06T14:30:00\.000Z {2}client Ann-Carver$/m,
  );
  assert.match(stdout, /^A {2}scheduler@web-1\/4711\/5f1c09ab {2}\+0\.000 s to \+0\.900 s$/m);
  assert.match(stdout, /^ +generate -> created client -> completed client$/m);
  assert.match(stdout, /^B {2}worker@web-2\/812\/77aa0102 /m);
  // Nothing proves who handed it over.
  assert.match(stdout, /^ *\+0\.123 s {2}[. ]+ resolve \(body\) +src\/job\.js:12:7$/m);
  assert.match(stdout, /^\. \. seen next: /m);
  assert.doesNotMatch(stdout, /^-> handed over/m);
  assert.match(stdout, /^ *\+0\.130 s {2}\| +missing client +src\/job\.js:12:7$/m);
  assert.match(stdout, /^ +! suffix-missing: 251006-143000 instead of 251006-143000-Ann-Carver$/m);
  assert.match(stdout, /^1 finding: 1 suffix-missing\.$/m);

  const json = JSON.parse((await cli.run(['flow', RUN_ID, ...files, '--json'])).stdout);
  assert.deepEqual(json.processes, ['scheduler@web-1/4711/5f1c09ab', 'worker@web-2/812/77aa0102']);
  assert.equal(json.events[json.handOvers[0].event].event, 'resolve');
});

test('flow of a run that is well ends with 0, and long silences are told', async (t) => {
  const { cli, workspace } = commandLine(t);
  const { code, stdout } = await cli.run(['flow', BASE, ...writeConsistent(workspace)]);
  assert.equal(code, 0);
  assert.match(stdout, /^ +\.\.\. 1 min 30 s later\n *\+1:30\.000 {2}completed job/m);
  assert.match(stdout, /^Consistent\.$/m);
});

test('flow names the process in each row where columns do not fit', { skip: NEEDS_TERMINAL }, async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeInconsistent(workspace);
  const env = { NO_COLOR: '1' };
  const { stdout } = await cli.runAtTerminal(['flow', RUN_ID, ...files], { env, columns: 50 });
  assert.match(stdout, /^ *\+0\.123 s {2}A \.\. B {2}resolve \(body\) +src\/job\.js:12:7\r$/m);
  assert.match(stdout, /^ *\+0\.130 s {2}B {7}missing client +src\/job\.js:12:7\r$/m);
});

test('flow that finds something ends with 1, although a file could not be read', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeInconsistent(workspace);
  const { code, stderr } = await cli.run(['flow', RUN_ID, ...files, 'nowhere.log']);
  assert.equal(code, 1);
  assert.match(stderr, /^not read: nowhere\.log: /m);
});

/** Two processes of which the second is sent the run by the first, and many events of one kind. */
function writeLong(workspace, count) {
  const [from, to] = [scheduler(), worker()];
  const log = [from.generate(0, RUN_ID), from.send(5, RUN_ID, 'env'), to.receive(10, RUN_ID, 'env')];
  for (let at = 0; at < count; at++) log.push(to.pass(20 + at, RUN_ID));
  log.push(to.record(30 + count, 'missing', 'client', RUN_ID.toLowerCase()));
  for (let at = 0; at < count; at++) {
    log.push(to.pass(40 + count + 2 * at, RUN_ID), to.record(41 + count + 2 * at, 'found', 'client', RUN_ID));
  }
  workspace.write('long.log', log.join(''));
  return 'long.log';
}

test('flow draws a proved hand-over as an arrow', async (t) => {
  const { cli, workspace } = commandLine(t);
  const { stdout } = await cli.run(['flow', RUN_ID, writeLong(workspace, 1)]);
  assert.match(stdout, /^ *\+0\.010 s {2}\+-+> receive \(env\) /m);
  assert.match(stdout, /^-> handed over: the logs show who sent it and who received it$/m);
  assert.doesNotMatch(stdout, /seen next/);
});

test('flow folds equal events and shows what is around a finding, --all each', async (t) => {
  const { cli, workspace } = commandLine(t);
  const file = writeLong(workspace, 1_340);
  const { stdout } = await cli.run(['flow', RUN_ID, file]);
  const rows = stdout.split('\n').filter((line) => /^ *\+\d/.test(line));
  assert.match(stdout, /^ *\+0\.020 s .* pass x1340 /m);
  assert.match(stdout, /^ +! case-changed: 251006-143000-ann-carver instead of ...-Ann-Carver$/m);
  // The finding, eight rows after it, eight at the end, and the four before it.
  assert.equal(rows.length, 4 + 1 + 8 + 8);
  assert.match(stdout, /^ +\.\.\. 2664 events left out: --all shows each$/m);

  const all = await cli.run(['flow', RUN_ID, file, '--all']);
  const each = all.stdout.split('\n').filter((line) => /^ *\+\d/.test(line));
  assert.equal(each.length, 3 + 1_340 + 1 + 2 * 1_340);
  assert.doesNotMatch(all.stdout, /pass x1340 {2}|left out/);
});

test('flow --json has each event with its line, however many there are', async (t) => {
  const { cli, workspace } = commandLine(t);
  const file = writeLong(workspace, 1_340);
  const { stdout } = await cli.run(['flow', RUN_ID, file, '--json']);
  assert.match(stdout, PRINTABLE);
  const { version, events, handOvers, marks, findings } = JSON.parse(stdout);
  assert.equal(version, 1);
  const lines = fs.readFileSync(workspace.path(file), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    events.map(({ text }) => text),
    lines,
  );
  assert.deepEqual([handOvers.length, handOvers[0].event, handOvers[0].proved], [1, 2, true]);
  assert.deepEqual([findings.length, marks[0].event], [1, 1_343]);
});

test('flow of a run without events says so, and exits with 1', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeConsistent(workspace);
  const { code, stdout } = await cli.run(['flow', OTHER, ...files]);
  assert.equal(code, 1);
  assert.match(stdout, /^These files have no events of 251007-080000-Bo-Carver\.$/m);
  assert.equal((await cli.run(['flow', OTHER, ...files, '--json'])).code, 1);
});

test('what cannot be read is told, exit code 2, and the rest is shown all the same', async (t) => {
  const { cli, workspace } = commandLine(t);
  const files = writeConsistent(workspace);
  for (const args of [['scan'], ['check'], ['flow', BASE]]) {
    const { code, stdout, stderr } = await cli.run([...args, 'nowhere.log', ...files]);
    assert.equal(code, 2, args.join(' '));
    assert.ok(stderr.includes('not read: nowhere.log: '), stderr);
    assert.ok(!stderr.includes('    at '), stderr);
    assert.ok(stdout.includes(args[0] === 'check' ? '1 run, consistent as far as' : BASE), stdout);
  }
  const json = await cli.run(['check', '--json', 'nowhere.log', ...files]);
  assert.equal(json.code, 2);
  assert.equal(JSON.parse(json.stdout).runs, 1);
});

test('inconsistencies go before a read error, which is told too', async (t) => {
  const { cli, workspace } = commandLine(t);
  const { code, stdout, stderr } = await cli.run(['check', ...writeInconsistent(workspace), 'nowhere.log']);
  assert.equal(code, 1);
  assert.match(stderr, /^not read: nowhere\.log: /m);
  assert.match(stdout, /^high: Client ID lost {2}suffix-missing$/m);
});

test('whoever stops reading ends the command quietly', async (t) => {
  const { cli, workspace } = commandLine(t);
  const base = Date.parse(START);
  const runIds = Array.from({ length: 50_000 }, (_, at) => {
    const [date, time] = new Date(base + at * 1000).toISOString().split(/[T.]/);
    return `${date.slice(2).replaceAll('-', '')}-${time.replaceAll(':', '')}`;
  });
  workspace.write('big.log', runIds.join('\n'));
  for (const options of [[], ['--json']]) {
    const child = cli.start(['scan', 'big.log', ...options]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    assert.deepEqual(await ended, [0, null]);
    assert.match(stderr, /^(50000 run IDs, .*\n)?$/);
    const whole = await cli.run(['scan', 'big.log', ...options]);
    assert.ok(whole.stdout.includes(runIds.at(-1)), 'all of it comes when it is read');
  }
});

test('nothing from a log reaches the terminal as it is', { skip: POSIX }, async (t) => {
  const { cli, workspace } = commandLine(t);
  const name = `${HOSTILE.replace('\0', '')}.log`;
  const hostile = new LoggedProcess({ service: HOSTILE, host: HOSTILE }, START);
  const missing = hostile.line(10, 'record', {
    action: 'missing',
    table: 'client',
    runId: BASE,
    clientId: null,
    near: [],
    at: HOSTILE,
  });
  workspace.write(
    name,
    `${HOSTILE}\n${scheduler().generate(0, RUN_ID)}${hostile.resolve(5, RUN_ID, HOSTILE)}${missing}` +
      `${JSON.stringify({ hostname: '\ud800\u001b[2J', pid: 1, runId: RUN_ID, msg: HOSTILE })}\n${HOSTILE} ${RUN_ID}\n`,
  );
  for (const args of [['scan'], ['check'], ['flow', RUN_ID]]) {
    for (const options of [[], ['--json']]) {
      const { stdout, stderr } = await cli.run([...args, name, `no${name}`, ...options]);
      // A lone surrogate may have become the replacement character on its way.
      assert.match(stdout.replaceAll('\ufffd', ''), PRINTABLE, args[0]);
      assert.match(stderr, PRINTABLE, args[0]);
      assert.ok(stdout.includes(options.length > 0 ? '\\u001b[2J' : '\\u{1b}[2J'), stdout);
      assert.ok(stderr.includes('\\u{202e}'), stderr);
    }
  }
});

test('letters of all languages are shown as they are, in aligned columns', async (t) => {
  const { cli, workspace } = commandLine(t);
  workspace.write('\u65e5\u672c.log', `${RUN_ID}\n`);
  workspace.write('\u0436\u0443\u0440.log', `${OTHER}\n`);
  const { stdout } = await cli.run(['scan', '\u65e5\u672c.log', '\u0436\u0443\u0440.log']);
  const [head, first, second] = stdout.split('\n');
  assert.ok(first.includes('\u65e5\u672c.log:1') && second.includes('\u0436\u0443\u0440.log:1'), stdout);
  const column = head.indexOf('last');
  // Each of the two takes the columns of two others.
  assert.equal(first.lastIndexOf('\u65e5'), column - 2);
  assert.equal(second.lastIndexOf('\u0436'), column);
});

test(
  'a progress bar at a terminal for work that takes longer, cleared at its end',
  { skip: NEEDS_TERMINAL },
  async (t) => {
    const { cli, workspace } = commandLine(t);
    workspace.write('a.log', `${RUN_ID}\n`);
    const short = await cli.runAtTerminal(['scan', 'a.log'], { stdout: 'elsewhere' });
    assert.ok(!short.stdout.includes(CLEAR) || short.stdout.includes('B/s'), short.stdout);

    const child = cli.startAtTerminal(['scan', '-'], { stdout: 'elsewhere' });
    let screen = '';
    child.stdout.setEncoding('utf8');
    child.stdin.write(`${RUN_ID}\n`);
    for await (const text of child.stdout) {
      screen += text;
      if (/B\/s/.test(screen)) child.stdin.end();
    }
    const drawn = screen.split(CLEAR);
    assert.match(drawn[1], /^[0-9]+ B {2}[0-9]+ B\/s$/);
    const left = drawn.at(-1);
    assert.match(left, /1 run ID, found 1 time/);
    assert.ok(!left.includes('B/s'));
  },
);

test('there is no progress bar without a terminal, nor at one that cannot draw it', async (t) => {
  const { cli } = commandLine(t);
  const slow = async (child, errors) => {
    let text = '';
    errors.setEncoding('utf8').on('data', (more) => (text += more));
    const closed = once(child, 'close');
    // Longer than the bar takes to appear where there is one.
    await wait(600);
    child.stdin.end(`${RUN_ID}\n`);
    await closed;
    return text;
  };
  const piped = cli.start(['scan', '-']);
  piped.stdout.resume();
  assert.match(await slow(piped, piped.stderr), /^1 run ID, found 1 time in 25 B\.\n$/);
  if (!hasTerminals) return;
  const dumb = cli.startAtTerminal(['scan', '-'], { stdout: 'elsewhere', env: { TERM: 'dumb' } });
  assert.match(await slow(dumb, dumb.stdout), /^1 run ID, found 1 time in 25 B\.\r\n$/);
});

test(
  'the progress bar shows the share, the bytes and the speed in one line of the terminal',
  { skip: NEEDS_TERMINAL },
  async (t) => {
    const { cli, workspace } = commandLine(t);
    const script = workspace.write(
      'bar.js',
      `const { progressBar } = require(${JSON.stringify(require.resolve('../lib/cli/progress-bar.js'))});
     const bar = progressBar(process.stderr, 4096, () => 1024);
     process.stdin.resume().on('end', () => bar.end());`,
    );
    const draw = async (columns) => {
      const child = cli.startAtTerminal([], { script, columns });
      let screen = '';
      for await (const text of child.stdout.setEncoding('utf8')) {
        screen += text;
        if (screen.includes('[#')) child.stdin.end();
      }
      return screen.split(CLEAR);
    };
    const wide = await draw(100);
    assert.match(wide[1], /^\[#{7}\.{23}\] 25% {2}1\.0 KiB of 4\.0 KiB {2}[0-9.]+ (B|KiB)\/s$/);
    assert.equal(wide.at(-1), '');
    const narrow = await draw(20);
    assert.equal(narrow[1].length, 19);
  },
);
