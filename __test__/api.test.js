'use strict';

const { test, afterEach } = require('node:test');
const assert = require('node:assert/strict');
const { channel, subscribe, unsubscribe } = require('node:diagnostics_channel');
const os = require('node:os');
const { pathToFileURL } = require('node:url');
const util = require('node:util');
const api = require('../index.js');
const { NOON, NOON_BASE, issuedDuring, startAtNoon } = require('./support/issued.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const { configure, createClientRunId, generateTimestampRunId, parseRunId, RunIdError } = api;

const BASE = '250712-100505';
const CLIENT_RUN_ID = `${BASE}-Ann-Marie-Carver`;

/** What is exported, as index.d.ts has it; see types.test.js. */
const PATTERNS = Object.keys(api).filter((name) => name.endsWith('_PATTERN'));
const FUNCTIONS = Object.keys(api).filter((name) => !PATTERNS.includes(name));

/** The legacy names with what must be named in their place. */
const RETIRED = {
  addClientSuffix: 'createClientRunId',
  stripClientSuffix: 'getBaseRunId',
  extractClientId: 'getClientId',
  getOrCreateRunId: 'resolveRunId',
  validateRunId: 'normalizeRunId',
  validateAndStandardizeRunId: 'normalizeRunId',
  validateAndNormalize: 'normalizeRunId',
  validateAndNormalizeRunId: 'normalizeRunId',
  standardizeRunId: 'normalizeRunId',
  validateClientId: 'isClientId',
  validateAndNormalizeClientId: 'isClientId',
  hasClientSuffix: 'isClientRunId',
  hasSpecificClientSuffix: 'getClientId(runId) === clientId',
  convertToStandardFormat: 'getBaseRunId',
  detectRunIdFormat: 'parseRunId',
  extractId: 'parseRunId',
  jobIdToTimestamp: 'generateTimestampRunId',
  cacheRecordId: 'record',
  getCachedRecordId: 'record',
  getCachedRunInfo: 'getJob',
  clearClientRunId: 'generateTimestampRunId',
  registerApifyRunId: 'linkExternalId',
  registerRunRecord: 'record',
  getRunRecordId: 'record',
  clearCache: 'remove the call',
  clearAllRunIds: 'remove the call',
  createJobTrackingRecord: 'createJob',
  findJobTrackingRecord: 'getJob',
  updateJobTrackingRecord: 'updateJob',
  recordIdCache: 'record',
  RUN_ID_FORMATS: 'RUN_ID_PATTERN',
};

/** Those of them that were not functions. */
const RETIRED_VALUES = ['recordIdCache', 'RUN_ID_FORMATS'];

const DEPRECATED =
  'DEPRECATED: generateRunId() has been removed. Use generateTimestampRunId() directly instead.';

/** A set of settings that emits nothing and has the defaults. */
const DEFAULTS = { logger: null, now: null, debug: false, maxLeadSeconds: 3600 };

configure(DEFAULTS);
afterEach(() => configure(DEFAULTS));

test('each export is a pattern, or a function under its own name', () => {
  for (const name of PATTERNS) assert.equal(typeof api[name], 'string');
  for (const name of FUNCTIONS) {
    assert.equal(typeof api[name], 'function', name);
    assert.equal(api[name].name, name);
  }
});

test('the only other exports are the legacy names, which do not enumerate', () => {
  const hidden = Object.getOwnPropertyNames(api).filter((name) => !Object.keys(api).includes(name));
  assert.deepEqual(hidden.sort(), Object.keys(RETIRED).sort());
  assert.deepEqual(Object.getOwnPropertySymbols(api), []);
});

test('module.exports is a plain object that test libraries can stub', () => {
  assert.equal(Object.getPrototypeOf(api), Object.prototype);
  assert.ok(Object.isExtensible(api) && !Object.isFrozen(api) && !Object.isSealed(api));
  for (const name of [...FUNCTIONS, ...PATTERNS, ...Object.keys(RETIRED)]) {
    const { writable, configurable, value } = Object.getOwnPropertyDescriptor(api, name);
    assert.ok(writable && configurable, name);
    api[name] = 'stubbed';
    assert.equal(api[name], 'stubbed');
    api[name] = value;
  }
});

test('a stubbed export changes nothing for the others', (t) => {
  t.mock.method(api, 'isRunId', () => true);
  t.mock.method(api, 'normalizeRunId', () => 'stubbed');
  assert.equal(api.normalizeRunId('x'), 'stubbed');
  assert.equal(
    codeOf(() => api.getBaseRunId('x')),
    'FORMAT',
  );
});

test('generateTimestampRunId makes a base of the current UTC second', () => {
  const before = Date.now() - 2000; // a coarse clock may lag, and a second is cut off
  const runId = generateTimestampRunId();
  const after = Date.now();
  assert.match(runId, /^[0-9]{6}-[0-9]{6}$/);
  const { startedAt, clientId } = parseRunId(runId);
  assert.equal(clientId, null);
  assert.ok(startedAt.getTime() >= before && startedAt.getTime() <= after);
});

test('generateTimestampRunId appends the client ID to a base of its own', () => {
  startAtNoon();
  assert.equal(generateTimestampRunId('Ann-Carver'), `${NOON_BASE}-Ann-Carver`);
  assert.equal(generateTimestampRunId('Ann-Carver'), '251006-120001-Ann-Carver');
  assert.equal(generateTimestampRunId(undefined), '251006-120002');
  configure({ now: null });
  const [first, second] = [generateTimestampRunId('Ann-Carver'), generateTimestampRunId('Bob_7')];
  assert.match(first, /^[0-9]{6}-[0-9]{6}-Ann-Carver$/);
  assert.match(second, /^[0-9]{6}-[0-9]{6}-Bob_7$/);
  assert.ok(second.slice(0, 13) > first.slice(0, 13));
});

test('a client ID is absent only when it is undefined, and a lost one uses up no second', () => {
  for (const lost of [null, '', ' ', 0, false, Number.NaN, [], {}, 'Ann Carver', BASE]) {
    assert.equal(
      codeOf(() => generateTimestampRunId(lost)),
      'CLIENT',
    );
    assert.equal(
      issuedDuring(() => generateTimestampRunId(lost)),
      0,
    );
    configure({ now: null });
    assert.equal(
      codeOf(() => generateTimestampRunId(lost)),
      'CLIENT',
    );
  }
});

test('resolveRunId returns the run ID and resolveRunIdWithSource tells where it was, too', () => {
  const req = { query: { runId: CLIENT_RUN_ID } };
  assert.equal(api.resolveRunId(req), CLIENT_RUN_ID);
  assert.deepEqual(api.resolveRunIdWithSource(req), { runId: CLIENT_RUN_ID, source: 'query' });
  startAtNoon();
  assert.deepEqual(api.resolveRunIdWithSource({}), { runId: NOON_BASE, source: 'generated' });
});

test('normalizeRunId and getNormalizedRunId return the very same value', () => {
  for (const runId of [BASE, CLIENT_RUN_ID]) {
    assert.ok(Object.is(api.normalizeRunId(runId), runId));
    assert.ok(Object.is(api.getNormalizedRunId(runId), runId));
  }
});

test('normalizeRunId and getNormalizedRunId name themselves in the TYPE message', () => {
  for (const name of ['normalizeRunId', 'getNormalizedRunId']) {
    const { message } = rejectionOf(() => api[name]({}));
    assert.ok(message.startsWith(`STRICT RUN ID ERROR: Object passed to ${name} instead of string`), message);
    assert.equal(
      codeOf(() => api[name]('x')),
      'FORMAT',
    );
  }
});

test('isRunId answers true or false', () => {
  assert.equal(api.isRunId(BASE), true);
  assert.equal(api.isRunId(CLIENT_RUN_ID), true);
  assert.equal(api.isRunId('foo-bar'), false);
  assert.equal(api.isRunId(), false);
});

test('parseRunId returns the frozen parts of a client run ID', () => {
  const parts = parseRunId(CLIENT_RUN_ID);
  assert.deepEqual(parts, {
    runId: CLIENT_RUN_ID,
    baseRunId: BASE,
    clientId: 'Ann-Marie-Carver',
    startedAt: new Date(Date.UTC(2025, 6, 12, 10, 5, 5)),
  });
  assert.ok(Object.isFrozen(parts));
  assert.equal(Object.getPrototypeOf(parts), Object.prototype);
});

test('parseRunId gives null for the client of a base', () => {
  assert.deepEqual(parseRunId('991231-235959'), {
    runId: '991231-235959',
    baseRunId: '991231-235959',
    clientId: null,
    startedAt: new Date(Date.UTC(2099, 11, 31, 23, 59, 59)),
  });
  assert.equal(parseRunId('000101-000000').startedAt.getTime(), Date.UTC(2000, 0, 1));
});

test('a Date of parseRunId that is changed changes no other', () => {
  parseRunId(BASE).startedAt.setTime(0);
  assert.equal(parseRunId(BASE).startedAt.getTime(), Date.UTC(2025, 6, 12, 10, 5, 5));
});

test('getBaseRunId gives the first 13 characters, getClientId the rest or null', () => {
  assert.equal(api.getBaseRunId(CLIENT_RUN_ID), BASE);
  assert.equal(api.getBaseRunId(BASE), BASE);
  assert.equal(api.getClientId(CLIENT_RUN_ID), 'Ann-Marie-Carver');
  assert.equal(api.getClientId(`${BASE}-7`), '7');
  assert.equal(api.getClientId(BASE), null);
});

test('parseRunId, getBaseRunId and getClientId refuse what is no run ID, in their own name', () => {
  for (const name of ['parseRunId', 'getBaseRunId', 'getClientId']) {
    assert.equal(
      codeOf(() => api[name](`${BASE}-`)),
      'FORMAT',
    );
    const error = rejectionOf(() => api[name](undefined));
    assert.equal(error.code, 'ERR_RUN_ID_TYPE');
    assert.ok(error.message.startsWith(`STRICT RUN ID ERROR: Undefined passed to ${name} instead of string`));
  }
});

test('createClientRunId joins a base and a client ID', () => {
  assert.equal(createClientRunId(BASE, 'Ann-Marie-Carver'), CLIENT_RUN_ID);
  assert.equal(createClientRunId(BASE, 'x'.repeat(64)), `${BASE}-${'x'.repeat(64)}`);
});

test('createClientRunId refuses a run ID that has a client, even the same one', () => {
  assert.equal(
    codeOf(() => createClientRunId(CLIENT_RUN_ID, 'Ann-Marie-Carver')),
    'SUFFIX',
  );
  assert.equal(
    codeOf(() => createClientRunId(CLIENT_RUN_ID, 'Bob')),
    'SUFFIX',
  );
  assert.equal(
    codeOf(() => createClientRunId(CLIENT_RUN_ID, undefined)),
    'SUFFIX',
  );
});

test('createClientRunId refuses what is no base and what is no client ID', () => {
  assert.equal(
    codeOf(() => createClientRunId(undefined, 'Ann')),
    'TYPE',
  );
  assert.equal(
    codeOf(() => createClientRunId('foo-bar', 'Ann')),
    'FORMAT',
  );
  for (const lost of [undefined, null, '', 'x'.repeat(65), '-Ann', BASE, CLIENT_RUN_ID]) {
    assert.equal(
      codeOf(() => createClientRunId(BASE, lost)),
      'CLIENT',
    );
  }
});

test('generateRunId always throws the documented words', () => {
  for (const args of [[], ['Ann-Carver'], [undefined, {}], [Symbol('x')], [BASE]]) {
    const error = rejectionOf(() => api.generateRunId(...args));
    assert.equal(error.message, DEPRECATED);
    assert.equal(error.code, 'ERR_RUN_ID_DEPRECATED');
    assert.equal(
      issuedDuring(() => api.generateRunId(...args)),
      0,
    );
  }
});

for (const [name, replacement] of Object.entries(RETIRED)) {
  test(`${name} always throws and names what replaces it`, () => {
    assert.equal(api[name].name, name);
    for (const args of [[], [BASE], [BASE, 'Ann-Carver']]) {
      const error = rejectionOf(() => api[name](...args));
      assert.equal(error.code, 'ERR_RUN_ID_DEPRECATED');
      const label = RETIRED_VALUES.includes(name) ? name : `${name}()`;
      assert.ok(error.message.startsWith(`DEPRECATED: ${label} has been removed. `), error.message);
      assert.ok(error.message.includes(replacement), error.message);
      assert.equal(
        issuedDuring(() => api[name](...args)),
        0,
      );
    }
  });
}

test('a retired map or table throws as soon as it is used as one, and not when it is merely looked at', () => {
  const uses = [
    () => api.recordIdCache.get(BASE),
    () => api.recordIdCache.has(BASE),
    () => api.recordIdCache.size,
    () => api.recordIdCache[BASE],
    () => (api.recordIdCache[BASE] = 1),
    () => api.RUN_ID_FORMATS.STANDARD,
    () => Object.values(api.RUN_ID_FORMATS.STANDARD),
  ];
  for (const use of uses) {
    assert.equal(codeOf(use), 'DEPRECATED', String(use));
    const [, caller] = thrownBy(use).stack.split('\n    at ');
    assert.ok(caller.includes(__filename), caller);
  }
  for (const name of RETIRED_VALUES) {
    assert.equal(typeof util.inspect(api[name], { showHidden: true }), 'string');
    for (const key of ['_isMockFunction', 'then', 'asymmetricMatch', 'toJSON', Symbol.toStringTag]) {
      assert.equal(api[name][key], undefined);
    }
  }
});

test('configure refuses settings that are no plain object', () => {
  class Settings {}
  for (const given of [
    undefined,
    null,
    'debug',
    1,
    true,
    [],
    () => {},
    new Settings(),
    new Map(),
    new Date(),
  ]) {
    assert.equal(thrownBy(() => configure(given)).constructor, TypeError);
  }
});

test('configure accepts an object without a prototype, and no settings at all', () => {
  assert.equal(configure(Object.assign(Object.create(null), { debug: false })), undefined);
  assert.equal(configure({}), undefined);
});

test('configure refuses unknown keys, whatever they hold', () => {
  const inherited = Object.assign(Object.create(null), { toString: undefined });
  const hidden = Object.defineProperty({}, 'sequencefile', { value: undefined });
  for (const given of [{ Debug: true }, { clock: undefined }, { [Symbol('now')]: null }, inherited, hidden]) {
    assert.equal(thrownBy(() => configure(given)).constructor, TypeError);
  }
  assert.match(thrownBy(() => configure({ 'a\nb': 1 })).message, /^configure: unknown option "a\\nb"/);
  assert.match(thrownBy(() => configure(JSON.parse('{"__proto__":1}'))).message, /__proto__/);
});

test('configure refuses wrong types and ranges', () => {
  const wrong = {
    sequenceFile: [
      null,
      '',
      1,
      true,
      {},
      ['x'],
      Buffer.from('x'),
      'a\0b',
      new URL('file:///x'),
      'x'.repeat(32_768),
    ],
    maxLeadSeconds: [null, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2_000_000_001, '60', 60n, {}, [60]],
    logger: [0, false, '', 'stderr', {}, [], console],
    debug: [null, 0, 1, '', 'true', {}],
    service: [null, '', 1, {}, ['api'], 'x'.repeat(129)],
    now: [0, false, '', Date.now(), {}, new Date()],
  };
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      const error = thrownBy(() => configure({ [key]: value }));
      assert.equal(error.constructor, TypeError, `${key}: ${util.inspect(value)}`);
      assert.ok(error.message.startsWith(`configure: ${key} must be `), error.message);
    }
  }
});

test('configure accepts both ends of each range', () => {
  for (const settings of [
    { maxLeadSeconds: 0 },
    { maxLeadSeconds: 2_000_000_000 },
    { service: 'a' },
    { service: 'a'.repeat(128) },
    { logger: null, now: null },
    { logger() {}, now: Date.now },
  ]) {
    assert.equal(configure(settings), undefined);
  }
});

test('maxLeadSeconds bounds the lead over the clock', () => {
  startAtNoon();
  configure({ maxLeadSeconds: 2 });
  for (const expected of [NOON_BASE, '251006-120001', '251006-120002']) {
    assert.equal(generateTimestampRunId(), expected);
  }
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
  configure({ maxLeadSeconds: 3 });
  assert.equal(generateTimestampRunId(), '251006-120003');
  configure({ maxLeadSeconds: 0 });
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
});

test('undefined leaves a setting alone, and calls merge', () => {
  const seen = [];
  startAtNoon();
  configure({
    logger: (event) => seen.push(event.service),
    debug: true,
    service: 'acme-api',
    maxLeadSeconds: 1,
  });
  configure({
    sequenceFile: undefined,
    logger: undefined,
    now: undefined,
    debug: undefined,
    service: undefined,
    maxLeadSeconds: undefined,
  });
  seen.length = 0;
  assert.equal(generateTimestampRunId(), NOON_BASE);
  assert.equal(generateTimestampRunId(), '251006-120001');
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
  assert.deepEqual(seen, ['acme-api', 'acme-api', 'acme-api']);
});

test('configure sets all or nothing', () => {
  const seen = [];
  const wanted = [];
  startAtNoon();
  configure({ logger: (event) => seen.push(event), service: 'before' });
  const changes = {
    debug: true,
    service: 'after',
    maxLeadSeconds: 0,
    now: () => NOON + 60_000,
    logger: (event) => wanted.push(event),
  };
  for (const bad of [
    { unknown: 1 },
    { sequenceFile: '' },
    { sequenceFile: os.tmpdir() },
    { maxLeadSeconds: -1 },
    { debug: 'yes' },
    { now: 0 },
    { logger: 0 },
    { service: '' },
  ]) {
    for (const settings of [
      { ...changes, ...bad },
      { ...bad, ...changes, ...bad },
    ]) {
      const error = thrownBy(() => configure(settings));
      assert.ok(error instanceof TypeError || error.code === 'ERR_RUN_ID_SEQUENCE', error.stack);
    }
  }
  seen.length = 0;
  assert.equal(generateTimestampRunId(), NOON_BASE);
  assert.equal(generateTimestampRunId(), '251006-120001');
  codeOf(() => api.normalizeRunId('x'));
  assert.deepEqual(
    seen.map(({ event, service }) => [event, service]),
    [['reject', 'before']],
  );
  assert.deepEqual(wanted, []);
});

test('a getter that throws in the settings is passed on and changes nothing', () => {
  const own = new Error('own');
  const settings = {
    now: () => NOON + 60_000,
    get service() {
      throw own;
    },
  };
  startAtNoon();
  assert.equal(
    thrownBy(() => configure(settings)),
    own,
  );
  assert.equal(generateTimestampRunId(), NOON_BASE);
});

test('each setting is read once', () => {
  const reads = [];
  const settings = new Proxy(
    { debug: false, service: 'acme-api', logger: null },
    { get: (target, key) => reads.push(key) && target[key] },
  );
  configure(settings);
  assert.deepEqual(reads, ['debug', 'service', 'logger']);
});

test('a sequence file that cannot be used is a SEQUENCE error with the file in path', () => {
  const error = rejectionOf(() => configure({ sequenceFile: os.tmpdir() }));
  assert.equal(error.code, 'ERR_RUN_ID_SEQUENCE');
  assert.equal(error.path, os.tmpdir());
  assert.ok(!error.message.includes(os.tmpdir()));
});

test('each call of configure that succeeds is published', () => {
  const events = [];
  const listen = (event) => events.push(event);
  subscribe('unified-run-id:configure', listen);
  try {
    configure({ service: 'acme-api', logger: null });
    thrownBy(() => configure({ service: '' }));
  } finally {
    unsubscribe('unified-run-id:configure', listen);
  }
  assert.equal(events.length, 1);
  assert.equal(events[0].event, 'configure');
  assert.ok(Object.isFrozen(events[0]));
  assert.equal(channel('unified-run-id:configure').hasSubscribers, false);
});

test('now starts a sequence of its own each time, and null returns to the real one', () => {
  const real = generateTimestampRunId();
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  configure({ now: () => Date.UTC(2099, 0, 1) });
  assert.equal(generateTimestampRunId(), '990101-000000');
  configure({ now: null });
  const next = generateTimestampRunId();
  assert.ok(next > real && next < '990101-000000');
});

test('a clock that gives no finite number, or a year outside 2000 to 2099, is CLOCK', () => {
  for (const now of [
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '1759752000000',
    1759752000000n,
    {},
    new Date(NOON),
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    -1,
    Date.UTC(2000, 0, 1) - 1,
    Date.UTC(2100, 0, 1),
  ]) {
    configure({ now: () => now });
    assert.equal(
      codeOf(() => generateTimestampRunId()),
      'CLOCK',
      String(now),
    );
    assert.equal(
      codeOf(() => generateTimestampRunId('Ann')),
      'CLOCK',
      String(now),
    );
  }
  configure({ now: () => Date.UTC(2000, 0, 1) });
  assert.equal(generateTimestampRunId(), '000101-000000');
  configure({ now: () => Date.UTC(2100, 0, 1) - 1 });
  assert.equal(generateTimestampRunId(), '991231-235959');
});

test('an error of the clock itself is passed on', () => {
  const own = new Error('own');
  configure({
    now() {
      throw own;
    },
  });
  assert.equal(
    thrownBy(() => generateTimestampRunId()),
    own,
  );
  assert.equal(
    thrownBy(() => api.resolveRunId({})),
    own,
  );
});

test('RunIdError is a native error with its facts as own enumerable properties', () => {
  const error = rejectionOf(() => api.resolveRunId({ query: { runId: 'foo-bar' } }));
  assert.ok(error instanceof Error && error instanceof RunIdError);
  assert.ok(util.types.isNativeError(error));
  assert.equal(Object.getPrototypeOf(error), RunIdError.prototype);
  assert.equal(error.name, 'RunIdError');
  assert.equal(Object.prototype.toString.call(error), '[object Error]');
  assert.deepEqual(Object.keys(error).sort(), ['code', 'hint', 'received', 'source', 'statusCode']);
  assert.deepEqual(
    { code: error.code, statusCode: error.statusCode, source: error.source, received: error.received },
    { code: 'ERR_RUN_ID_FORMAT', statusCode: 400, source: 'req.query.runId', received: 'foo-bar' },
  );
});

test('RunIdError has only the facts that apply', () => {
  const keysOf = (call) => Object.keys(rejectionOf(call)).sort();
  assert.deepEqual(
    keysOf(() => api.generateRunId()),
    ['code', 'statusCode'],
  );
  assert.deepEqual(
    keysOf(() => configure({ sequenceFile: os.tmpdir() })),
    ['code', 'hint', 'path', 'statusCode'],
  );
  startAtNoon();
  configure({ maxLeadSeconds: 0 });
  generateTimestampRunId();
  assert.deepEqual(
    keysOf(() => generateTimestampRunId()),
    ['code', 'hint', 'retryAfterMs', 'statusCode'],
  );
});

test('RunIdError can be serialized, cloned and printed', () => {
  const error = rejectionOf(() => api.normalizeRunId('foo-bar'));
  const sent = JSON.parse(JSON.stringify(error));
  assert.equal(sent.code, 'ERR_RUN_ID_FORMAT');
  assert.equal(sent.statusCode, 400);
  const clone = structuredClone(error);
  assert.ok(util.types.isNativeError(clone));
  assert.equal(clone.message, error.message);
  assert.ok(String(error).startsWith('RunIdError: STRICT RUN ID ERROR: '));
  assert.match(util.inspect(error), /code: 'ERR_RUN_ID_FORMAT'/);
  assert.ok(error.stack.startsWith(`RunIdError: ${error.message}\n`));
});

/** Every public function with arguments at which it throws. */
const THROWING = {
  generateTimestampRunId: [null],
  resolveRunId: [null],
  resolveRunIdWithSource: [{ query: { runId: 'x' } }],
  normalizeRunId: ['x'],
  getNormalizedRunId: [{}],
  parseRunId: ['x'],
  createClientRunId: ['x', 'y'],
  getBaseRunId: ['x'],
  getClientId: [undefined],
  configure: [{ sequenceFile: os.tmpdir() }],
  generateRunId: [],
  ...Object.fromEntries(Object.keys(RETIRED).map((name) => [name, []])),
};

/** The line and file of the first frame of a stack. */
function firstFrame(stack) {
  const [, frame] = /\n\s+at ([^\n]+)/.exec(stack);
  const [, file, line] = /\(?([^\s()]+):(\d+):\d+\)?$/.exec(frame);
  return `${file}:${line}`;
}

for (const [name, args] of Object.entries(THROWING)) {
  test(`the stack of what ${name} throws begins at the caller's own line`, () => {
    // On one line, because the lines of both are compared.
    const [error, here] = [thrownBy(() => api[name](...args)), new Error('here')];
    assert.ok(error instanceof RunIdError);
    assert.equal(firstFrame(error.stack), firstFrame(here.stack));
    assert.ok(firstFrame(error.stack).includes(__filename));
  });
}

test('the stack of every way to be refused begins at the line of the caller', () => {
  const frozen = Object.freeze({ query: {} });
  const req = { specificRunId: BASE, query: { runId: '250101-000000' } };
  const calls = [
    () => api.resolveRunId({}, []),
    () => api.resolveRunId({}, { unknown: 1 }),
    () => api.resolveRunId({}, { generate: 1 }),
    () => api.resolveRunId({}, { generate: false }),
    () => api.resolveRunId({}, { expectClientId: '' }),
    () => api.resolveRunId({}, { clientId: null }),
    () => api.resolveRunId({}, { clientId: 'Ann', expectClientId: 'Bob' }),
    () => api.resolveRunId(req, { expectClientId: 'Ann' }),
    () => api.resolveRunId(req, { onConflict: 'throw' }),
    () => api.resolveRunId(frozen),
    () => createClientRunId(CLIENT_RUN_ID, 'Ann'),
    () => createClientRunId(BASE, ''),
    () => configure(null),
    () => configure({ unknown: 1 }),
    () => configure({ debug: 1 }),
  ];
  for (const call of calls) {
    assert.match(
      thrownBy(call).stack,
      new RegExp(`^[^\\n]+\\n +at [^\\n]*${escaped(__filename)}`),
      String(call),
    );
  }
});

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

test('an error is made where stack traces are switched off', () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    assert.equal(
      codeOf(() => api.normalizeRunId('x')),
      'FORMAT',
    );
  } finally {
    Error.stackTraceLimit = limit;
  }
});

test('a base, a client run ID and a client ID are told apart', () => {
  const { isBaseRunId, isClientId, isClientRunId } = api;
  for (const [value, base, client, clientId] of [
    [BASE, true, false, false],
    [CLIENT_RUN_ID, false, true, false],
    ['Ann-Marie-Carver', false, false, true],
    ['a', false, false, true],
    ['x'.repeat(64), false, false, true],
    ['x'.repeat(65), false, false, false],
    ['', false, false, false],
    ['-a', false, false, false],
    ["O'Brien", false, false, false],
    [`${BASE}-`, false, false, false],
    ['999999-999999', false, false, false],
    [new String(BASE), false, false, false],
    [undefined, false, false, false],
    [Symbol('a'), false, false, false],
    ['2'.repeat(1e6), false, false, false],
  ]) {
    assert.deepEqual([isBaseRunId(value), isClientRunId(value), isClientId(value)], [base, client, clientId]);
    assert.equal(new RegExp(api.CLIENT_ID_PATTERN).test(typeof value === 'string' ? value : ''), clientId);
    assert.equal(
      new RegExp(api.CLIENT_ID_PATTERN, 'v').test(typeof value === 'string' ? value : ''),
      clientId,
    );
  }
});

test("clientRunIdFor gives the client's run ID from a base or from its own, and from no other", () => {
  const { clientRunIdFor } = api;
  assert.equal(clientRunIdFor(BASE, 'Ann-Marie-Carver'), CLIENT_RUN_ID);
  assert.equal(clientRunIdFor(CLIENT_RUN_ID, 'Ann-Marie-Carver'), CLIENT_RUN_ID);
  for (const [runId, clientId, code] of [
    [CLIENT_RUN_ID, 'Lee-Marlow', 'CLIENT_MISMATCH'],
    [CLIENT_RUN_ID, 'Ann-Marie', 'CLIENT_MISMATCH'],
    [CLIENT_RUN_ID, 'ann-marie-carver', 'CLIENT_MISMATCH'],
    [BASE, undefined, 'CLIENT'],
    [BASE, BASE, 'CLIENT'],
    [CLIENT_RUN_ID, '', 'CLIENT'],
    ['foo-bar', 'Ann', 'FORMAT'],
    [null, 'Ann', 'TYPE'],
  ]) {
    assert.equal(
      codeOf(() => clientRunIdFor(runId, clientId)),
      code,
      String([runId, clientId]),
    );
  }
});

for (const name of ['normalizeRunId', 'getNormalizedRunId']) {
  test(`${name} refuses a client that it would drop`, () => {
    const check = api[name];
    for (const args of [
      [BASE, 'Ann-Carver'],
      [BASE, ''],
      [CLIENT_RUN_ID, 'Ann-Carver'],
      ['foo-bar', 'Ann-Carver'],
      [BASE, 'Ann-Carver', 'webhook'],
    ]) {
      const error = thrownBy(() => check(...args));
      assert.equal(error.code, 'ERR_RUN_ID_TYPE');
      assert.match(error.message, new RegExp(`passed to ${name} instead of .*clientRunIdFor`));
    }
    for (const args of [
      [BASE],
      [BASE, undefined],
      [BASE, null],
      [BASE, 0, [BASE]],
      [BASE, 'runId', new Map()],
      [BASE, 'a', undefined],
      [BASE, BASE, 0, BASE],
    ]) {
      assert.equal(check(...args), BASE);
    }
  });

  test(`${name} works as a callback`, () => {
    const check = api[name];
    assert.deepEqual([BASE, CLIENT_RUN_ID].map(check), [BASE, CLIENT_RUN_ID]);
    new Set([BASE]).forEach(check);
    new Map([['runId', BASE]]).forEach(check);
    new URLSearchParams({ runId: BASE }).forEach(check);
    assert.equal(
      `run ${BASE}`.replace(/(\d{6}-\d{6})/, (_all, runId) => check(runId)),
      `run ${BASE}`,
    );
    assert.equal(BASE.replace(/(.+)/, check), BASE);
    assert.equal(Array.from([BASE], check)[0], BASE);
    // As yup calls a transform: with the original value and the schema.
    assert.equal(check(BASE, BASE, { type: 'string' }), BASE);
    assert.equal(`run ${BASE}`.replace(/\d{6}-\d{6}/, check), `run ${BASE}`);
  });
}

test('ESM can import each retired name, by itself and through a module that passes all names on', async (t) => {
  const workspace = new Workspace(t);
  workspace.write('service.mjs', "export * from 'unified-run-id';\n");
  const names = [...Object.keys(RETIRED), 'generateRunId'];
  const known = new Set([...Object.keys(api), ...names, 'default', 'module.exports']);
  const passedOn = await import(pathToFileURL(workspace.path('service.mjs')).href);
  for (const module of [await import('../index.js'), passedOn]) {
    for (const name of names) assert.equal(module[name], api[name], name);
    assert.deepEqual(
      Object.keys(module).filter((name) => !known.has(name)),
      [],
    );
  }
});
