'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const test = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const fc = require('fast-check');
const { configure, generateTimestampRunId, parseRunId, resolveRunId } = require('../index.js');
const { baseAt, currentSecond, secondOf } = require('./support/base-time.js');
const { NOON, NOON_BASE, issuedDuring, startAtNoon } = require('./support/issued.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const FIRST_MS = Date.UTC(2000, 0, 1);
const END_MS = Date.UTC(2100, 0, 1);
const CLIENT_ID = /^(?![0-9]{6}-[0-9]{6})[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

const isClientId = (value) => typeof value === 'string' && CLIENT_ID.test(value);
const clientIds = fc
  .stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/)
  .filter((text) => isClientId(text));

const clock = {
  ms: NOON,
  start(ms, maxLeadSeconds = 3600) {
    clock.ms = ms;
    configure({ now: () => clock.ms, maxLeadSeconds });
  },
};

configure({ logger: null });
test.afterEach(() => configure({ now: null, maxLeadSeconds: 3600 }));

test('the first run ID of a process is the current second in UTC', async (t) => {
  const workspace = new Workspace(t);
  const zones = ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'];
  const seen = await Promise.all(
    zones.map((TZ) =>
      workspace.ask(
        () => {
          const { generateTimestampRunId } = require('unified-run-id');
          const before = new Date().toISOString();
          const runId = generateTimestampRunId();
          console.log(JSON.stringify({ before, runId, after: new Date().toISOString() }));
        },
        { env: { TZ } },
      ),
    ),
  );
  for (const { before, runId, after } of seen) {
    assert.match(runId, /^[0-9]{6}-[0-9]{6}$/);
    assert.ok(baseAt(Date.parse(before)) <= runId && runId <= baseAt(Date.parse(after)), runId);
  }
});

test('run IDs increase strictly, each one taking the current second or the one after the last', () => {
  let last = generateTimestampRunId();
  for (let count = 0; count < 500; count++) {
    const clientId = count % 3 === 0 ? 'Ann-Carver' : undefined;
    const before = currentSecond();
    const runId = generateTimestampRunId(clientId);
    const after = currentSecond();
    const second = secondOf(runId);
    const next = secondOf(last) + 1;
    assert.ok(second >= Math.max(before, next) && second <= Math.max(after, next), `${last} then ${runId}`);
    assert.equal(runId, clientId === undefined ? runId.slice(0, 13) : `${runId.slice(0, 13)}-${clientId}`);
    last = runId;
  }
});

test('a base is used once even when client IDs differ', () => {
  startAtNoon();
  assert.equal(generateTimestampRunId('Ann-Carver'), `${NOON_BASE}-Ann-Carver`);
  assert.equal(generateTimestampRunId('Acme-Corp'), '251006-120001-Acme-Corp');
  assert.equal(generateTimestampRunId(), '251006-120002');
  assert.equal(resolveRunId({}, { clientId: 'Acme-Corp' }), '251006-120003-Acme-Corp');
});

test('any client ID of the grammar follows the base literally', () => {
  fc.assert(
    fc.property(clientIds, (clientId) => {
      startAtNoon();
      assert.equal(generateTimestampRunId(clientId), `${NOON_BASE}-${clientId}`);
    }),
  );
});

test('a client ID is absent only when it is undefined', () => {
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  assert.equal(generateTimestampRunId(undefined), '251006-120001');
  assert.equal(
    codeOf(() => generateTimestampRunId(null)),
    'CLIENT',
  );
  assert.equal(
    codeOf(() => generateTimestampRunId('')),
    'CLIENT',
  );
});

const INVALID_CLIENT_IDS = [
  ['null', null],
  ['an empty string', ''],
  ['false', false],
  ['zero', 0],
  ['NaN', Number.NaN],
  ['a number', 42],
  ['a BigInt', 42n],
  ['a symbol', Symbol('Ann')],
  ['a function', () => 'Ann-Carver'],
  ['an array of one', ['Ann-Carver']],
  ['a boxed string', new String('Ann-Carver')],
  ['an object with toString', { toString: () => 'Ann-Carver' }],
  ['a promise', Promise.resolve('Ann-Carver')],
  ['a revoked proxy', revokedProxy()],
  ['white space', 'Ann Carver'],
  ['a line end', 'Ann-Carver\n'],
  ['NUL', 'Ann\0'],
  ['a dot', 'Ann.Carver'],
  ['a hyphen first', '-Ann'],
  ['a hyphen last', 'Ann-'],
  ['an underscore first', '_Ann'],
  ['65 characters', 'a'.repeat(65)],
  ['78 characters', 'a'.repeat(78)],
  ['100,000 characters', 'a'.repeat(100_000)],
  ['a character whose low byte is a digit', 'Ann\u0132'],
  ['a lone surrogate', 'Ann\ud800'],
  ['a base', '251006-143000'],
  ['a nested run ID', '251006-143000-Ann'],
  ['six digits, a hyphen and six digits of no date', '999999-999999x'],
];

function revokedProxy() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test('whatever is no client ID throws CLIENT before a second is used up', () => {
  for (const [name, clientId] of INVALID_CLIENT_IDS) {
    const issued = issuedDuring(() => {
      const error = rejectionOf(() => generateTimestampRunId(clientId));
      assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLIENT', 500], name);
      assert.ok(error.message.startsWith('STRICT RUN ID ERROR: Invalid client ID: "'), error.message);
    });
    assert.equal(issued, 0, name);
  }
});

test('generated values of any kind throw CLIENT unless they are client IDs', () => {
  const values = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), clientIds);
  fc.assert(
    fc.property(values, (value) => {
      fc.pre(value !== undefined);
      startAtNoon();
      if (isClientId(value)) {
        assert.equal(generateTimestampRunId(value), `${NOON_BASE}-${value}`);
      } else {
        assert.equal(
          codeOf(() => generateTimestampRunId(value)),
          'CLIENT',
        );
        assert.equal(generateTimestampRunId(), NOON_BASE);
      }
    }),
  );
});

test('on the real clock too, an invalid client ID uses up nothing', () => {
  for (const [name, clientId] of INVALID_CLIENT_IDS) {
    const last = secondOf(generateTimestampRunId());
    const before = currentSecond();
    assert.equal(
      codeOf(() => generateTimestampRunId(clientId)),
      'CLIENT',
      name,
    );
    const next = secondOf(generateTimestampRunId('Ann-Carver'));
    assert.ok(next === last + 1 || (next >= before && next <= currentSecond()), name);
  }
});

test('a clock of its own starts a sequence of its own, and the real one goes on untouched', () => {
  const last = secondOf(generateTimestampRunId());
  const before = currentSecond();
  clock.start(Date.UTC(2099, 11, 31));
  assert.equal(generateTimestampRunId(), '991231-000000');
  clock.start(FIRST_MS);
  assert.equal(generateTimestampRunId(), '000101-000000');
  configure({ now: null });
  const next = secondOf(generateTimestampRunId());
  assert.ok(next === last + 1 || (next >= before && next <= currentSecond()), `${last} then ${next}`);
});

test('a clock that is set again starts anew, and any other setting leaves it alone', () => {
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  configure({ maxLeadSeconds: 100 });
  assert.equal(generateTimestampRunId(), '251006-120001');
  configure({ now: undefined, debug: false });
  assert.equal(generateTimestampRunId(), '251006-120002');
});

test('a configuration that is refused leaves the clock alone', () => {
  startAtNoon();
  assert.equal(generateTimestampRunId(), NOON_BASE);
  assert.ok(thrownBy(() => configure({ now: () => 0, maxLeadSeconds: -1 })) instanceof TypeError);
  assert.equal(generateTimestampRunId(), '251006-120001');
});

test('the clock is read once for each run ID', () => {
  let reads = 0;
  configure({
    now: () => {
      reads += 1;
      return NOON + 1000 * reads;
    },
  });
  assert.equal(generateTimestampRunId(), '251006-120001');
  assert.equal(generateTimestampRunId('Ann-Carver'), '251006-120002-Ann-Carver');
  assert.equal(reads, 2);
});

test('milliseconds and fractions of them belong to the second that has begun', () => {
  for (const [ms, base] of [
    [NOON + 999, NOON_BASE],
    [NOON + 999.999, NOON_BASE],
    [NOON + 1000, '251006-120001'],
    [NOON - 0.001, '251006-115959'],
  ]) {
    clock.start(ms);
    assert.equal(generateTimestampRunId(), base);
  }
});

test('EXHAUSTED says truthfully when the next run ID fits', () => {
  const leads = fc.integer({ min: 0, max: 60 });
  const fractions = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(leads, fractions, (maxLeadSeconds, fraction) => {
      clock.start(NOON + fraction, maxLeadSeconds);
      for (let count = 0; count <= maxLeadSeconds; count++) generateTimestampRunId();
      const error = rejectionOf(() => generateTimestampRunId());
      assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_EXHAUSTED', 503]);
      assert.ok(error.message.startsWith('RUN ID ERROR: '), error.message);
      assert.equal(error.retryAfterMs, 1000 - fraction);
      clock.ms += error.retryAfterMs - 1;
      const early = rejectionOf(() => generateTimestampRunId('Ann-Carver'));
      assert.deepEqual([early.code, early.retryAfterMs], ['ERR_RUN_ID_EXHAUSTED', 1]);
      clock.ms += 1;
      assert.equal(generateTimestampRunId(), baseAt(NOON + 1000 * (maxLeadSeconds + 1)));
    }),
  );
});

test('with maxLeadSeconds 0 there is one run ID a second', () => {
  clock.start(NOON, 0);
  assert.equal(generateTimestampRunId(), NOON_BASE);
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
  clock.ms += 1000;
  assert.equal(generateTimestampRunId('Ann-Carver'), '251006-120001-Ann-Carver');
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
});

test('on the real clock a burst ends in EXHAUSTED, whatever path the calls take', () => {
  for (const clientId of [undefined, 'Ann-Carver']) {
    configure({ maxLeadSeconds: 0 });
    let error;
    while (error === undefined) {
      try {
        generateTimestampRunId(clientId);
      } catch (thrown) {
        error = thrown;
      }
    }
    assert.equal(error.code, 'ERR_RUN_ID_EXHAUSTED');
    assert.ok(Number.isInteger(error.retryAfterMs) && error.retryAfterMs > 0, String(error.retryAfterMs));
    // So far ahead that no pause of this process brings the clock there.
    configure({ maxLeadSeconds: 3600 });
    let last;
    for (let count = 0; count < 300; count++) last = secondOf(generateTimestampRunId());
    configure({ maxLeadSeconds: 0 });
    const before = currentSecond();
    const { retryAfterMs } = rejectionOf(() => generateTimestampRunId());
    assert.ok(retryAfterMs <= 1000 * (last + 1 - before), String(retryAfterMs));
  }
});

test('the lead can be lifted to two thousand million seconds', () => {
  clock.start(NOON, 2_000_000_000);
  const ids = new Set();
  let last = '';
  for (let count = 0; count < 20_000; count++) {
    const runId = generateTimestampRunId();
    assert.ok(runId > last);
    ids.add(runId);
    last = runId;
  }
  assert.equal(ids.size, 20_000);
  assert.equal(last, baseAt(NOON + 19_999_000));
});

test('the first and the last second of the century are issued, and nothing outside', () => {
  clock.start(FIRST_MS - 1);
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'CLOCK',
  );
  clock.ms = FIRST_MS;
  assert.equal(generateTimestampRunId(), '000101-000000');
  clock.ms = END_MS - 1;
  assert.equal(generateTimestampRunId(), '991231-235959');
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'CLOCK',
  );
  clock.ms = END_MS;
  assert.equal(
    codeOf(() => generateTimestampRunId('Ann-Carver')),
    'CLOCK',
  );
});

test('a clock outside the century is CLOCK and uses up nothing', () => {
  for (const ms of [0, -1, -1e15, 1e15, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, -Number.MAX_VALUE]) {
    clock.start(ms, 2_000_000_000);
    const error = rejectionOf(() => generateTimestampRunId());
    assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLOCK', 503], String(ms));
    assert.equal(error.retryAfterMs, undefined);
    clock.ms = NOON;
    assert.equal(generateTimestampRunId(), NOON_BASE, String(ms));
  }
});

test('a clock that shows no finite number is CLOCK and uses up nothing', () => {
  const shown = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    BigInt(NOON),
    String(NOON),
    new Date(NOON),
    Object(NOON),
    [NOON],
    Promise.resolve(NOON),
    { valueOf: () => NOON },
    Symbol('now'),
    true,
    null,
    undefined,
  ];
  for (const value of shown) {
    clock.start(value);
    const error = rejectionOf(() => generateTimestampRunId());
    assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLOCK', 503], typeof value);
    assert.ok(error.message.startsWith('RUN ID ERROR: '), error.message);
    assert.equal(
      codeOf(() => resolveRunId({})),
      'CLOCK',
    );
    clock.ms = NOON;
    assert.equal(generateTimestampRunId(), NOON_BASE);
  }
});

test('what the clock throws passes through unchanged and uses up nothing', () => {
  for (const thrown of [new RangeError('no clock'), 'a string', undefined]) {
    let broken = true;
    configure({
      now: () => {
        if (broken) throw thrown;
        return NOON;
      },
    });
    assert.equal(
      thrownBy(() => generateTimestampRunId()),
      thrown,
    );
    assert.equal(
      thrownBy(() => resolveRunId({ query: {} })),
      thrown,
    );
    broken = false;
    assert.equal(generateTimestampRunId(), NOON_BASE);
  }
});

test('any walk of the clock gives new and later run IDs, or EXHAUSTED or CLOCK with nothing used up', (t) => {
  const steps = fc.oneof(
    fc.constant(0),
    fc.integer({ min: -2000, max: 2000 }),
    fc.integer({ min: -90, max: 90 }).map((seconds) => seconds * 1000),
    fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }),
  );
  const starts = fc.oneof(
    fc.integer({ min: FIRST_MS, max: END_MS - 1 }),
    fc.constantFrom(FIRST_MS, FIRST_MS - 1000, END_MS - 1, END_MS - 5000),
  );
  const calls = fc.array(fc.record({ step: steps, clientId: fc.option(clientIds, { nil: undefined }) }), {
    maxLength: 60,
  });
  // Each of these sequences may warn of its lead.
  const silenced = process.rawListeners('warning');
  process.removeAllListeners('warning');
  t.after(async () => {
    await turn();
    for (const listener of silenced) process.on('warning', listener);
  });
  fc.assert(
    fc.property(starts, fc.integer({ min: 0, max: 100 }), calls, (start, maxLead, walk) => {
      clock.start(start, maxLead);
      const model = new SequenceModel(maxLead);
      for (const { step, clientId } of walk) {
        clock.ms += step;
        const expected = model.call(clock.ms);
        if (expected.base !== undefined) {
          const suffix = clientId === undefined ? '' : `-${clientId}`;
          assert.equal(generateTimestampRunId(clientId), expected.base + suffix);
        } else {
          const error = rejectionOf(() => generateTimestampRunId(clientId));
          assert.ok(expected.codes.includes(error.code), `${error.code} instead of ${expected.codes}`);
          const retryAfterMs = error.code === 'ERR_RUN_ID_EXHAUSTED' ? expected.retryAfterMs : undefined;
          assert.equal(error.retryAfterMs, retryAfterMs);
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** SPEC §3 as plain arithmetic. */
class SequenceModel {
  #last = Number.NEGATIVE_INFINITY;
  #highestMs = Number.NEGATIVE_INFINITY;

  constructor(maxLead) {
    this.maxLead = maxLead;
  }

  call(nowMs) {
    const now = Math.floor(nowMs / 1000);
    const next = Math.max(now, this.#last + 1);
    const back = this.#highestMs - nowMs;
    this.#highestMs = Math.max(this.#highestMs, nowMs);
    if (nowMs < FIRST_MS || next * 1000 >= END_MS) return { codes: ['ERR_RUN_ID_CLOCK'] };
    if (next - now <= this.maxLead) {
      this.#last = next;
      return { base: baseAt(next * 1000) };
    }
    return { codes: this.#reasons(now, back), retryAfterMs: (next - this.maxLead) * 1000 - nowMs };
  }

  /** Both may be said of a clock that went back a little, or on which the lead was used up before. */
  #reasons(now, back) {
    if (back <= 0) return ['ERR_RUN_ID_EXHAUSTED'];
    if (back >= 2000 && this.#last > now + this.maxLead) return ['ERR_RUN_ID_CLOCK'];
    return ['ERR_RUN_ID_EXHAUSTED', 'ERR_RUN_ID_CLOCK'];
  }
}

test('generate events tell the lead over the clock', (t) => {
  const events = [];
  const listener = (event) => events.push(event);
  subscribe('unified-run-id:generate', listener);
  t.after(() => unsubscribe('unified-run-id:generate', listener));
  clock.start(NOON + 999);
  const runIds = [generateTimestampRunId(), generateTimestampRunId(), generateTimestampRunId('Ann-Carver')];
  clock.ms = NOON - 10_000;
  runIds.push(generateTimestampRunId());
  clock.ms = NOON + 60_000;
  runIds.push(generateTimestampRunId());
  assert.deepEqual(
    events.map(({ runId, leadSeconds }) => [runId, leadSeconds]),
    runIds.map((runId, index) => [runId, [0, 1, 2, 13, 0][index]]),
  );
});

test('a lead of 60 s is not warned of, one of 61 s is, and further ones are not', async (t) => {
  const warnings = [];
  const listener = (warning) => warnings.push(warning);
  await turn();
  process.on('warning', listener);
  t.after(() => process.off('warning', listener));
  startAtNoon();
  for (let lead = 0; lead <= 60; lead++) generateTimestampRunId();
  await turn();
  assert.deepEqual(warnings, []);
  const warned = once(process, 'warning');
  generateTimestampRunId();
  const [{ code, message }] = await warned;
  assert.equal(code, 'RUN_ID_LEAD');
  assert.match(message, /\b61 s\b/);
  for (let count = 0; count < 100; count++) generateTimestampRunId('Ann-Carver');
  await turn();
  assert.equal(warnings.length, 1);
});

test('on the real clock a process warns of its lead exactly once', async (t) => {
  const codes = await new Workspace(t).ask(async () => {
    const { setImmediate } = require('node:timers/promises');
    const runIds = require('unified-run-id');
    const codes = [];
    process.on('warning', ({ code }) => codes.push(code));
    const lead = () => runIds.parseRunId(runIds.generateTimestampRunId()).startedAt - Date.now();
    for (const bound of [62, 130, 200]) {
      while (lead() < bound * 1000);
      await setImmediate();
    }
    console.log(JSON.stringify(codes));
  });
  assert.deepEqual(codes, ['RUN_ID_LEAD']);
});

test('a resolved request takes its new run ID from the same sequence', () => {
  startAtNoon();
  assert.equal(resolveRunId({ query: {} }), NOON_BASE);
  assert.equal(generateTimestampRunId(), '251006-120001');
  assert.deepEqual(parseRunId(NOON_BASE).startedAt, new Date(NOON));
});
