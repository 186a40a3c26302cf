'use strict';

const { test, before } = require('node:test');
const assert = require('node:assert/strict');
const os = require('node:os');
const path = require('node:path');
const querystring = require('node:querystring');
const fc = require('fast-check');
const api = require('../index.js');
const { isClientIdByOracle, isRunIdByOracle } = require('./support/grammar-oracle.js');
const {
  HOSTILE_VALUES,
  OBJECTS,
  PRIMITIVES,
  PROXIES,
  RUN_ID,
  STRINGS,
  TRAP_ERROR,
  TRAPS,
} = require('./support/hostile-values.js');
const { NOON, NOON_BASE, issuedDuring, issuedSinceNoon, startAtNoon } = require('./support/issued.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');
const { runProgram } = require('./support/program.js');

const { configure, createClientRunId, generateTimestampRunId, isRunId, resolveRunId, RunIdError } = api;

const BASE = '250712-100505';
const LOWER = '250101-000000';

const RETIRED = Object.getOwnPropertyNames(api).filter((name) => !Object.keys(api).includes(name));

/** The functions that take a run ID, and nothing else. */
const CHECKING = ['normalizeRunId', 'getNormalizedRunId', 'parseRunId', 'getBaseRunId', 'getClientId'];

/** Each source with a request, and a second argument, that hold a value there and a good one in every lower source. */
const SOURCES = {
  'req.specificRunId': (runId) => [
    { specificRunId: runId, query: { runId: LOWER }, body: { runId: LOWER }, headers: {} },
    LOWER,
  ],
  'req.query.runId': (runId) => [{ query: { runId }, body: { runId: LOWER }, headers: {} }, LOWER],
  'req.body.runId': (runId) => [{ query: {}, body: { runId }, headers: {} }, LOWER],
  parentRunId: (runId) => [{ query: {}, body: {}, headers: {} }, { parentRunId: runId }],
};

const RESOLVERS = ['resolveRunId', 'resolveRunIdWithSource'];

const isAbsent = (value) => value === undefined || value === null;
const isOwnTypeError = (thrown) => thrown?.constructor === TypeError;

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

before(() => {
  // The next ID of the real sequence then depends on the last one alone, however long the tests take.
  process.removeAllListeners('warning');
  for (let count = 0; count < 20_000; count++) generateTimestampRunId();
});

function realSecond() {
  return api.parseRunId(generateTimestampRunId()).startedAt.getTime() / 1000;
}

/** How many IDs of the real sequence a call uses up: without a clock for tests, generating goes another way. */
function issuedReallyDuring(call) {
  configure({ now: null });
  const start = realSecond();
  try {
    call();
  } catch {
    // Only what it used up is asked for here.
  }
  return realSecond() - start - 1;
}

/** The call throws a `RunIdError` of one of these codes, and uses up no ID. */
function assertRefused(call, codes, title) {
  startAtNoon();
  const error = rejectionOf(call);
  assert.equal(issuedSinceNoon(), 0, title);
  assert.ok(codes.includes(error.code.slice('ERR_RUN_ID_'.length)), `${title}: ${error.code}`);
  return error;
}

test('no hostile value is a run ID, and asking throws for none of them', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    assert.equal(isRunIdByOracle(value), false, title);
    assert.equal(isRunId(value), false, title);
  }
});

for (const name of CHECKING) {
  test(`${name} refuses every hostile value, without calling anything of it`, () => {
    for (const [title, value] of HOSTILE_VALUES) {
      const code = typeof value === 'string' ? 'FORMAT' : 'TYPE';
      assertRefused(() => api[name](value), [code], title);
    }
  });
}

test('createClientRunId refuses every hostile base, whatever the client', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    const code = typeof value === 'string' ? 'FORMAT' : 'TYPE';
    for (const clientId of ['Ann-Carver', undefined, '', value]) {
      assertRefused(() => createClientRunId(value, clientId), [code], title);
    }
  }
});

test('createClientRunId refuses every hostile client ID', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (typeof value === 'string' && isClientIdByOracle(value)) {
      assert.equal(createClientRunId(BASE, value), `${BASE}-${value}`);
    } else {
      assertRefused(() => createClientRunId(BASE, value), ['CLIENT'], title);
    }
  }
});

test('generateTimestampRunId refuses every hostile client ID before a second is used up', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (value === undefined) continue;
    startAtNoon();
    if (typeof value === 'string' && isClientIdByOracle(value)) {
      assert.equal(generateTimestampRunId(value), `${NOON_BASE}-${value}`);
      assert.equal(
        issuedReallyDuring(() => generateTimestampRunId(value)),
        1,
        title,
      );
    } else {
      assertRefused(() => generateTimestampRunId(value), ['CLIENT'], title);
      assert.equal(
        issuedReallyDuring(() => generateTimestampRunId(value)),
        0,
        title,
      );
      assert.equal(
        codeOf(() => generateTimestampRunId(value)),
        'CLIENT',
        title,
      );
    }
  }
});

for (const [source, requestWith] of Object.entries(SOURCES)) {
  test(`a hostile value in ${source} is refused by name: no lower source is taken and nothing is minted`, () => {
    for (const [title, value] of HOSTILE_VALUES) {
      if (isAbsent(value)) continue;
      for (const name of RESOLVERS) {
        const [req, second] = requestWith(value);
        const before = Object.keys(req);
        const error = assertRefused(() => api[name](req, second), ['TYPE', 'FORMAT'], title);
        assert.equal(error.code, typeof value === 'string' ? 'ERR_RUN_ID_FORMAT' : 'ERR_RUN_ID_TYPE', title);
        assert.equal(error.source, source, title);
        assert.deepEqual(Object.keys(req), before);
        configure({ now: null });
        assert.equal(
          issuedReallyDuring(() => api[name](...requestWith(value))),
          0,
          title,
        );
      }
    }
  });

  test(`no option makes a hostile value in ${source} acceptable`, () => {
    for (const [title, value] of HOSTILE_VALUES) {
      if (isAbsent(value)) continue;
      for (const options of [
        { generate: true },
        { generate: false },
        { clientId: 'Ann-Carver' },
        { expectClientId: 'Ann-Carver' },
        { onConflict: 'report' },
        { onConflict: 'throw' },
      ]) {
        const [req, second] = requestWith(value);
        const parentRunId = typeof second === 'string' ? second : second.parentRunId;
        const call = () => resolveRunId(req, { ...options, parentRunId });
        assert.equal(assertRefused(call, ['TYPE', 'FORMAT'], title).source, source, title);
      }
    }
  });
}

test('a hostile value in a lower source never breaks a good higher one', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    const req = { specificRunId: RUN_ID, query: { runId: value }, body: { runId: value }, headers: {} };
    for (const onConflict of [undefined, 'report', 'throw']) {
      assert.equal(resolveRunId(req, { parentRunId: value, onConflict }), RUN_ID, title);
    }
    assert.equal(resolveRunId({ ...req, query: value, body: value }, { onConflict: 'throw' }), RUN_ID, title);
  }
});

for (const [container, source] of [
  ['query', 'query'],
  ['body', 'body'],
]) {
  test(`a ${container} that is no object, or has no runId of its own, is absent`, () => {
    for (const [title, value] of [...PRIMITIVES, ...OBJECTS, ...STRINGS]) {
      const resolved = api.resolveRunIdWithSource({ [container]: value }, LOWER);
      const holds =
        (value !== null && typeof value === 'object' && Object.hasOwn(value, 'runId')) ||
        value instanceof Map;
      assert.deepEqual(
        resolved,
        holds ? { runId: RUN_ID, source } : { runId: LOWER, source: 'parentRunId' },
        title,
      );
    }
  });

  test(`the error of a proxy in place of the ${container} is passed on`, () => {
    for (const [title, value] of PROXIES) {
      if (typeof value === 'function') continue;
      startAtNoon();
      const thrown = thrownBy(() => resolveRunId({ [container]: value }, LOWER));
      assert.ok(thrown === TRAP_ERROR || isOwnTypeError(thrown), title);
      assert.equal(issuedSinceNoon(), 0);
    }
  });
}

test('every hostile request is resolved, refused or passes its own error on', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    for (const name of RESOLVERS) {
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
        const error = assertRefused(() => api[name](value, LOWER), ['TYPE'], title);
        assert.ok(error.message.includes(` passed to ${name} instead of request`), error.message);
      } else if (PROXIES.some(([, proxy]) => proxy === value)) {
        startAtNoon();
        const thrown = thrownBy(() => api[name](value, LOWER));
        assert.ok(thrown === TRAP_ERROR || isOwnTypeError(thrown), title);
        assert.equal(issuedSinceNoon(), 0, title);
      } else {
        startAtNoon();
        api[name](value, LOWER);
        assert.equal(issuedSinceNoon(), 0, title);
      }
    }
  }
});

test('a hostile second argument is never taken for options', () => {
  for (const [title, value] of [...PRIMITIVES, ...OBJECTS, ...STRINGS]) {
    if (isAbsent(value)) continue;
    for (const name of RESOLVERS) {
      const isPlain =
        typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));
      if (isPlain) {
        if (Reflect.ownKeys(value).length === 0) continue;
        startAtNoon();
        assert.ok(isOwnTypeError(thrownBy(() => api[name]({}, value))), title);
        assert.equal(issuedSinceNoon(), 0, title);
      } else {
        assert.equal(
          assertRefused(() => api[name]({}, value), ['TYPE', 'FORMAT'], title).source,
          'parentRunId',
        );
      }
    }
  }
});

test('a proxy as the second argument is refused, or its own error is passed on', () => {
  for (const [title, value] of PROXIES) {
    startAtNoon();
    const thrown = thrownBy(() => resolveRunId({}, value));
    assert.ok(thrown === TRAP_ERROR || isOwnTypeError(thrown) || thrown.source === 'parentRunId', title);
    assert.equal(issuedSinceNoon(), 0, title);
  }
});

test('a hostile clientId option is refused when an ID is to be generated', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (value === undefined || isClientIdByOracleIfText(value)) continue;
    const error = assertRefused(() => resolveRunId({ query: {} }, { clientId: value }), ['CLIENT'], title);
    assert.equal(error.source, 'clientId');
  }
});

test('a hostile expectClientId option is refused, be there a run ID or not', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (isClientIdByOracleIfText(value)) continue;
    for (const req of [{}, { specificRunId: RUN_ID }, { specificRunId: BASE }, { specificRunId: 'x' }]) {
      const error = assertRefused(() => resolveRunId(req, { expectClientId: value }), ['CLIENT'], title);
      assert.equal(error.source, 'expectClientId');
    }
  }
});

function isClientIdByOracleIfText(value) {
  return typeof value === 'string' && isClientIdByOracle(value);
}

test('a hostile value of the other options is a TypeError', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (value === undefined) continue;
    for (const option of ['generate', 'onConflict']) {
      if (option === 'generate' && typeof value === 'boolean') continue;
      startAtNoon();
      const error = thrownBy(() => resolveRunId({}, { [option]: value }));
      assert.ok(isOwnTypeError(error), title);
      assert.match(error.message, /^[ -~]{1,200}$/);
      assert.equal(issuedSinceNoon(), 0, title);
    }
  }
});

test('hostile settings are a TypeError, or pass their own error on', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    const isEmpty = !isAbsent(value) && typeof value === 'object' && title === 'an empty object';
    if (isEmpty) continue;
    const thrown = thrownBy(() => configure(value));
    assert.ok(thrown === TRAP_ERROR || isOwnTypeError(thrown), title);
  }
});

test('a hostile value of a setting is a TypeError', () => {
  const accepted = {
    sequenceFile: (value) => typeof value === 'string',
    maxLeadSeconds: (value) => Number.isInteger(value) && value >= 0,
    logger: (value) => value === null || typeof value === 'function',
    debug: (value) => typeof value === 'boolean',
    service: (value) => typeof value === 'string' && value.length > 0 && value.length <= 128,
    now: (value) => value === null || typeof value === 'function',
  };
  for (const [title, value] of HOSTILE_VALUES) {
    if (value === undefined) continue;
    for (const [setting, isAccepted] of Object.entries(accepted)) {
      if (isAccepted(value)) continue;
      assert.ok(isOwnTypeError(thrownBy(() => configure({ [setting]: value }))), `${setting}: ${title}`);
    }
  }
});

test('a sequence file with a name that no file system takes is refused', () => {
  for (const name of ['', '\0', 'a\0b']) {
    assert.ok(isOwnTypeError(thrownBy(() => configure({ sequenceFile: name }))));
  }
  const tooLong = path.join(os.tmpdir(), 'x'.repeat(4096));
  assert.equal(
    codeOf(() => configure({ sequenceFile: tooLong })),
    'SEQUENCE',
  );
});

test('a service may be named by any text that fits', () => {
  for (const [title, value] of STRINGS) {
    if (value === '' || value.length > 128) continue;
    configure({ service: value });
    assert.equal(
      codeOf(() => api.normalizeRunId('x')),
      'FORMAT',
      title,
    );
  }
});

test('retired functions throw whatever they are given, and look at none of it', () => {
  for (const name of ['generateRunId', ...RETIRED]) {
    for (const [title, value] of HOSTILE_VALUES) {
      assertRefused(() => api[name](value, value), ['DEPRECATED'], title);
    }
  }
});

test('every function may be called without arguments and with any receiver', () => {
  const receivers = [undefined, null, 1, {}, new Proxy({}, TRAPS)];
  for (const name of [...Object.keys(api), ...RETIRED]) {
    if (typeof api[name] !== 'function' || name.startsWith('is') || name === 'RunIdError') continue;
    if (name === 'stats') continue;
    for (const receiver of receivers) {
      startAtNoon();
      if (name === 'generateTimestampRunId') {
        assert.equal(api[name].call(receiver), NOON_BASE);
        continue;
      }
      const thrown = thrownBy(() => api[name].call(receiver));
      const isPlain = ['configure', 'scanRunIds'].includes(name);
      assert.ok(isPlain ? isOwnTypeError(thrown) : thrown instanceof RunIdError, name);
      assert.equal(issuedSinceNoon(), 0, name);
    }
  }
});

/** Objects that throw from one getter each, with what they are passed to. */
const THROWING_GETTERS = {
  'req.specificRunId': (getter) => [
    Object.defineProperty({ query: { runId: LOWER } }, 'specificRunId', getter),
  ],
  'req.query': (getter) => [Object.defineProperty({ body: { runId: LOWER } }, 'query', getter)],
  'req.query, inherited': (getter) => [Object.create(Object.defineProperty({}, 'query', getter))],
  'req.query.runId': (getter) => [{ query: Object.defineProperty({}, 'runId', getter) }, LOWER],
  'req.body': (getter) => [Object.defineProperty({}, 'body', getter), LOWER],
  'req.body.runId': (getter) => [{ body: Object.defineProperty({}, 'runId', getter) }, LOWER],
  'options.parentRunId': (getter) => [{}, Object.defineProperty({}, 'parentRunId', getter)],
  'options.clientId': (getter) => [{}, Object.defineProperty({}, 'clientId', getter)],
  'options.generate': (getter) => [{}, Object.defineProperty({}, 'generate', getter)],
  'options.expectClientId': (getter) => [{}, Object.defineProperty({}, 'expectClientId', getter)],
};

for (const [place, argumentsWith] of Object.entries(THROWING_GETTERS)) {
  test(`what a getter of ${place} throws is passed on unchanged, and nothing is minted`, () => {
    for (const thrown of [new Error('own'), 'own', undefined, null, Symbol('own'), TRAP_ERROR]) {
      const args = argumentsWith({
        get() {
          throw thrown;
        },
        enumerable: true,
        configurable: true,
      });
      for (const name of RESOLVERS) {
        startAtNoon();
        assert.equal(
          thrownBy(() => api[name](...args)),
          thrown,
        );
        assert.equal(issuedSinceNoon(), 0);
      }
    }
  });
}

test('a getter may call the library again', () => {
  startAtNoon();
  const again = () => {
    assert.equal(
      codeOf(() => api.normalizeRunId({})),
      'TYPE',
    );
    assert.equal(api.normalizeRunId(RUN_ID), RUN_ID);
    configure({ debug: false });
    return resolveRunId({ specificRunId: RUN_ID });
  };
  const nested = {
    get runId() {
      return again();
    },
  };
  const holders = [
    {
      get specificRunId() {
        return again();
      },
    },
    {
      get query() {
        return nested;
      },
    },
    { body: nested },
  ];
  for (const req of holders) assert.equal(resolveRunId(req), RUN_ID);
  const options = {
    get parentRunId() {
      return again();
    },
  };
  assert.equal(resolveRunId({}, options), RUN_ID);
  assert.equal(issuedSinceNoon(), 0);
});

test('a getter that generates uses up the IDs it asked for, and no more', () => {
  const req = {
    get query() {
      return { runId: generateTimestampRunId() };
    },
  };
  startAtNoon();
  assert.equal(resolveRunId(req), NOON_BASE);
  assert.equal(issuedSinceNoon(), 1);
});

test('a clock for tests may call the library again', () => {
  configure({
    now() {
      assert.equal(isRunId(RUN_ID), true);
      assert.equal(
        codeOf(() => api.parseRunId('x')),
        'FORMAT',
      );
      return NOON;
    },
  });
  assert.equal(generateTimestampRunId(), NOON_BASE);
});

test('the query strings of SPEC §7 are refused as they come out of a parser', () => {
  for (const [text, code] of [
    [`runId=${RUN_ID}&runId=${RUN_ID}`, 'TYPE'],
    ['runId=', 'FORMAT'],
    ['runId', 'FORMAT'],
    [`runId=${RUN_ID}%00`, 'FORMAT'],
    [`runId=${RUN_ID}%0d%0a`, 'FORMAT'],
    [`runId=%20${RUN_ID}`, 'FORMAT'],
    [`runId=${RUN_ID}+`, 'FORMAT'],
    ['runId=%C4%B250712-100505', 'FORMAT'],
    [`runId=${'2'.repeat(100_000)}`, 'FORMAT'],
  ]) {
    const req = { query: querystring.parse(text), headers: {} };
    assert.equal(assertRefused(() => resolveRunId(req), [code], text).source, 'req.query.runId');
  }
});

test('a runId that is only looked like, or only inherited, is no run ID and none is taken from it', () => {
  for (const text of [
    `runId[x]=${RUN_ID}`,
    `RunId=${RUN_ID}`,
    `runid=${RUN_ID}`,
    `__proto__[runId]=${RUN_ID}`,
  ]) {
    assert.equal(
      codeOf(() => resolveRunId({ query: querystring.parse(text) }, { generate: false })),
      'MISSING',
    );
  }
  const inheriting = Object.create({ runId: RUN_ID });
  const parsed = JSON.parse(`{"__proto__":{"runId":"${RUN_ID}"}}`);
  for (const holder of [inheriting, parsed]) {
    assert.equal(
      codeOf(() => resolveRunId({ body: holder, query: holder }, { generate: false })),
      'MISSING',
    );
  }
});

test('JSON bodies of every type are absent, taken or refused', () => {
  for (const [json, code] of [
    ['null', 'MISSING'],
    ['true', 'MISSING'],
    ['7', 'MISSING'],
    ['"text"', 'MISSING'],
    ['[]', 'MISSING'],
    [`[{"runId":"${RUN_ID}"}]`, 'MISSING'],
    ['{}', 'MISSING'],
    ['{"runId":null}', 'MISSING'],
    ['{"runId":""}', 'FORMAT'],
    ['{"runId":false}', 'TYPE'],
    ['{"runId":0}', 'TYPE'],
    ['{"runId":250712.100505}', 'TYPE'],
    ['{"runId":[]}', 'TYPE'],
    [`{"runId":["${RUN_ID}"]}`, 'TYPE'],
    [`{"runId":{"runId":"${RUN_ID}"}}`, 'TYPE'],
    ['{"runId":"\\u0132"}', 'FORMAT'],
    ['{"runId":"\\ud800"}', 'FORMAT'],
  ]) {
    const body = JSON.parse(json);
    assert.equal(
      codeOf(() => resolveRunId({ body }, { generate: false })),
      code,
      json,
    );
  }
  assert.equal(resolveRunId({ body: JSON.parse(`{"runId":"${RUN_ID}"}`) }, { generate: false }), RUN_ID);
});

test('whatever is passed anywhere, only a RunIdError, or a TypeError about options, comes out', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const places = [
    ...CHECKING.map((name) => (value) => api[name](value)),
    (value) => createClientRunId(value, value),
    (value) => createClientRunId(BASE, value),
    (value) => resolveRunId(value, { generate: false }),
    (value) => resolveRunId({ specificRunId: value, query: value, body: value }, { generate: false }),
    (value) => resolveRunId({ query: { runId: value } }, { generate: false }),
    (value) => resolveRunId({ body: { runId: value } }, { generate: false }),
    (value) => resolveRunId({}, { parentRunId: value, generate: false }),
    (value) => resolveRunId({}, { expectClientId: value, generate: false }),
  ];
  const withOptions = [
    (value) => resolveRunId({ specificRunId: RUN_ID }, value),
    (value) => resolveRunId({ specificRunId: RUN_ID }, { onConflict: value }),
    (value) => resolveRunId({ specificRunId: RUN_ID }, { generate: value }),
  ];
  const isAllowed = (thrown, takesOptions) =>
    thrown instanceof RunIdError || (takesOptions && isOwnTypeError(thrown));
  startAtNoon();
  fc.assert(
    fc.property(anything, (value) => {
      assert.equal(isRunId(value), isRunIdByOracle(value));
      for (const place of [...places, ...withOptions]) {
        try {
          place(value);
        } catch (thrown) {
          assert.ok(isAllowed(thrown, withOptions.includes(place)), `${place}: ${String(thrown)}`);
        }
      }
    }),
    { numRuns: 2000, seed: 7 },
  );
  assert.equal(issuedSinceNoon(), 0);
});

test('100,000,000 characters are refused everywhere without being read', async () => {
  const {
    'reading it': reading,
    'a lower source': lower,
    'what exists': existing,
    ...refused
  } = await runProgram('rope-calls.js');
  const read = Object.entries({ ...refused, 'a lower source': lower, 'what exists': existing })
    .filter(([, { grown }]) => grown > 48)
    .map(([name, { grown }]) => `${name}: ${Math.round(grown)} MB`);
  assert.deepEqual(read, []);
  for (const [name, { refusal }] of Object.entries(refused)) {
    const expected = name.startsWith('is')
      ? /^false$/
      : /^(?:ERR_RUN_ID_(?:FORMAT|TYPE|CLIENT|DEPRECATED|SEQUENCE)|TypeError)$/;
    assert.match(String(refusal), expected, name);
  }
  assert.ok(reading.grown > 90, `reading one is seen by ${reading.grown} MB only`);
});

test('issuedDuring sees an ID that is used up', () => {
  assert.equal(
    issuedDuring(() => generateTimestampRunId()),
    1,
  );
  assert.equal(
    issuedReallyDuring(() => generateTimestampRunId()),
    1,
  );
});
