'use strict';

const { test, afterEach } = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');
const os = require('node:os');
const { inspect } = require('node:util');
const fc = require('fast-check');
const api = require('../index.js');
const { HOSTILE_VALUES, OBJECTS, PRIMITIVES, STRINGS } = require('./support/hostile-values.js');
const { startAtNoon } = require('./support/issued.js');
const { rejectionOf } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const { configure, createClientRunId, generateTimestampRunId, normalizeRunId, resolveRunId } = api;

const IS_LINUX = process.platform === 'linux';

/** Opens files until no more can be had, then asks for a run ID. */
const STARVED = `
  const fs = require('node:fs');
  const api = require('./index.js');
  api.configure({ logger: null });
  const opened = [];
  try {
    for (;;) opened.push(fs.openSync('/dev/null'));
  } catch {}
  let refused;
  try {
    api.generateTimestampRunId();
  } catch ({ code, message }) {
    refused = { code, message };
  }
  opened.forEach((file) => fs.closeSync(file));
  console.log(JSON.stringify([refused]));
`;

const BASE = '250712-100505';
const OTHER_BASE = '250712-100506';
const RUN_ID = `${BASE}-Ann-Carver`;
const FOREIGN = `${BASE}-Bob`;

const DEFAULTS = { logger: null, now: null, maxLeadSeconds: 3600 };

configure(DEFAULTS);
afterEach(() => configure(DEFAULTS));

function exhaust() {
  startAtNoon();
  configure({ maxLeadSeconds: 0 });
  generateTimestampRunId();
  generateTimestampRunId();
}

function breakClock(now) {
  configure({ now: () => now });
  generateTimestampRunId('Ann-Carver');
}

/** One way to get each error; `words` are those of SPEC §5, the rest of the message is source and hint. */
const TABLE = [
  {
    code: 'TYPE',
    status: 400,
    call: () => normalizeRunId({}),
    words: 'STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string',
    received: 'object',
    hint: /object/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => resolveRunId({ specificRunId: 7 }),
    words: 'STRICT RUN ID ERROR: Number passed to resolveRunId instead of string',
    source: 'req.specificRunId',
    received: 'number',
    hint: /number/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => api.resolveRunIdWithSource({ query: { runId: [BASE, BASE] } }),
    words: 'STRICT RUN ID ERROR: Object passed to resolveRunIdWithSource instead of string',
    source: 'req.query.runId',
    received: 'array',
    hint: /more than once/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => resolveRunId({ body: { runId: { id: BASE } } }),
    words: 'STRICT RUN ID ERROR: Object passed to resolveRunId instead of string',
    source: 'req.body.runId',
    received: 'object',
    hint: /object/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => resolveRunId({}, Promise.resolve(BASE)),
    words: 'STRICT RUN ID ERROR: Object passed to resolveRunId instead of string',
    source: 'parentRunId',
    received: 'promise',
    hint: /await/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => resolveRunId(undefined),
    words: 'STRICT RUN ID ERROR: Undefined passed to resolveRunId instead of request',
    received: 'undefined',
    hint: /\{\}/,
  },
  {
    code: 'TYPE',
    status: 400,
    call: () => resolveRunId(BASE),
    words: 'STRICT RUN ID ERROR: String passed to resolveRunId instead of request',
    received: 'string',
    hint: /\{\}/,
  },
  {
    code: 'FORMAT',
    status: 400,
    call: () => normalizeRunId('foo-bar!'),
    words: 'STRICT RUN ID ERROR: Non-standard run ID format encountered: "foo-bar!"',
    received: 'foo-bar!',
    hint: /YYMMDD-hhmmss/,
  },
  {
    code: 'FORMAT',
    status: 400,
    call: () => resolveRunId({ query: { runId: '' } }),
    words: 'STRICT RUN ID ERROR: Non-standard run ID format encountered: ""',
    source: 'req.query.runId',
    received: '',
    hint: /empty string/,
  },
  {
    code: 'MISSING',
    status: 400,
    call: () => resolveRunId({ query: {} }, { generate: false }),
    words: 'STRICT RUN ID ERROR: No run ID found',
    hint: /req\.specificRunId.*req\.query\.runId.*req\.body\.runId.*parentRunId/,
  },
  {
    code: 'CLIENT',
    status: 500,
    call: () => generateTimestampRunId('Ann Carver'),
    words: 'STRICT RUN ID ERROR: Invalid client ID: "Ann Carver"',
    source: 'clientId',
    received: 'Ann Carver',
    hint: /character 4/i,
  },
  {
    code: 'CLIENT',
    status: 500,
    call: () => createClientRunId(BASE, null),
    words: 'STRICT RUN ID ERROR: Invalid client ID: "null"',
    received: 'null',
    hint: /undefined/,
  },
  {
    code: 'CLIENT',
    status: 500,
    call: () => resolveRunId({ specificRunId: RUN_ID }, { expectClientId: undefined }),
    words: 'STRICT RUN ID ERROR: Invalid client ID: "undefined"',
    source: 'expectClientId',
    received: 'undefined',
    hint: /client ID/,
  },
  {
    code: 'SUFFIX',
    status: 500,
    call: () => createClientRunId(RUN_ID, 'Ann-Carver'),
    words: `STRICT RUN ID ERROR: Run ID already carries a client ID: "${RUN_ID}"`,
    received: RUN_ID,
    hint: /is already this client's run ID: keep it/,
  },
  {
    code: 'SUFFIX',
    status: 500,
    call: () => createClientRunId(FOREIGN, 'Ann-Carver'),
    words: `STRICT RUN ID ERROR: Run ID already carries a client ID: "${FOREIGN}"`,
    received: FOREIGN,
    hint: /another client's run/,
  },
  {
    code: 'CLIENT_MISMATCH',
    status: 403,
    call: () => resolveRunId({ body: { runId: FOREIGN } }, { expectClientId: 'Ann-Carver' }),
    words: 'STRICT RUN ID ERROR: Run ID belongs to another client',
    source: 'req.body.runId',
    received: FOREIGN,
    hint: /does not grant access/,
  },
  {
    code: 'CONFLICT',
    status: 409,
    call: () =>
      resolveRunId({ specificRunId: RUN_ID, query: { runId: OTHER_BASE } }, { onConflict: 'throw' }),
    words: 'STRICT RUN ID ERROR: Sources disagree',
    source: 'req.query.runId',
    received: OTHER_BASE,
    hint: /req\.specificRunId/,
  },
  {
    code: 'EXHAUSTED',
    status: 503,
    call: exhaust,
    words: 'RUN ID ERROR: ',
    hint: /retryAfterMs/,
    retryAfterMs: 1000,
  },
  {
    code: 'CLOCK',
    status: 503,
    call: () => breakClock(Number.NaN),
    words: 'RUN ID ERROR: ',
    hint: /milliseconds/,
  },
  {
    code: 'CLOCK',
    status: 503,
    call: () => breakClock(Date.UTC(2100, 0, 1)),
    words: 'RUN ID ERROR: ',
    hint: /clock/,
  },
  {
    code: 'SEQUENCE',
    status: 500,
    call: () => configure({ sequenceFile: os.tmpdir() }),
    words: 'RUN ID ERROR: ',
    hint: /path/,
    path: os.tmpdir(),
  },
];

for (const { code, status, call, words, source, hint, ...facts } of TABLE) {
  test(`${code}${source === undefined ? '' : ` of ${source}`} is told as "${words}"`, () => {
    const error = rejectionOf(call);
    assert.equal(error.code, `ERR_RUN_ID_${code}`);
    assert.equal(error.statusCode, status);
    assert.equal(error.source, source);
    for (const fact of ['received', 'path', 'retryAfterMs']) assert.equal(error[fact], facts[fact], fact);
    assert.match(error.hint, hint);
    assert.ok(error.message.startsWith(words), error.message);
    const place = source === undefined ? '' : ` (${source})`;
    if (!words.endsWith(': ')) assert.equal(error.message, `${words}${place}. ${error.hint}`);
    assert.ok(error.message.endsWith(`${place}. ${error.hint}`), error.message);
    assertPresentable(error);
  });
}

test('DEPRECATED is told as documented, word for word, and needs no hint', () => {
  const error = rejectionOf(() => api.generateRunId('Ann-Carver'));
  assert.deepEqual(
    { message: error.message, ...error },
    {
      message: 'DEPRECATED: generateRunId() has been removed. Use generateTimestampRunId() directly instead.',
      code: 'ERR_RUN_ID_DEPRECATED',
      statusCode: 500,
    },
  );
});

test('the first word of TYPE is typeof, capitalised', () => {
  for (const [title, value] of [...PRIMITIVES, ...OBJECTS]) {
    const word = typeof value;
    const expected = `STRICT RUN ID ERROR: ${word[0].toUpperCase()}${word.slice(1)} passed to normalizeRunId instead of string`;
    assert.ok(rejectionOf(() => normalizeRunId(value)).message.startsWith(expected), title);
  }
});

test('what is not a string is received as a kind word and never read', () => {
  const kinds = [
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'boolean'],
    [Number.NaN, 'number'],
    [7, 'number'],
    [7n, 'bigint'],
    [Symbol('x'), 'symbol'],
    [() => BASE, 'function'],
    [class {}, 'function'],
    [[], 'array'],
    [[BASE], 'array'],
    [Promise.resolve(BASE), 'promise'],
    [{ runId: BASE }, 'object'],
    [Object.create(null), 'object'],
    [new String(BASE), 'object'],
    [new Date(), 'object'],
    [Buffer.from(BASE), 'object'],
  ];
  for (const [value, kind] of kinds) {
    assert.equal(rejectionOf(() => normalizeRunId(value)).received, kind);
    if (value !== undefined) assert.equal(rejectionOf(() => generateTimestampRunId(value)).received, kind);
  }
});

/** Texts that SPEC §5 knows, each with what its hint must speak of. */
const HINTS = {
  null: [[null, /null/]],
  array: [
    [[], /sent more than once/],
    [[BASE], /sent more than once/],
  ],
  promise: [[Promise.resolve(BASE), /await/]],
  'empty string': [['', /empty string/i]],
  'the text undefined': [['undefined', /turned into text/]],
  'the text null': [['null', /turned into text/]],
  'the text [object Object]': [['[object Object]', /object was turned into text/i]],
  'surrounding white space': [
    [` ${BASE}`, /white space/i],
    [`${BASE} `, /white space/i],
    [`\t${RUN_ID}`, /white space/i],
  ],
  'a line end': [
    [`${BASE}\n`, /line end/],
    [`${RUN_ID}\r\n`, /line end/],
  ],
  'impossible month': [
    ['250012-100505', /month 00/],
    ['251312-100505-Ann', /month 13/],
  ],
  'impossible day': [
    ['250700-100505', /day 00/],
    ['250229-100505', /day 29/],
    ['250431-100505-Ann', /day 31/],
  ],
  'impossible hour': [['250712-240505', /hour 24/]],
  'impossible minute': [['250712-106005', /minute 60/]],
  'impossible second': [['250712-100560', /second 60/]],
  'other texts for a missing value': [
    ['none', /missing value was turned into text/],
    ['nil', /missing value/],
    ['None', /missing value/],
  ],
  'a boolean as text': [
    ['true', /boolean was turned into text/],
    ['false', /boolean was turned into text/],
  ],
  'a Date': [[new Date(Date.UTC(2025, 9, 6)), /is a Date: something on the way parsed the run ID as a date/]],
  'quotation marks around it': [
    [JSON.stringify(BASE), /Quotation marks/],
    [`'${RUN_ID}'`, /Quotation marks/],
    [JSON.stringify(JSON.stringify(BASE)), /Quotation marks/],
  ],
  'what was encoded twice': [
    [`${BASE}`.replace('-', '%2D'), /percent-encoded/],
    [encodeURIComponent(encodeURIComponent(`${BASE}-Jos\u00e9`)), /percent-encoded/],
  ],
  'a template that was not filled in': [
    ['{{runId}}', /template was not filled in/],
    ['${runId}', /template/],
    ['%RUN_ID%', /template/],
    ['$RUN_ID', /template/],
    ['$(RUN_ID)', /template/],
    [':runId', /template/],
    [`${BASE}-{{clientId}}`, /template/],
  ],
  'a lost hyphen': [
    [BASE.replace('-', ''), /hyphen is missing or was replaced/],
    [BASE.replace('-', '_'), /hyphen/],
    [BASE.replace('-', '\u2013'), /hyphen/],
    [RUN_ID.replace('-', ' '), /hyphen/],
    [`${BASE}_Ann-Carver`, /hyphen/],
  ],
  'several in one': [[`${BASE}, ${BASE}`, /sent more than once/]],
  'a token': [
    [`Bearer ${'x'.repeat(20)}`, /token or a key/],
    ['eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', /token or a key/],
  ],
  'a time of 14 or 17 digits': [
    ['20251006143000', /14 or 17 digits/],
    ['20251010020157123', /14 or 17 digits/],
  ],
  'an ID made from the clock': [
    ['post_batch_1759761000000', /time in milliseconds/],
    ['client-fallback-Ann-1759761000000', /time in milliseconds/],
  ],
  'a longer text around it': [
    [`Ann-Carver-${BASE}`, /part of a longer text/],
    [`run:${RUN_ID}`, /part of a longer text/],
  ],
  'an Apify run ID': [['HG7ML7M8z78YcAPEB', /Apify/]],
  'a job ID': [
    ['job_1a2b_stream1_20251006143000', /job ID/],
    ['job_1a2b_bypass_1759761000000', /job ID/],
  ],
  'an SR ID': [['SR-251006-001-T1234-S1', /SR-/]],
  'a UUID': [
    ['0190163d-8694-739b-aea5-966c26f8ad91', /UUID/],
    ['0190163D-8694-739B-AEA5-966C26F8AD91', /UUID/],
  ],
  'a four-digit year': [
    ['20250712-100505', /four-digit year/],
    ['20250712-100505-Ann-Carver', /four-digit year/],
  ],
  'a lone client ID': [
    ['Ann-Carver', /client ID/],
    ['Acme-Corp', /client ID/],
  ],
  'a nested run ID': [
    [`${BASE}-${BASE}`, /run ID inside a run ID/],
    [`${BASE}-${RUN_ID}`, /run ID inside a run ID/],
  ],
  'an ending .0': [
    [`${BASE}.0`, /\.0/],
    ['250712100505.0', /\.0/],
  ],
  sentinels: [
    ['UNKNOWN', /placeholder/],
    ['SYSTEM', /placeholder/],
    ['INITIALIZING', /placeholder/],
  ],
  'a promise as text': [['[object Promise]-Ann-Carver', /await/]],
  'a session ID': [
    ['20250712-100505', /session ID/],
    ['20250712-100505-001', /session ID/],
  ],
  'base:client': [[`${BASE}:Ann-Carver`, /colon/]],
  'a smart_resume_ name': [
    ['smart_resume_250712', /smart_resume_/],
    [`SMART_RESUME_${BASE}`, /smart_resume_/],
  ],
  'a client ID with a character that is not allowed': [
    [`${BASE}-Ann.Carver`, /character 4, \. \(U\+002E\)/],
    [`${BASE}-Ann Carver`, /character 4, U\+0020/],
    [`${BASE}-\u00c5sa`, /character 1, U\+00C5/],
    [`${BASE}-Ann\u{1f600}x`, /character 4, U\+1F600/],
    [`${BASE}-Ann\ud800x`, /character 4, U\+D800/],
    [`${BASE}-Ann_`, /character 4/],
    [`${BASE}--Ann`, /character 1/],
    [`${BASE}-`, /nothing follows/],
    [`${BASE}-${'x'.repeat(65)}`, /64/],
  ],
};

for (const [title, cases] of Object.entries(HINTS)) {
  test(`the hint knows ${title}`, () => {
    for (const [value, words] of cases) {
      assert.match(rejectionOf(() => normalizeRunId(value)).hint, words);
      if (value === null) continue; // as a source it is absent
      assert.match(rejectionOf(() => resolveRunId({ specificRunId: value }, BASE)).hint, words);
    }
  });
}

test('of what begins like a credential at most 12 characters are shown', () => {
  for (const [text, shown] of [
    [`Bearer ${'x'.repeat(40)}`, 'Bearer xxxxx'],
    ['eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', 'eyJhbGciOiJI'],
    ['sk_live_0123456789', 'sk_live_0123'],
    ['ghp_0123456789abcdef', 'ghp_01234567'],
  ]) {
    const errors = [() => normalizeRunId(text), () => createClientRunId(BASE, `${text}!`)].map(rejectionOf);
    for (const { received, message } of errors) {
      assert.equal(received, shown);
      assert.ok(message.includes(`"${shown}"`) && !message.includes(text.slice(0, 13)), message);
    }
  }
});

test('no hint about a client leads to the run of another', () => {
  for (const call of [
    () => createClientRunId(FOREIGN, 'Ann-Carver'),
    () => createClientRunId(RUN_ID, 'Ann-Carver'),
    () => resolveRunId({ specificRunId: FOREIGN }, { expectClientId: 'Ann-Carver' }),
  ]) {
    assert.doesNotMatch(rejectionOf(call).hint, /getBaseRunId|createClientRunId/);
  }
});

test('a sequence file that cannot be opened for want of descriptors says so', { skip: !IS_LINUX }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-'));
  try {
    const [error] = JSON.parse(
      execFileSync('sh', ['-c', 'ulimit -n 64; exec "$0" -e "$1"', process.execPath, STARVED], {
        cwd: path.join(__dirname, '..'),
        encoding: 'utf8',
        env: { ...process.env, RUN_ID_SEQUENCE_FILE: path.join(folder, 'sequence') },
      }),
    );
    assert.equal(error.code, 'ERR_RUN_ID_SEQUENCE');
    assert.match(error.message, /too many open files \(os error 24\)\. .*ulimit -n/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('every white space of JavaScript is known around a run ID', () => {
  const unknown = [];
  for (let unit = 0; unit < 0x10000; unit++) {
    const space = String.fromCharCode(unit);
    if (space.trim() !== '') continue;
    for (const text of [space + BASE, RUN_ID + space]) {
      const { hint } = rejectionOf(() => normalizeRunId(text));
      if (!/white space/i.test(hint)) unknown.push(`U+${unit.toString(16).padStart(4, '0')}: ${hint}`);
    }
  }
  assert.deepEqual(unknown, []);
});

test('the hint of a client ID says which character is not allowed', () => {
  for (const [clientId, words] of [
    ['Ann Carver', /character 4, U\+0020/i],
    ['Ann.Carver', /character 4, \. \(U\+002E\)/i],
    ['Ann\ud800', /character 4, U\+D800/i],
    ['-Ann', /character 1/i],
    ['Ann_', /character 4/i],
    ['x'.repeat(65), /64/],
    ['', /nothing/i],
    [BASE, /run ID/],
    [Promise.resolve('Ann'), /await/],
    ['[object Promise]', /await/],
    ['Ann-Carver\n', /line end/],
  ]) {
    assert.match(rejectionOf(() => generateTimestampRunId(clientId)).hint, words);
    assert.match(rejectionOf(() => createClientRunId(BASE, clientId)).hint, words);
  }
});

/** Each way to have a value refused. */
const WAYS = [
  (value) => normalizeRunId(value),
  (value) => api.getNormalizedRunId(value),
  (value) => api.parseRunId(value),
  (value) => api.getBaseRunId(value),
  (value) => api.getClientId(value),
  (value) => createClientRunId(value, 'Ann'),
  (value) => resolveRunId({ query: { runId: value } }, { generate: false }),
  (value) => resolveRunId({ body: { runId: value } }, { generate: false }),
  (value) => resolveRunId({}, { parentRunId: value, generate: false }),
];
const CLIENT_WAYS = [
  (value) => createClientRunId(BASE, value),
  (value) => createClientRunId(RUN_ID, value),
  (value) => resolveRunId({}, { expectClientId: value, clientId: 'Ann' }),
];

/** A message is one line of printable ASCII under 500 characters, `received` one of at most 64. */
function assertPresentable({ message, received, hint, source }) {
  assert.match(message, /^[ -~]{1,499}$/);
  for (const part of [hint, source]) {
    if (part !== undefined) assert.match(part, /^[ -~]+$/);
  }
  if (received !== undefined) assert.match(received, /^[ -~]{0,64}$/);
}

test('a short text is refused in the same words whichever way it takes', () => {
  const binding = require('../lib/binding.js');
  const { unpacked } = require('../lib/run-id-error.js');
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.constantFrom(...STRINGS.map(([, value]) => value)),
    fc.stringMatching(/^[0-9]{6}-[0-9]{6}(-[A-Za-z_-]{0,66})?$/),
  );
  let refused = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const packed = binding.refuseText(text);
      const rejection = binding.refuseRunId(text, 'normalizeRunId');
      if (rejection === null || text.length > binding.MAX_LENGTH) return assert.equal(packed, undefined);
      refused += 1;
      assert.deepEqual(unpacked(packed), rejection);
    }),
    { numRuns: 2000 },
  );
  assert.ok(refused > 500);
});

test('every message about a hostile value is one line of printable ASCII under 500 characters', () => {
  for (const [, value] of HOSTILE_VALUES) {
    for (const way of [...WAYS, ...CLIENT_WAYS]) {
      try {
        way(value);
      } catch (error) {
        assertPresentable(error);
      }
    }
  }
});

test('so is every message about a generated value', () => {
  const odd = fc.constantFrom('"', '\\', '\n', '\0', '\u202e', '\ud800', '\u0132', '\u{1f600}', '\x7f', '-');
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.string({ unit: odd, maxLength: 600 }),
    fc.string({ unit: odd, maxLength: 70 }).map((tail) => `${BASE}-${tail}`),
  );
  fc.assert(
    fc.property(fc.oneof(texts, fc.anything()), (value) => {
      for (const way of [...WAYS, ...CLIENT_WAYS]) {
        try {
          way(value);
        } catch (error) {
          assert.ok(error instanceof api.RunIdError, String(error));
          assertPresentable(error);
        }
      }
    }),
    { numRuns: 2000, seed: 5 },
  );
});

/** One UTF-16 unit as JSON would write it, with everything outside printable ASCII escaped. */
function escapedUnit(unit) {
  const json = JSON.stringify(unit).slice(1, -1);
  return /^[ -~]+$/.test(json) ? json : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Checks `received` by its rules: the longest beginning whose escapes fit into 64 characters. */
function assertReceived(text, received) {
  const shown = JSON.parse(`"${received}"`);
  assert.ok(text.startsWith(shown), received);
  assert.equal(received, shown.split('').map(escapedUnit).join(''));
  assert.ok(received.length <= 64, received);
  if (shown === text) return;
  assert.ok(received.length + escapedUnit(text[shown.length]).length > 64, received);
}

test('a received string is escaped as JSON, and as much of it is shown as fits, without cutting an escape', () => {
  for (const [, text] of STRINGS) {
    if (text.length > 4096) continue;
    const { received, message } = rejectionOf(() => normalizeRunId(text));
    assertReceived(text, received);
    assert.ok(message.includes(`"${received}"`));
  }
  const units = fc.constantFrom('"', '\\', '\n', '\t', '\0', '\x7f', '\u00e9', '\ud800', '\udc00', 'a', ' ');
  fc.assert(
    fc.property(fc.string({ unit: units, minLength: 1, maxLength: 80 }), (text) => {
      assertReceived(text, rejectionOf(() => normalizeRunId(text)).received);
      assertReceived(`!${text}`, rejectionOf(() => generateTimestampRunId(`!${text}`)).received);
    }),
    { numRuns: 1000, seed: 6 },
  );
});

test('every UTF-16 unit is escaped', () => {
  for (let start = 0; start < 0x10000; start += 8) {
    const text = `!${String.fromCharCode(...Array.from({ length: 8 }, (_, at) => start + at))}`;
    assertReceived(text, rejectionOf(() => normalizeRunId(text)).received);
  }
});

test('of more than 4,096 characters only the number is told', () => {
  assert.equal(rejectionOf(() => normalizeRunId('x'.repeat(4096))).received, 'x'.repeat(64));
  for (const length of [4097, 5000, 100_000_000]) {
    const text = 'x'.repeat(length);
    for (const way of WAYS) {
      const error = rejectionOf(() => way(text));
      assert.equal(error.code, 'ERR_RUN_ID_FORMAT');
      assert.equal(error.received, `<${length} characters>`);
      assert.ok(error.message.includes(`encountered: "<${length} characters>"`));
    }
    const error = rejectionOf(() => createClientRunId(BASE, text));
    assert.equal(error.received, `<${length} characters>`);
    assert.ok(error.message.includes(`Invalid client ID: "<${length} characters>"`));
  }
});

test('EXHAUSTED says after how many milliseconds the next ID fits', () => {
  let now = Date.UTC(2025, 9, 6, 12, 0, 0, 250);
  configure({ now: () => now, maxLeadSeconds: 5 });
  for (let count = 0; count <= 5; count++) generateTimestampRunId();
  const { retryAfterMs } = rejectionOf(() => generateTimestampRunId());
  assert.equal(retryAfterMs, 750);
  now += retryAfterMs - 1;
  rejectionOf(() => generateTimestampRunId());
  now += 1;
  assert.equal(generateTimestampRunId(), '251006-120006');
});

test('a clock that was set back beyond the lead is CLOCK and not EXHAUSTED', () => {
  let now = Date.UTC(2025, 9, 6, 12);
  configure({ now: () => now, maxLeadSeconds: 5 });
  generateTimestampRunId();
  now -= 3_600_000;
  const error = rejectionOf(() => generateTimestampRunId());
  assert.equal(error.code, 'ERR_RUN_ID_CLOCK');
  assert.match(error.message, /^RUN ID ERROR: .*back 3600 s/);
});

test('status and expose are what other frameworks ask for, and show nowhere', () => {
  // The one that Express brings.
  const { isHttpError } = createRequire(require.resolve('express'))('http-errors');
  const refusal = rejectionOf(() => normalizeRunId(''));
  const fault = rejectionOf(() => api.generateRunId());
  for (const [error, status, expose] of [
    [refusal, 400, true],
    [fault, 500, false],
  ]) {
    assert.deepEqual([error.statusCode, error.status, error.expose], [status, status, expose]);
    assert.ok(isHttpError(error));
    for (const shown of [
      Object.keys(error),
      Object.keys({ ...error }),
      Object.keys(JSON.parse(JSON.stringify(error))),
    ]) {
      assert.ok(shown.includes('statusCode') && !shown.includes('status') && !shown.includes('expose'));
    }
    const forIn = [];
    for (const key in error) forIn.push(key);
    assert.deepEqual(forIn, Object.keys(error));
    assert.doesNotMatch(inspect(error), /status:|expose/);
    assert.ok(!Object.hasOwn(structuredClone(error), 'status'));
  }
});

test('a framework may set status and expose of one error, which changes no other', () => {
  const error = rejectionOf(() => normalizeRunId(''));
  const before = [inspect(error), JSON.stringify(error)];
  error.status = 418;
  error.expose = false;
  assert.deepEqual([error.status, error.expose, error.statusCode], [418, false, 400]);
  assert.deepEqual([inspect(error), JSON.stringify(error)], before);
  assert.deepEqual(Object.getOwnPropertyDescriptor(error, 'status'), {
    value: 418,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  error.status = 422;
  assert.equal(error.status, 422);
  const other = rejectionOf(() => normalizeRunId(''));
  assert.deepEqual([other.status, other.expose], [400, true]);
});

test('a stack that overflows in the middle of a call leaves the limit of stacks as it was', async (t) => {
  const workspace = new Workspace(t);
  const limits = ['10', '0', '3', '"a text"', 'undefined', 'deleted', 'frozen'];
  const seen = await workspace.ask(
    async (overflow, limits) => {
      const { atEachDepth } = require(overflow);
      const { configure, normalizeRunId } = require('unified-run-id');
      configure({ logger: null });
      const seen = {};
      const { stackTraceLimit } = Error;
      for (const limit of limits) {
        if (limit === 'deleted') delete Error.stackTraceLimit;
        else if (limit === 'frozen') {
          Error.stackTraceLimit = stackTraceLimit;
          Object.freeze(Error);
        } else Error.stackTraceLimit = eval(limit);
        const expected = Error.stackTraceLimit;
        let changed = 0;
        const outcomes = new Set();
        atEachDepth(() => {
          try {
            normalizeRunId('foo-bar');
          } catch (error) {
            outcomes.add(error.name);
          } finally {
            if (Error.stackTraceLimit !== expected) changed += 1;
            try {
              Error.stackTraceLimit = expected;
            } catch {}
          }
        });
        seen[limit] = [changed, ...[...outcomes].sort()];
      }
      console.log(JSON.stringify(seen));
    },
    { args: [require.resolve('./support/overflow.js'), limits] },
  );
  assert.deepEqual(seen, Object.fromEntries(limits.map((limit) => [limit, [0, 'RangeError', 'RunIdError']])));
});
