'use strict';

const { test } = require('node:test');
const assert = require('node:assert/strict');
const fc = require('fast-check');
const {
  CLIENT_ID_PATTERN,
  configure,
  getNormalizedRunId,
  isClientId,
  isRunId,
  normalizeRunId,
  RUN_ID_PATTERN,
} = require('../index.js');
const { isClientIdByOracle, isRunIdByOracle } = require('./support/grammar-oracle.js');
const { codeOf } = require('./support/thrown.js');

configure({ logger: null });

const PATTERNS = ['', 'u', 'v'].filter(isKnownFlag).map((flags) => new RegExp(RUN_ID_PATTERN, flags));

const CLIENT_PATTERNS = ['', 'u', 'v']
  .filter(isKnownFlag)
  .map((flags) => new RegExp(CLIENT_ID_PATTERN, flags));

const VALID = [
  '250712-100505',
  '000101-000000',
  '991231-235959',
  '240229-120000',
  '250712-100505-Ann-Marie-Carver',
  '250712-100505-7',
  '250712-100505-recA1b2C3d4E5f6G7',
  `250712-100505-${'a_-Z9'.repeat(12)}Zz09`,
];

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

function isKnownFlag(flag) {
  try {
    return new RegExp('', flag) instanceof RegExp;
  } catch {
    return false;
  }
}

/** How many of the texts are run IDs; each must be judged alike by the library, the patterns and the oracle. */
function countRunIds(texts) {
  const disagreements = [];
  let count = 0;
  for (const text of texts) {
    const expected = isRunIdByOracle(text);
    if (expected) count += 1;
    const agreed = isRunId(text) === expected && PATTERNS.every((pattern) => pattern.test(text) === expected);
    if (!agreed && disagreements.length < 10) disagreements.push({ text: JSON.stringify(text), expected });
  }
  assert.deepEqual(disagreements, []);
  return count;
}

function* mutationsOf(text) {
  const added = [
    '0',
    '9',
    'a',
    'Z',
    '-',
    '_',
    ' ',
    '.',
    ':',
    '\n',
    '\0',
    '\u0132',
    '\u012d',
    '\uff12',
    '\ud800',
  ];
  for (let at = 0; at <= text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    for (const unit of added) {
      yield before + unit + after;
      if (after !== '') yield before + unit + after.slice(1);
    }
    if (after === '') continue;
    yield before + after.slice(1);
    yield before + after[0] + after;
    yield before;
    yield after;
    yield before + after.slice(1, 2) + after[0] + after.slice(2);
    yield before + after[0].toLowerCase() + after.slice(1);
    yield before + after[0].toUpperCase() + after.slice(1);
  }
  for (const other of VALID) {
    yield text + other;
    yield `${text}-${other}`;
    yield `${text}\n${other}`;
  }
  yield text.toLowerCase();
  yield text.toUpperCase();
}

const clientIds = fc
  .string({
    unit: fc.constantFrom(...'abcxyzABCXYZ0123456789-_'),
    minLength: 1,
    maxLength: 64,
  })
  .filter(isClientIdByOracle);

const bases = fc
  .date({
    min: new Date(Date.UTC(2000, 0, 1)),
    max: new Date(Date.UTC(2099, 11, 31, 23, 59, 59)),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString().replace(/^20(..)-(..)-(..)T(..):(..):(..).*$/, '$1$2$3-$4$5$6'));

const runIds = fc.oneof(
  bases,
  fc.tuple(bases, clientIds).map(([base, client]) => `${base}-${client}`),
);

test('the pattern is anchored, without flags, and usable with the u and v flags', () => {
  assert.equal(typeof RUN_ID_PATTERN, 'string');
  assert.ok(RUN_ID_PATTERN.startsWith('^') && RUN_ID_PATTERN.endsWith('$'));
  assert.deepEqual(
    PATTERNS.map((pattern) => pattern.flags),
    ['', 'u', 'v'].filter(isKnownFlag),
  );
});

test('the pattern uses nothing that PostgreSQL or JSON Schema would read in another way', () => {
  assert.doesNotMatch(RUN_ID_PATTERN, /\\[dwsbDWSB]|\(\?<|\(\?P|\\[pPuxk]|\\[1-9]/);
});

test('every generated run ID is one', () => {
  fc.assert(
    fc.property(runIds, (runId) => countRunIds([runId]) === 1),
    { numRuns: 3000, seed: 1 },
  );
});

test('a valid run ID comes back as the very same value, whatever it is stored as', () => {
  fc.assert(
    fc.property(runIds, (runId) => {
      const sliced = `${runId}\u0132`.slice(0, -1);
      const joined = runId.slice(0, 7) + runId.slice(7);
      for (const same of [runId, sliced, joined]) {
        assert.ok(isRunId(same));
        assert.ok(normalizeRunId(same) === runId && Object.is(normalizeRunId(same), runId));
        assert.ok(getNormalizedRunId(same) === runId && Object.is(getNormalizedRunId(same), runId));
      }
    }),
    { numRuns: 500, seed: 2 },
  );
});

for (const runId of VALID) {
  test(`every mutation of ${runId.slice(0, 30)} is judged alike, and thrown at when it is no run ID`, () => {
    const mutations = new Set(mutationsOf(runId));
    assert.ok(mutations.size > 200, `only ${mutations.size} mutations`);
    assert.equal(countRunIds([runId]), 1);
    const valid = countRunIds(mutations);
    assert.ok(valid < mutations.size);
    for (const text of mutations) {
      if (isRunIdByOracle(text)) assert.equal(normalizeRunId(text), text);
      else
        assert.equal(
          codeOf(() => normalizeRunId(text)),
          'FORMAT',
        );
    }
  });
}

test('exactly the days of the calendar are accepted, in every year of the century', () => {
  const dates = (year) =>
    TWO_DIGITS.flatMap((month) => TWO_DIGITS.map((day) => `${year}${month}${day}-100505`));
  for (const [year, days] of [
    ['00', 366],
    ['01', 365],
    ['23', 365],
    ['24', 366],
    ['25', 365],
    ['96', 366],
    ['99', 365],
  ]) {
    assert.equal(countRunIds(dates(year)), days, year);
  }
  const leapDays = TWO_DIGITS.map((year) => `${year}0229-100505`);
  assert.equal(countRunIds(leapDays), 25);
});

test('exactly the seconds of a day are accepted, and no leap second', () => {
  assert.equal(countRunIds(TWO_DIGITS.flatMap((h) => TWO_DIGITS.map((m) => `250712-${h}${m}05`))), 24 * 60);
  assert.equal(countRunIds(TWO_DIGITS.flatMap((h) => TWO_DIGITS.map((s) => `250712-${h}05${s}`))), 24 * 60);
  assert.equal(countRunIds(TWO_DIGITS.flatMap((m) => TWO_DIGITS.map((s) => `250712-10${m}${s}`))), 60 * 60);
  assert.equal(countRunIds(['250712-235960', '161231-235960', '250712-240000']), 0);
});

test('a client ID has 1 to 64 characters', () => {
  const ofLength = (length) => [
    `250712-100505-${'x'.repeat(length)}`,
    `250712-100505-${'7'.repeat(length)}`,
    `250712-100505-${'a-_Z'.repeat(20).slice(0, length)}`,
  ];
  const accepted = [];
  for (let length = 0; length <= 70; length++) {
    const [letters, ...others] = ofLength(length);
    countRunIds(others);
    if (countRunIds([letters]) === 1) accepted.push(length);
  }
  assert.deepEqual(
    accepted,
    Array.from({ length: 64 }, (_, at) => at + 1),
  );
});

test('a base is split off at its width and never at a hyphen', () => {
  assert.equal(
    countRunIds([
      '250712-100505-Ann-Marie-Carver',
      '250712-100505-Duran-Duran',
      '250712-100505-a--b__c',
      '250712-100505-250712',
      '250712-100505-250712-10050',
      '250712-100505-x250712-100505',
    ]),
    6,
  );
});

test('a client ID never begins like a run ID, be it a real second or not', () => {
  const nested = VALID.flatMap((outer) => VALID.map((inner) => `${outer.slice(0, 13)}-${inner}`));
  const alike = ['999999-999999', '000000-000000', '250712-100505x', '250712-100505-', '250712-100505_a'];
  assert.equal(countRunIds([...nested, ...alike.map((client) => `250712-100505-${client}`)]), 0);
});

test('no other UTF-16 unit passes for one that the grammar allows', () => {
  const runId = '250712-100505-Ann7Carver';
  const expected = new Map([
    [0, 10], // a year has any digit
    [1, 10],
    [3, 9], // of 2507.. all but month 00, which 0 would make
    [6, 1],
    [12, 10],
    [13, 1],
    [14, 62],
    [17, 64],
    [runId.length - 1, 62],
  ]);
  for (const [at, count] of expected) {
    const texts = Array.from(
      { length: 0x10000 },
      (_, unit) => runId.slice(0, at) + String.fromCharCode(unit) + runId.slice(at + 1),
    );
    assert.equal(countRunIds(texts), count, `position ${at}`);
  }
});

test('U+0132 is never read as the digit 2, nor U+012D as a hyphen', () => {
  for (const text of [
    '\u013250712-100505',
    '25071\u0132-100505',
    '250712\u012d100505',
    '250712-100505\u012dAnn',
  ]) {
    assert.equal(countRunIds([text]), 0);
    assert.equal(
      codeOf(() => normalizeRunId(text)),
      'FORMAT',
    );
  }
});

test('arbitrary strings are judged alike', () => {
  const near = fc.string({
    unit: fc.constantFrom(...'0123456789-_aZ \n\u0132'),
    minLength: 12,
    maxLength: 80,
  });
  const grown = fc.tuple(runIds, fc.string({ unit: 'binary', maxLength: 3 })).map(([id, tail]) => id + tail);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), near, grown), (text) => {
      countRunIds([text]);
    }),
    { numRuns: 5000, seed: 3 },
  );
});

test('generated client IDs are judged alike', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'09-_aZ.'), maxLength: 66 });
  fc.assert(
    fc.property(texts, (client) => {
      assert.equal(isRunId(`250712-100505-${client}`), isClientIdByOracle(client));
      countRunIds([`250712-100505-${client}`]);
    }),
    { numRuns: 3000, seed: 4 },
  );
});

test('a client ID is one for the function, for each pattern and for the oracle alike', () => {
  const part = fc.constantFrom('a', 'Z', '0', '7', '-', '_', '251006-143000', '\u0132', ' ', '.', '\n');
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.integer({ min: 62, max: 66 }).map((length) => 'x'.repeat(length)),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const agrees = (value) => {
    const expected = isClientIdByOracle(value);
    assert.equal(isClientId(value), expected, JSON.stringify(value));
    for (const pattern of CLIENT_PATTERNS) assert.equal(pattern.test(value), expected, JSON.stringify(value));
  };
  fc.assert(fc.property(text, agrees), { numRuns: 2000 });
  for (const id of VALID) agrees(id.slice(14));
  for (const value of ['Ann\n', '\nAnn', '999999-999999', '999999-99999', '251006-143000x']) agrees(value);
});
