'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { Baseline, requireBaselinePlace, writeBaseline } = require('../lib/cli/baseline.js');
const { UsageError } = require('../lib/cli/usage-error.js');
const { CommandLine } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Workspace } = require('../tools/workspace.js');

const GROUP = {
  class: 'suffix-cut',
  severity: 'high',
  service: 'worker',
  at: 'src/split.js:77:9',
  route: 'POST /runs/:id',
  changeKind: 'suffix-cut',
  code: null,
  findingCount: 5000,
};

async function baselineOf(t, ...groups) {
  const file = new Workspace(t).path('baseline.json');
  await writeBaseline(file, groups);
  return { file, baseline: await Baseline.read(file) };
}

test('what was written is known, wherever its line has moved to', async (t) => {
  const { baseline } = await baselineOf(t, GROUP);
  for (const at of ['src/split.js:77:9', 'src/split.js:80:1', 'src/split.js:80', 'src\\split.js:1:1']) {
    assert.ok(baseline.has({ ...GROUP, at, findingCount: 1 }), at);
  }
});

/** Each is another finding. */
const OTHERS = {
  class: 'case-changed',
  service: 'api',
  changeKind: 'case-changed',
  at: 'src/other.js:77:9',
  route: null,
  code: 'ERR_JOB_FINISHED',
};

for (const [name, value] of Object.entries(OTHERS)) {
  test(`another ${name} is not known`, async (t) => {
    const { baseline } = await baselineOf(t, GROUP);
    assert.ok(!baseline.has({ ...GROUP, [name]: value }));
  });
}

test('the file is sorted, has each entry once, and holds no line numbers', async (t) => {
  const other = { ...GROUP, service: 'api', at: null };
  const { file } = await baselineOf(t, GROUP, other, { ...GROUP, at: 'src/split.js:99:1' });
  const entry = { class: 'suffix-cut', change: 'suffix-cut', route: 'POST /runs/:id', code: null };
  assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), {
    title: 'findings that unified-run-id check takes for known',
    version: 1,
    known: [
      { ...entry, service: 'api', file: null },
      { ...entry, service: 'worker', file: 'src/split.js' },
    ],
  });
  const again = await baselineOf(t, other, GROUP);
  assert.equal(fs.readFileSync(again.file, 'utf8'), fs.readFileSync(file, 'utf8'));
});

test('a hostile name is ASCII in the file, and known when it comes back', async (t) => {
  const hostile = { ...GROUP, service: '\u001b[2J\u202e"', at: '\u2028.js:1:1' };
  const { file, baseline } = await baselineOf(t, hostile);
  assert.match(fs.readFileSync(file, 'utf8'), /^[\x20-\x7e\n]*$/);
  assert.ok(baseline.has(hostile));
});

const ENTRY = { class: 'suffix-cut', service: 'worker' };
const TITLE = 'findings that unified-run-id check takes for known';
const file = (more) => JSON.stringify({ title: TITLE, version: 1, known: [], ...more });

const FOREIGN = [
  ['{', /is not valid JSON/],
  ['', /is not valid JSON/],
  ['null', /is not a baseline/],
  ['[]', /is not a baseline/],
  ['{"name":"a package","version":1}', /is not a baseline/],
  [file({ version: 2 }), /has version 2, but this command reads version 1/],
  [file({ version: undefined }), /has version undefined/],
  [file({ known: {} }), /is not a baseline/],
  [file({ known: [ENTRY, { service: 'worker' }] }), /entry 2 of "known"/],
  [file({ known: [{ ...ENTRY, line: 7 }] }), /entry 1 of "known"/],
  [file({ known: [{ ...ENTRY, service: 7 }] }), /entry 1 of "known"/],
  [file({ known: [null] }), /entry 1 of "known"/],
];

for (const [content, message] of FOREIGN) {
  test(`no baseline: ${content || 'an empty file'}`, async (t) => {
    const name = new Workspace(t).write('foreign.json', content);
    await assert.rejects(Baseline.read(name), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
    // An empty file may be written over; nothing else that is not a baseline.
    if (content === '') await requireBaselinePlace(name);
    else await assert.rejects(requireBaselinePlace(name), UsageError);
    assert.equal(fs.readFileSync(name, 'utf8'), content);
  });
}

test('an entry that was written by hand may leave out what is null', async (t) => {
  const name = new Workspace(t).write('a.json', file({ known: [ENTRY] }));
  const baseline = await Baseline.read(name);
  assert.ok(baseline.has({ ...GROUP, changeKind: null, at: null, route: null }));
});

test('a place that cannot be written is told before anything is read', async (t) => {
  const workspace = new Workspace(t);
  await assert.rejects(
    requireBaselinePlace(workspace.path('nowhere', 'a.json')),
    /a folder that does not exist/,
  );
  await assert.rejects(requireBaselinePlace(workspace.folder), /cannot be written/);
  await assert.rejects(Baseline.read(workspace.path('nowhere.json')), /cannot be read/);
  await requireBaselinePlace(workspace.path('new.json'));
});

test('an earlier baseline is replaced whole, and nothing is left beside it', async (t) => {
  const workspace = new Workspace(t);
  const name = workspace.path('baseline.json');
  assert.equal(await writeBaseline(name, [GROUP, { ...GROUP, service: 'api' }]), 2);
  await requireBaselinePlace(name);
  assert.equal(await writeBaseline(name, []), 0);
  assert.deepEqual(JSON.parse(fs.readFileSync(name, 'utf8')).known, []);
  assert.deepEqual(
    fs.readdirSync(workspace.folder).filter((entry) => entry.includes('baseline')),
    ['baseline.json'],
  );
  // A folder cannot be replaced: the part is removed.
  fs.mkdirSync(workspace.path('folder'));
  await assert.rejects(writeBaseline(workspace.path('folder'), [GROUP]));
  assert.ok(fs.readdirSync(workspace.folder).every((entry) => !entry.endsWith('.part')));
});

const START = '2025-10-06T14:30:00.000Z';
const RUN_ID = '251006-143000-Ann-Carver';

/** A client's run, of which the second process looks up what is given. */
function writeLog(workspace, name, missed) {
  const from = new LoggedProcess({ service: 'scheduler' }, START);
  const to = new LoggedProcess({ service: 'worker', pid: 812, proc: '77aa0102' }, START);
  const created = from.generate(0, RUN_ID) + from.record(10, 'created', 'client', RUN_ID);
  workspace.write(
    name,
    created + missed.map((runId, at) => to.record(100 + at, 'missing', 'client', runId)).join(''),
  );
}

test('check --write-baseline makes what is found known, and only what is new fails', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  writeLog(workspace, 'old.log', ['251006-143000-ann-carver']);
  const written = await cli.run(['check', 'old.log', '--write-baseline', 'known.json']);
  assert.equal(written.code, 0);
  assert.equal(written.stderr, 'Baseline: known.json, with 1 known\n');
  assert.match(written.stdout, /^high: Letters changed case/m);

  const known = await cli.run(['check', 'old.log', '--baseline=known.json']);
  assert.equal(known.code, 0);
  assert.match(known.stdout, /^known +1 {2}Letters changed case/m);
  assert.doesNotMatch(known.stdout, /^high/m);
  const json = JSON.parse((await cli.run(['check', 'old.log', '--baseline=known.json', '--json'])).stdout);
  assert.deepEqual(
    json.groups.map((group) => group.known),
    [true],
  );

  writeLog(workspace, 'new.log', ['251006-143000-ann-carver', '251006-143000-Ann']);
  const both = await cli.run(['check', 'new.log', '--baseline=known.json']);
  assert.equal(both.code, 1);
  assert.deepEqual(both.stdout.match(/^(high|known) .*(?=worker)/gm), [
    'high         1  Client ID cut short   ',
    'known        1  Letters changed case  ',
  ]);
});

test('check refuses a baseline that is none before it reads a log, and leaves a foreign file alone', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  workspace.write('package.json', '{}');
  for (const option of ['--baseline', '--write-baseline']) {
    const { code, stdout, stderr } = await cli.run(['check', 'nowhere.log', option, 'package.json']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^unified-run-id: --(write-)?baseline: "package\.json" is not a baseline/);
  }
  assert.equal(fs.readFileSync(workspace.path('package.json'), 'utf8'), '{}');
});
