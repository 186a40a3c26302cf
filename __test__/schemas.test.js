'use strict';

// What the command prints as JSON, against the schemas of the package.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const Ajv = require('ajv/dist/2020.js');
const { findingClasses } = require('../lib/binding.js');
const { CommandLine } = require('../tools/command-line.js');
const { DayLogs, MINUTE } = require('./support/day-logs.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Follower } = require('./support/followed-logs.js');
const { findingOf, groupOf } = require('./support/verdicts.js');
const { Workspace } = require('../tools/workspace.js');

const COMMANDS = ['check', 'check-follow', 'scan', 'flow', 'inspect'];

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;
const START = '2025-10-06T14:30:00.000Z';

const schemaOf = (command) => require(`../schemas/${command}.schema.json`);

const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
const validators = new Map(COMMANDS.map((command) => [command, ajv.compile(schemaOf(command))]));

function assertValid(command, value) {
  const validate = validators.get(command);
  validate(value);
  assert.deepEqual(validate.errors ?? [], []);
}

function commandLine(t) {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const json = async (...args) => JSON.parse((await cli.run([...args, '--json'])).stdout);
  return { workspace, json };
}

/** Logs in which as many classes as possible are found. */
function writeLogs(workspace) {
  const from = new LoggedProcess({ service: 'scheduler' }, START);
  const to = new LoggedProcess({ service: 'worker', host: 'web-2', pid: 812, proc: '77aa0102' }, START);
  workspace.write(
    'a.log',
    from.generate(0, RUN_ID) +
      from.record(10, 'created', 'client', RUN_ID) +
      from.line(20, 'send', { runId: `${BASE}-ann-carver`, carrier: 'env', peer: 'worker' }) +
      from.line(30, 'reject', {
        code: 'ERR_RUN_ID_TYPE',
        received: 'promise',
        source: 'req.body.runId',
        message: 'x',
      }),
  );
  workspace.write(
    'b.log',
    to.resolve(123, `${BASE}-ann-carver`) +
      to.record(130, 'missing', 'client', `${BASE}-ann-carver`) +
      to.record(140, 'missing', 'client', BASE) +
      to.record(150, 'missing', 'client', '251007-143000-Ann-Carver') +
      to.record(160, 'missing', 'job', '260101-000000') +
      to.resolve(90_000_000, '251007-153000'),
  );
  workspace.write('plain.log', `job ${BASE}-Ann not found\n[run-id] {"torn\nhello ${RUN_ID}\n`);
  workspace.write('empty.log', '');
  return ['a.log', 'b.log', 'plain.log', 'empty.log'];
}

test('check --json: findings, groups, and all about them', async (t) => {
  const { workspace, json } = commandLine(t);
  const verdict = await json('check', ...writeLogs(workspace), 'nowhere.log');
  assertValid('check', verdict);
  assert.ok(verdict.findings.length >= 3 && verdict.groups.length >= 3 && verdict.problems.length === 1);
  assert.ok(
    verdict.findings.some(({ changedBy, consequences }) => changedBy.length + consequences.length > 0),
  );
  assert.equal(verdict.findings.length, verdict.findingCount);
  assert.equal(verdict.groups.length, verdict.groupCount);
});

test('check --json when all is well, and when nothing is there', async (t) => {
  const { workspace, json } = commandLine(t);
  workspace.write('a.log', new LoggedProcess({ service: 'scheduler' }, START).generate(0, RUN_ID));
  workspace.write('empty.log', '');
  assertValid('check', await json('check', 'a.log'));
  assertValid('check', await json('check', 'empty.log'));
});

test('check --follow --json: each line', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const follow = async (pieces, ...args) => {
    const child = cli.start(['check', '--follow', '--json', ...args, '-']);
    const ended = once(child, 'close');
    const follower = new Follower(child);
    for (const piece of pieces) {
      const { length } = follower.lines;
      child.stdin.write([...piece].map(({ text }) => `${text}\n`).join(''));
      // What is reported of this piece may change with the next one.
      if (piece !== pieces.at(-1)) await follower.until(({ lines }) => lines.length > length);
    }
    child.stdin.end();
    await ended;
    for (const line of follower.news) assertValid('check-follow', line);
    return new Set(follower.news.map(({ told }) => told));
  };
  // Long enough for a group to grow tenfold, and for runs to be forgotten.
  const day = new DayLogs({ faultEvery: 2 });
  const pieces = Array.from({ length: 20 }, () => [...day.lines(2 * MINUTE)]);
  const told = await follow(pieces, '--keep', '10m', '--settle', '1s');
  assert.deepEqual([...told].sort(), ['changed', 'finding', 'group', 'verdict', 'withdrawn']);
  const clean = new DayLogs({ faultEvery: 1e9 });
  assert.deepEqual([...(await follow([[...clean.lines(MINUTE)]]))], ['verdict']);
});

test('scan --json', async (t) => {
  const { workspace, json } = commandLine(t);
  const inventory = await json('scan', ...writeLogs(workspace));
  assertValid('scan', inventory);
  assert.ok(inventory.runs.length > 3);
});

test('inspect --json', async (t) => {
  const { json } = commandLine(t);
  for (const id of [BASE, RUN_ID, '251306-143000', '']) assertValid('inspect', await json('inspect', id));
});

test('inspect - --json: each line', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const { stdout } = await cli.run(['inspect', '-', '--json'], { input: `${BASE}\nnone\n` });
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, 2);
  for (const line of lines) assertValid('inspect', JSON.parse(line));
});

test('flow --json', async (t) => {
  const { workspace, json } = commandLine(t);
  const life = await json('flow', RUN_ID, ...writeLogs(workspace), 'nowhere.log');
  assertValid('flow', life);
  for (const list of ['events', 'handOvers', 'findings', 'marks', 'problems'])
    assert.ok(life[list].length > 0, list);
  assertValid('flow', await json('flow', '260101-000001', 'a.log'));
});

test('the classes of the schema are those of the addon, and each kind of change is one', () => {
  const { class: known, kind } = schemaOf('check').$defs;
  const names = findingClasses().map(({ name }) => name);
  assert.deepEqual([...known.enum].sort(), [...new Set(names)].sort());
  for (const name of kind.enum) assert.ok(names.includes(name), name);
});

/** What is no verdict: each is a valid one with one thing wrong. */
const WRONG = {
  'another version': (verdict) => ({ ...verdict, version: 2 }),
  'a field that is not known': (verdict) => ({ ...verdict, more: 1 }),
  'no groups': ({ groups, ...verdict }) => verdict,
  'a time without milliseconds': (verdict) => ({
    ...verdict,
    findings: [findingOf({ firstTime: '2025-10-06T14:30:00Z' })],
  }),
  'a finding without evidence': (verdict) => ({ ...verdict, findings: [findingOf({ evidence: undefined })] }),
  'too many candidates': (verdict) => ({
    ...verdict,
    findings: [findingOf({ candidates: new Array(6).fill(BASE) })],
  }),
  'a short histogram': (verdict) => ({
    ...verdict,
    groups: [{ ...groupOf(findingOf()), known: false, histogram: [] }],
  }),
};

const VALID = {
  version: 1,
  consistent: false,
  runs: 1,
  consistentRuns: 0,
  skipped: 0,
  passedOver: 0,
  unread: 0,
  services: [],
  notes: [],
  findingCount: 1,
  groupCount: 1,
  leftOut: 0,
  counts: { 'case-changed': 1 },
  severities: { high: 1, medium: 0, low: 0 },
  observedCount: 1,
  observed: [
    {
      service: 'api',
      place: 'webhook',
      others: false,
      state: 'refused',
      seen: 3,
      same: 2,
      wouldGenerate: 0,
      refused: [{ outcome: 'would-throw', code: 'ERR_RUN_ID_FORMAT', count: 1, received: 'job_1' }],
      firstTime: START,
      lastTime: null,
      confidence: 'certain',
    },
  ],
  problems: [],
  findings: [findingOf()],
  groups: [{ ...groupOf(findingOf()), known: false }],
};

test('the schema of check takes the verdicts that other tests are made with', () =>
  assertValid('check', VALID));

for (const [name, spoil] of Object.entries(WRONG)) {
  test(`the schema of check refuses ${name}`, () => {
    const value = JSON.parse(JSON.stringify(spoil(VALID)));
    assert.equal(validators.get('check')(value), false);
  });
}
