'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { Redaction } = require('../lib/cli/redaction.js');
const fs = require('node:fs');
const { differenceOf } = require('../lib/cli/difference.js');
const { CommandLine } = require('../tools/command-line.js');
const { LoggedProcess } = require('./support/event-lines.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';
const KEY = 'a key of our own';

function redactionOf(...clients) {
  const redaction = new Redaction(KEY);
  for (const client of clients) redaction.learn(client);
  return redaction;
}

test('a client has one pseudonym, and two clients have two', () => {
  const redaction = redactionOf();
  const [one, again, other] = redaction.redact([
    `${BASE}-Ann-Carver`,
    `x ${BASE}-Ann-Carver y`,
    `${BASE}-Acme-Corp`,
  ]);
  assert.match(one, /^251006-143000-Client-[A-Z][a-z]{7}$/);
  assert.equal(again, `x ${one} y`);
  assert.notEqual(other, one);
  assert.deepEqual(redaction.redact({ clients: ['Ann-Carver'], clientId: 'Ann-Carver' }), {
    clients: [one.slice(14)],
    clientId: one.slice(14),
  });
});

test('with one key pseudonyms are the same each time, with another one or none they are not', () => {
  const of = (...key) => new Redaction(...key).redact(`${BASE}-Ann-Carver`);
  assert.equal(of(KEY), of(KEY));
  assert.notEqual(of(KEY), of('another'));
  assert.notEqual(of(), of());
});

/** What was changed, and how it is to be seen in the pseudonyms `P` and, of Acme-Corp, `Q`. */
const CHANGES = [
  ['case-changed', 'ann-carver', (P) => P.toLowerCase()],
  ['case-changed', 'ANN-CARVER', (P) => P.toUpperCase()],
  ['separator-changed', 'Ann_Carver', (P) => P.replace('-', '_')],
  ['separator-changed', 'AnnCarver', (P) => P.replace('-', '')],
  ['suffix-cut', 'Ann', (P) => P.slice(0, -3)],
  ['suffix-twice', 'Ann-Carver-Ann-Carver', (P) => `${P}-${P}`],
  ['suffix-added', 'Acme-Corp-Ann-Carver', (P, Q) => `${Q}-${P}`],
  ['suffix-of-another-client', 'Acme-Corp', (_, Q) => Q],
  ['placeholder-client', 'undefined', () => 'undefined'],
];

for (const [kind, wrong, expected] of CHANGES) {
  test(`pseudonyms show the change: ${kind} of ${wrong}`, () => {
    const redaction = redactionOf('Ann-Carver', 'Acme-Corp');
    const finding = {
      runId: `${BASE}-${wrong}`,
      expected: `${BASE}-Ann-Carver`,
      change: { kind, start: 14, end: 14, minutes: null },
    };
    const redacted = redaction.redact(finding);
    const [P, Q] = ['Ann-Carver', 'Acme-Corp'].map((client) =>
      redaction.redact(`${BASE}-${client}`).slice(14),
    );
    assert.equal(redacted.expected, `${BASE}-${P}`);
    assert.equal(redacted.runId, `${BASE}-${expected(P, Q)}`);
    // What is said to differ does.
    const { start, end } = redacted.change;
    const { marks } = differenceOf(redacted.runId, redacted.expected, redacted.change);
    assert.ok(marks.length > 0 && start <= end && end <= redacted.runId.length);
    assert.ok(redacted.expected.startsWith(redacted.runId.slice(0, start)));
    assert.ok(redacted.expected.endsWith(redacted.runId.slice(end)));
  });
}

test('a shift of the time is told as it was', () => {
  const change = { kind: 'time-zone-shift', start: 8, end: 9, minutes: 120 };
  const finding = { runId: '251006-163000-Ann-Carver', expected: `${BASE}-Ann-Carver`, change };
  assert.deepEqual(redactionOf('Ann-Carver').redact(finding).change, change);
});

/** Spellings under which a name is a client's all the same. */
const SPELLINGS = [
  ['"clientId":"Ann-Carver"', []],
  ['\\"expectClientId\\":\\"Ann-Carver\\"', []],
  ['client_id=Ann-Carver', []],
  ['clientId: Ann-Carver', []],
  ['no job for Ann-Carver', ['Ann-Carver']],
  ['/clients/Ann-Carver/report', ['Ann-Carver']],
  ['?client=Ann%2DCarver&x', ['Ann-Carver']],
  ['the client Ann Carver', ['Ann-Carver']],
  ['ann.carver@example.org', ['Ann-Carver']],
  ['job-ANN_CARVER-1', ['Ann-Carver']],
  ['251006_143000_Ann_Carver', ['Ann-Carver']],
  ['251006-143000-Ann.Carver', ['Ann-Carver']],
  ['queue:anncarver', ['Ann-Carver']],
];

for (const [text, known] of SPELLINGS) {
  test(`the client is found in ${text}`, () => {
    const redacted = redactionOf(...known).redact({ text }).text;
    assert.doesNotMatch(redacted, /ann|carver/i);
    assert.match(redacted, /Client/i);
  });
}

test('of two names that begin alike the longer one is meant', () => {
  const redaction = redactionOf('Ann', 'Ann-Carver');
  const [whole, alone] = redaction.redact([`${BASE}-Ann-Carver`, `${BASE}-Ann`]).map((id) => id.slice(14));
  assert.equal(redaction.redact('for Ann-Carver and Ann'), `for ${whole} and ${alone}`);
});

test('spellings that would get one pseudonym get two', () => {
  const clients = ['ann-Carver', 'aNn-Carver', 'Ann-carver', 'Ann-Carver', 'Ann--Carver'];
  assert.equal(new Set(redactionOf().redact({ clients }).clients).size, clients.length);
});

test('what is not a name stays: places in files and code, words of ours, other words', () => {
  const redaction = redactionOf('Ann-Carver', 'created');
  const finding = {
    at: 'src/Ann-Carver.js:1:1',
    file: 'logs/Ann-Carver.log',
    class: 'created-twice',
    action: 'created',
    time: '2025-10-06T14:30:00.000Z',
    text: 'Joanne Carverdale Ann, Carver',
    line: 7,
    route: null,
  };
  assert.deepEqual(redaction.redact(finding), finding);
});

test('a client ID that came alone is known by what the error says of it', () => {
  const message =
    'STRICT RUN ID ERROR: Non-standard run ID format encountered: "Zoe-Quinn" It looks like a client ID alone';
  const redacted = redactionOf().redact({ runId: 'Zoe-Quinn', change: null, message });
  assert.doesNotMatch(JSON.stringify(redacted), /zoe|quinn/i);
});

test('a line that was cut within a name shows nothing of it', () => {
  const redaction = redactionOf('Ann-Carver');
  for (const end of ['Ann-Car', 'Ann Car', 'Ann%2DCar', 'Ann%2', 'Ann', 'Ann-Car\u2026', 'Ann-Car...']) {
    const { text } = redaction.redact({ text: `${'x'.repeat(490)}: ${end}` });
    assert.doesNotMatch(text, /ann/i, end);
  }
});

test('no known client ID survives in any text, in whatever spelling, and no pseudonym stands for two', () => {
  const client = fc
    .stringMatching(/^[a-zA-Z0-9]{2,5}([-_][a-zA-Z0-9]{1,5}){0,2}$/)
    .filter((id) => !/^(undefined|null|nan)$/i.test(id));
  const spelling = fc.constantFrom(
    (id) => id,
    (id) => id.toLowerCase(),
    (id) => id.toUpperCase(),
    (id) => id.replace(/[-_]/g, ''),
    (id) => id.replace(/[-_]/g, ' '),
    (id) => `${BASE}-${id}`,
    (id) => `${BASE}-${id}-${id}`,
    (id) => `"clientId":"${id}"`,
  );
  const words = fc.constantFrom('', ' ', ': ', '"', ' not found ', '/', '\\"', ' = ');
  const pieces = fc.array(fc.tuple(words, fc.nat(4), spelling), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.uniqueArray(client, { minLength: 5, maxLength: 5 }), pieces, (clients, spoken) => {
      const long = clients.filter((id) => id.replace(/[-_]/g, '').length >= 3);
      const redaction = redactionOf(...long);
      const text = spoken.map(([before, at, spell]) => `${before};${spell(clients[at])};`).join('');
      const redacted = redaction.redact({ text, clients });
      for (const id of long) {
        const bare = new RegExp(`(?<![a-z0-9])${id.split(/[-_]/).join('[-_ ]?')}(?![a-z0-9])`, 'i');
        // A pseudonym may hold a short name by chance; as a word of its own it must not.
        if (!/^(client|not|found|id)/i.test(id)) assert.doesNotMatch(redacted.text, bare, text);
      }
      assert.equal(new Set(redacted.clients).size, clients.length);
    }),
    { numRuns: 500 },
  );
});

const START = '2025-10-06T14:30:00.000Z';

/** Of clients that are in one log; each changed in another way. */
const CLIENTS = ['Ann-Carver', 'Acme-Corp', 'Duran-Duran', 'Zoe_Quinn', 'Bo-Carver'];

/** Everything that names them in logs that people write. */
function writeLogs(workspace) {
  const from = new LoggedProcess({ service: 'scheduler' }, START);
  const to = new LoggedProcess({ service: 'worker', host: 'web-2', pid: 812, proc: '77aa0102' }, START);
  const [ann, acme, duran, zoe, bo] = CLIENTS.map((client) => `${BASE}-${client}`);
  const missing = (ms, runId, more = {}) =>
    to.line(ms, 'record', { action: 'missing', table: 'client', runId, clientId: null, near: [], ...more });
  workspace.write(
    'a.log',
    from.generate(0, BASE) +
      [ann, acme, duran, zoe, bo].map((id, at) => from.record(10 + at, 'created', 'client', id)).join('') +
      from.line(50, 'pass', { runId: ann.toLowerCase() }) +
      from.line(60, 'reject', {
        code: 'ERR_RUN_ID_FORMAT',
        received: 'Zoe_Quinn',
        source: 'body',
        message: 'It looks like a client ID alone',
      }) +
      from.line(70, 'reject', {
        code: 'ERR_RUN_ID_CLIENT_MISMATCH',
        received: acme,
        expectClientId: 'Bo-Carver',
        message: 'Run ID belongs to another client',
        source: 'query',
      }),
  );
  workspace.write(
    'b.log',
    `${
      to.resolve(90, ann.toLowerCase()) +
      missing(100, ann.toLowerCase(), { near: [{ runId: ann, reason: 'case-changed' }] }) +
      missing(110, acme.slice(0, -5), { clientId: 'Acme-Corp' }) +
      missing(120, `${duran}-Duran-Duran`) +
      missing(130, zoe.replace('_', '')) +
      missing(140, `${acme}-Ann-Carver`)
    }2025-10-06T14:30:05Z job ${bo.replace('Carver', 'CARVER')} not found for Bo Carver at /clients/Bo-Carver?c=bo%2Dcarver\n` +
      `${JSON.stringify({ level: 50, hostname: 'h', pid: 1, runId: zoe, clientId: 'Zoe_Quinn', msg: 'Zoe Quinn waits' })}\n`,
  );
  return ['a.log', 'b.log'];
}

const FORMATS = [
  ['--all'],
  [],
  ['--summary'],
  ['--json'],
  ['--format=junit'],
  ['--format=github'],
  ['--html=page.html', '--summary'],
];

for (const format of FORMATS) {
  test(`check --redact ${format.join(' ')}: no client of the logs is in what comes out`, async (t) => {
    const workspace = new Workspace(t);
    const cli = new CommandLine(t, workspace.folder);
    const files = writeLogs(workspace);
    const plain = await cli.run(['check', ...files, ...format]);
    // With a key of chance a pseudonym may have a name in it by chance.
    const env = { RUN_ID_REDACT_KEY: 'a key' };
    const redacted = await cli.run(['check', '--redact', ...files, ...format], { env });
    assert.equal(redacted.code, 1, redacted.stderr);
    const page = format[0]?.startsWith('--html') ? fs.readFileSync(workspace.path('page.html'), 'utf8') : '';
    // The script and the style of the page are ours.
    const data = page.replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '');
    const shown = redacted.stdout + redacted.stderr + data;
    const names = /ann[^a-z]?carver|acme|duran|zoe|quinn|bo[^a-z]{0,3}carver|\bann\b/gi;
    if (format[0] !== '--summary')
      assert.ok(names.test(plain.stdout + data) || page !== '', 'there is something to redact');
    assert.deepEqual(shown.match(names) ?? [], []);
    if (format[0] !== '--summary' && page === '') assert.match(shown, /-Client-[A-Z][a-z]{7}/);
    // The verdict is the same.
    assert.equal(redacted.stdout.split('\n').length >= plain.stdout.split('\n').length - 5, true);
  });
}

test('check --redact has the same pseudonyms each time where a key is given', async (t) => {
  const workspace = new Workspace(t);
  const cli = new CommandLine(t, workspace.folder);
  const files = writeLogs(workspace);
  const once = async (env) => (await cli.run(['check', '--redact', '--json', ...files], { env })).stdout;
  const key = { RUN_ID_REDACT_KEY: 'a secret' };
  assert.equal(await once(key), await once(key));
  assert.notEqual(await once(key), await once({ RUN_ID_REDACT_KEY: 'another' }));
  assert.notEqual(await once({}), await once({}));
});
