'use strict';

// Which files a command line means: names, folders and patterns.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const fc = require('fast-check');
const { isMatch, logFilesOf } = require('../lib/cli/log-files.js');
const { CommandLine } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Workspace } = require('../tools/workspace.js');

const RUN_ID = '251006-143000-Ann-Carver';

const POSIX = process.platform === 'win32' ? 'links and pipes of POSIX' : false;

/** Their paths below the folder, with `/`. */
async function logsOf(workspace, ...operands) {
  const files = await logFilesOf(operands.map((name) => (name === '-' ? name : workspace.path(name))));
  return files.map((file) =>
    file === '-' ? file : path.relative(workspace.folder, file).replaceAll(path.sep, '/'),
  );
}

function folderOf(t, ...names) {
  const workspace = new Workspace(t);
  for (const name of names) workspace.write(name, '');
  return workspace;
}

const LOGS = [
  'app.log',
  'app.log.1',
  'app.log-20251006',
  'app.log.2.gz',
  'app.2025-10-06',
  'OLD.LOG',
  'a.zst',
  'events.jsonl',
  'export.csv',
  'notes.txt',
  'old.log.xz',
  'syslog',
];

test('a folder is searched for logs, by their names, at any depth', async (t) => {
  const others = ['app.js', 'image.png', 'core.dump'];
  const hidden = ['.secret.log', '.git/a.log', 'node_modules/b.log'];
  const workspace = folderOf(
    t,
    ...[...LOGS, ...others, ...hidden].map((name) => `logs/${name}`),
    'logs/z/y/x.log',
  );
  const expected = [...LOGS.map((name) => `logs/${name}`), 'logs/z/y/x.log'].sort();
  assert.deepEqual(await logsOf(workspace, 'logs'), expected);
});

test('what is named is taken whatever its name is, in the order of the command line, and once', async (t) => {
  const workspace = folderOf(t, 'b.bin', 'logs/a.log', 'logs/c.log');
  const files = await logsOf(workspace, 'b.bin', '-', 'logs/c.log', 'logs', 'nowhere.log', 'b.bin');
  assert.deepEqual(files, ['b.bin', '-', 'logs/c.log', 'logs/a.log', 'nowhere.log']);
});

test('standard input that is named twice stays so, for the reader to refuse', async () => {
  assert.deepEqual(await logFilesOf(['-', '-']), ['-', '-']);
});

test('links to files are read, links to folders and pipes are not', { skip: POSIX }, async (t) => {
  const workspace = folderOf(t, 'elsewhere/a.log', 'logs/b.log');
  fs.symlinkSync(workspace.path('elsewhere/a.log'), workspace.path('logs/link.log'));
  fs.symlinkSync(workspace.path('logs'), workspace.path('logs/loop'));
  fs.symlinkSync(workspace.path('nowhere'), workspace.path('logs/dangling.log'));
  execFileSync('mkfifo', [workspace.path('logs/pipe.log')]);
  assert.deepEqual(await logsOf(workspace, 'logs'), ['logs/b.log', 'logs/link.log']);
});

test('a folder that cannot be read is named itself, for the reader to say why', async (t) => {
  const workspace = folderOf(t, 'logs/a.log', 'logs/closed/b.log');
  const { readdir } = fs.promises;
  t.mock.method(fs.promises, 'readdir', (folder, options) => {
    if (path.basename(folder) === 'closed') return Promise.reject(new Error('EACCES: permission denied'));
    return readdir(folder, options);
  });
  assert.deepEqual(await logsOf(workspace, 'logs'), ['logs/a.log', 'logs/closed']);
});

/** Pattern, and what it matches of the files below. */
const PATTERNS = [
  ['*.log', ['a.log', 'b.log']],
  ['?.log', ['a.log', 'b.log']],
  ['b*', ['b.log', 'b.txt']],
  ['*/a.log', ['logs/a.log']],
  ['logs/*', ['logs/a.log', 'logs/deep/er/a.log']],
  ['**/a.log', ['a.log', 'logs/a.log', 'logs/deep/er/a.log']],
  ['logs/**/*.log', ['logs/a.log', 'logs/deep/er/a.log']],
  ['logs/**', ['logs/a.log', 'logs/deep/er/a.log']],
  ['**/er/?.log', ['logs/deep/er/a.log']],
  ['.*.log', ['.hidden.log']],
  // Nothing matches: it is left for the reader, which says that there is no such file.
  ['*.nothing', ['*.nothing']],
  ['nowhere/*.log', ['nowhere/*.log']],
  ['a.log/*', ['a.log/*']],
];

for (const [pattern, matches] of PATTERNS) {
  test(`the pattern ${pattern}, which no shell has expanded`, async (t) => {
    const workspace = folderOf(
      t,
      'a.log',
      'b.log',
      'b.txt',
      '.hidden.log',
      'logs/a.log',
      'logs/deep/er/a.log',
      '.git/a.log',
    );
    assert.deepEqual(await logsOf(workspace, pattern), matches);
  });
}

test('a file whose name looks like a pattern is that file', { skip: POSIX }, async (t) => {
  const workspace = folderOf(t, 'a.log', '*.log');
  assert.deepEqual(await logsOf(workspace, '*.log'), ['*.log']);
});

test('a name matches as the regular expression of the pattern does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(text, pattern, (name, glob) => {
      const source = glob.replace(/[.*?]/g, (sign) => ({ '.': '\\.', '*': '.*', '?': '.' })[sign]);
      const isHidden = name.startsWith('.') && !glob.startsWith('.');
      assert.equal(isMatch(name, glob), !isHidden && new RegExp(`^${source}$`).test(name), `${name} ${glob}`);
    }),
    { numRuns: 2000 },
  );
});

test('on Windows a name matches in letters of any case', () => {
  assert.ok(isMatch('app.log', '*.LOG', true) && isMatch('APP.log', 'a?P.*', true));
  assert.equal(isMatch('app.log', '*.LOG', false), false);
});

test('on Windows a file is read once, whichever way its folders are parted', { skip: !POSIX }, async (t) => {
  const workspace = folderOf(t, 'logs/a.log');
  const names = ['logs/a.log', 'logs\\a.log', 'logs/*.log', 'logs/../logs/a.log'];
  const operands = names.map((name) => `${workspace.folder}\\${name}`);
  assert.deepEqual(await logFilesOf(operands), [operands[0]]);
});

test('`..` after a link in a path is not resolved lexically', { skip: POSIX }, async (t) => {
  const workspace = folderOf(t, 'a.log', 'elsewhere/a.log', 'elsewhere/folder/b.log');
  fs.symlinkSync(workspace.path('elsewhere', 'folder'), workspace.path('link'));
  const operands = ['a.log', 'link/../a.log'].map((name) => `${workspace.folder}/${name}`);
  assert.deepEqual(await logFilesOf(operands), operands);
});

test('scan, flow and check read folders and patterns, and a file once', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const job = new LoggedProcess({ service: 'scheduler' }, '2025-10-06T14:30:00.000Z');
  workspace.write('logs/a.log', job.generate(0, RUN_ID));
  workspace.write('logs/deep/b.log', job.record(10, 'created', 'client', RUN_ID));
  workspace.write('logs/deep/c.log', job.record(20, 'completed', 'client', RUN_ID));
  for (const operands of [['logs'], ['logs/**/*.log'], ['logs/a.log', 'logs/deep', 'logs/*.log']]) {
    const json = async (...args) => JSON.parse((await cli.run([...args, ...operands, '--json'])).stdout);
    const [run] = (await json('scan')).runs;
    assert.deepEqual([run.count, run.files.length], [3, 3]);
    assert.equal((await json('flow', RUN_ID)).events.length, 3);
    const { runs, consistent } = await json('check');
    assert.deepEqual([runs, consistent], [1, true]);
  }
});

test('check names what was given in the next command, and not each file of it', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const job = new LoggedProcess({ service: 'scheduler' }, '2025-10-06T14:30:00.000Z');
  workspace.write('logs/a.log', job.generate(0, RUN_ID) + job.record(10, 'created', 'client', RUN_ID));
  workspace.write('logs/b.log', job.record(20, 'missing', 'client', RUN_ID.slice(0, -7)));
  for (let at = 0; at < 6; at += 1) workspace.write(`logs/empty-${at}.log`, '');
  const { stdout } = await cli.run(['check', 'logs']);
  const command = `npx unified-run-id flow ${RUN_ID} logs`;
  assert.ok(stdout.includes(`  next   ${command}\n`), stdout);
  const { code } = await cli.run(command.split(' ').slice(2));
  assert.equal(code, 1);
});

test('each command names itself in the way to unpack what it does not read', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const xz = Buffer.from('fd377a585a000004e6d6b4460000000000000000', 'hex');
  workspace.write('app.log.xz', xz);
  for (const command of ['check', 'scan', 'extract', `flow ${RUN_ID}`]) {
    const words = command.split(' ');
    const [named, piped] = [
      await cli.run([...words, 'app.log.xz']),
      await cli.run([...words, '-'], { input: xz }),
    ];
    const way = `| unified-run-id ${command} -\n`;
    const what = 'compressed with xz; unpack it on the way:';
    assert.ok(named.stderr.includes(`not read: app.log.xz: ${what} xzcat app.log.xz ${way}`), named.stderr);
    assert.ok(piped.stderr.includes(`not read: standard input: ${what} … | xzcat ${way}`), piped.stderr);
    assert.equal(named.code, 2, command);
  }
});
