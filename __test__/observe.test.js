'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const fc = require('fast-check');
const runIds = require('../index.js');
const binding = require('../lib/binding.js');
const { onArrival } = require('../lib/core/arrival.js');
const { observeResolve, observeRunId } = require('../lib/observe/index.js');
const { OBJECTS, PRIMITIVES, PROXIES, STRINGS } = require('./support/hostile-values.js');
const { codeOf, thrownBy } = require('./support/thrown.js');

const BASE = '251006-143000';
const RUN_ID = `${BASE}-Ann-Carver`;

runIds.configure({ logger: null });

/** The events that a call emits; it must return nothing. */
function observed(call) {
  const events = [];
  const hear = (event) => events.push(event);
  subscribe('unified-run-id:observe', hear);
  try {
    assert.equal(call(), undefined);
  } finally {
    unsubscribe('unified-run-id:observe', hear);
  }
  return events;
}

/** What a call says, without the place and what all events have. */
function told(call) {
  const [event, ...others] = observed(call);
  assert.equal(others.length, 0);
  const { outcome, code, source, received, otherRunId } = event;
  return { outcome, code, source, received, otherRunId };
}

const outcomeOf = (call) => told(call).outcome;

describe('observeRunId', () => {
  for (const [title, value] of [...PRIMITIVES, ...OBJECTS, ...PROXIES, ...STRINGS]) {
    test(`says of ${title} what normalizeRunId does`, () => {
      const error = thrownBy(() => runIds.normalizeRunId(value));
      const { outcome, code, received } = told(() => observeRunId(value, { place: 'here' }));
      assert.deepEqual([outcome, code, received], ['would-throw', error.code, error.received ?? null]);
    });
  }

  test('accepts what normalizeRunId accepts, of the kind and of the client that is wanted', () => {
    for (const [value, options, code] of [
      [BASE, undefined, null],
      [RUN_ID, {}, null],
      [BASE, { kind: 'base' }, null],
      [RUN_ID, { kind: 'client', expectClientId: 'Ann-Carver' }, null],
      [RUN_ID, { kind: 'base' }, 'ERR_RUN_ID_KIND'],
      [BASE, { kind: 'client' }, 'ERR_RUN_ID_KIND'],
      [BASE, { place: 'x'.repeat(200) }, null],
      [RUN_ID, { expectClientId: 'Lee-Marlow' }, 'ERR_RUN_ID_CLIENT_MISMATCH'],
      [BASE, { expectClientId: 'Lee-Marlow' }, 'ERR_RUN_ID_CLIENT_MISMATCH'],
      [RUN_ID, { expectClientId: '' }, 'ERR_RUN_ID_CLIENT'],
      [RUN_ID, { expectClientId: null }, 'ERR_RUN_ID_CLIENT'],
    ]) {
      const { outcome, code: given } = told(() => observeRunId(value, options));
      assert.deepEqual([outcome, given], [code === null ? 'same' : 'would-throw', code], value);
    }
  });

  test('calls nothing of an object, not even where the event is written', () => {
    let calls = 0;
    const counts = () => (calls += 1);
    const lazy = {
      then: counts,
      toString: counts,
      toJSON: counts,
      [Symbol.toPrimitive]: counts,
      [Symbol.for('nodejs.util.inspect.custom')]: counts,
      get runId() {
        return counts();
      },
    };
    const trapped = new Proxy(
      {},
      Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, counts])),
    );
    const written = [];
    runIds.configure({ logger: (event) => written.push(JSON.stringify(event)), debug: true });
    try {
      for (const value of [lazy, trapped]) {
        observeRunId(value);
        observeResolve({ query: {} }, value);
      }
    } finally {
      runIds.configure({ logger: null, debug: false });
    }
    assert.equal(calls, 0);
    assert.equal(written.filter((line) => line.includes('"observe"')).length, 4);
  });

  test('a wrong call is warned of once, counts as one that would throw, and throws nothing', async () => {
    const warnings = [];
    const hear = (warning) => warnings.push(warning);
    process.on('warning', hear);
    for (const options of [
      { plaze: 'x' },
      { plaze: 'x' },
      { kind: 'job' },
      { place: '' },
      { place: 'x'.repeat(201) },
      { place: 'x', [Symbol('kind')]: 'base' },
      5,
      [],
      new Map(),
    ]) {
      assert.equal(
        outcomeOf(() => observeRunId(BASE, options)),
        'would-throw',
      );
      assert.equal(
        outcomeOf(() => observeResolve({ query: {} }, BASE, options)),
        'would-throw',
      );
    }
    await new Promise(setImmediate);
    process.off('warning', hear);
    const messages = warnings.map(({ code, message }) => (code === 'RUN_ID_OBSERVE' ? message : null));
    assert.ok(
      messages.includes('observeRunId: unknown option "plaze"; expected one of kind, expectClientId, place'),
    );
    assert.equal(new Set(messages).size, messages.length);
    // A key may come from anywhere, and a warning is kept for ever.
    const before = messages.length;
    process.on('warning', hear);
    for (let at = 0; at < 100; at++) observeRunId(BASE, { [`key${at}`]: at });
    await new Promise(setImmediate);
    process.off('warning', hear);
    assert.ok(warnings.length > before && warnings.length <= 20, `${warnings.length}`);
  });
});

describe('observeResolve', () => {
  test('is no arrival that is compared with baggage', (t) => {
    const arrivals = [];
    t.after(onArrival((caller, { runId }) => arrivals.push([caller.name, runId])));
    const req = { query: { runId: RUN_ID } };
    for (const each of [req, { query: {}, body: {} }]) observeResolve(each, RUN_ID, { place: 'here' });
    assert.deepEqual(arrivals, []);
    runIds.resolveRunId(req);
    runIds.resolveRunIdWithSource(req);
    assert.deepEqual(arrivals, [
      ['resolveRunId', RUN_ID],
      ['resolveRunIdWithSource', RUN_ID],
    ]);
  });

  const get = (query, more) => ({ method: 'GET', headers: {}, query, ...more });

  test('compares what resolveRunId would do with what was used', () => {
    for (const [req, used, options, expected] of [
      [get({ runId: RUN_ID }), RUN_ID, undefined, { outcome: 'same', source: 'query' }],
      [
        get({ runId: RUN_ID }),
        BASE,
        undefined,
        { outcome: 'differs', source: 'query', received: BASE, otherRunId: RUN_ID },
      ],
      [
        get({ runId: RUN_ID }),
        undefined,
        undefined,
        { outcome: 'differs', source: 'query', received: 'undefined', otherRunId: RUN_ID },
      ],
      [get({}), BASE, undefined, { outcome: 'would-generate', source: 'generated', received: BASE }],
      [get({}), BASE, { generate: false }, { outcome: 'would-throw', code: 'ERR_RUN_ID_MISSING' }],
      [
        get({}),
        BASE,
        { clientId: '' },
        { outcome: 'would-throw', code: 'ERR_RUN_ID_CLIENT', source: 'clientId', received: '' },
      ],
      [get({}), BASE, { parentRunId: BASE }, { outcome: 'same', source: 'parentRunId' }],
      [
        get({ runId: '' }),
        BASE,
        undefined,
        { outcome: 'would-throw', code: 'ERR_RUN_ID_FORMAT', source: 'req.query.runId', received: '' },
      ],
      // An unparsed body does not count as another run.
      [
        { method: 'POST', headers: { 'content-length': '9' }, query: {} },
        BASE,
        undefined,
        { outcome: 'would-throw', code: 'ERR_RUN_ID_MISSING', source: 'req.body' },
      ],
      [
        { id: 7, data: {} },
        BASE,
        undefined,
        { outcome: 'would-throw', code: 'ERR_RUN_ID_TYPE', received: 'object' },
      ],
      [null, BASE, undefined, { outcome: 'would-throw', code: 'ERR_RUN_ID_TYPE', received: 'null' }],
      [
        get({ runId: RUN_ID }, { body: { runId: '251006-150000' } }),
        RUN_ID,
        { onConflict: 'throw' },
        { outcome: 'would-throw', code: 'ERR_RUN_ID_CONFLICT' },
      ],
      [
        Object.freeze(get({})),
        BASE,
        undefined,
        { outcome: 'would-throw', code: 'ERR_RUN_ID_TYPE', received: 'object' },
      ],
    ]) {
      const found = told(() => observeResolve(req, used, options));
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected);
    }
  });

  /** Can't carry an ID; the invalid client beside it is the second fault. */
  const TWICE_WRONG = {
    query: { form: 'absent' },
    body: { form: 'absent' },
    headers: {},
    url: '/',
    params: {},
    isExtensible: false,
  };

  test('ten thousand requests are what they were, and each is decided as resolveRunId decides', () => {
    const runId = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(BASE, RUN_ID, '251006-150000', '251006-150000-Lee-Marlow') },
      fc.constantFrom('', 'job_1', ' 251006-143000', null, undefined, 7, [BASE], { runId: BASE }),
    );
    const holder = fc.oneof(
      fc.constant({ form: 'absent' }),
      fc.record({ form: fc.constantFrom('object', 'bare', 'params', 'map'), runId }),
      fc.record({ form: fc.constantFrom('spelled', 'text', 'empty'), runId }),
    );
    const request = fc.record({
      marked: fc.option(runId, { nil: undefined }),
      query: holder,
      body: holder,
      headers: fc.constantFrom({}, { 'content-length': '5' }, { 'run-id': BASE }, undefined),
      url: fc.constantFrom('/', `/?runId=${BASE}`, undefined),
      params: fc.constantFrom({}, { runId: BASE }, undefined),
      isExtensible: fc.boolean(),
    });
    const options = fc.record(
      {
        generate: fc.boolean(),
        parentRunId: runId,
        clientId: fc.constantFrom('Ann-Carver', '', undefined),
        expectClientId: fc.constantFrom('Ann-Carver', 'Lee-Marlow', ''),
        onConflict: fc.constantFrom('report', 'throw'),
      },
      { requiredKeys: [] },
    );
    const seen = new Set();
    const quiet = new Map();
    binding.takeObserved();
    fc.assert(
      fc.property(request, options, fc.constantFrom(BASE, RUN_ID, undefined), (spec, given, used) => {
        const [req, other] = [requestOf(spec), requestOf(spec)];
        const before = picture(req);
        const generated = runIds.stats().generated;
        const { outcome, code, otherRunId } = told(() => observeResolve(req, used, given));
        assert.deepEqual(picture(req), before);
        assert.equal(runIds.stats().generated, generated);
        const real = resolved(other, given);
        const wanted =
          real.code !== null
            ? 'would-throw'
            : real.source === 'generated'
              ? 'would-generate'
              : real.runId === used
                ? 'same'
                : 'differs';
        assert.deepEqual([outcome, code], [wanted, real.code]);
        if (outcome === 'differs') assert.equal(otherRunId, real.runId);
        seen.add(outcome).add(code);
        // Where nobody listens only the code is looked for, and that in another way.
        observeResolve(requestOf(spec), used, { ...given, place: 'quiet' });
        const key = `${wanted} ${real.code}`;
        quiet.set(key, (quiet.get(key) ?? 0) + 1);
      }),
      { numRuns: 10_000, examples: [[TWICE_WRONG, { clientId: '' }, BASE]] },
    );
    for (const each of [
      'same',
      'differs',
      'would-throw',
      'would-generate',
      'ERR_RUN_ID_MISSING',
      'ERR_RUN_ID_CONFLICT',
    ])
      assert.ok(seen.has(each), each);
    const counted = binding.takeObserved().filter(({ place }) => place === 'quiet');
    assert.deepEqual(
      new Map(counted.map(({ outcome, code, count }) => [`${outcome} ${code}`, count])),
      quiet,
    );
  });

  test('reads each source once more, and passes on no error of the application', () => {
    const reads = { query: 0, body: 0 };
    const req = {
      method: 'GET',
      get query() {
        reads.query += 1;
        return {};
      },
      get body() {
        reads.body += 1;
        throw new Error('of the application');
      },
    };
    assert.equal(
      outcomeOf(() => observeResolve(req, BASE)),
      'would-throw',
    );
    assert.deepEqual(reads, { query: 1, body: 1 });
    for (const [, proxy] of PROXIES)
      assert.equal(
        outcomeOf(() => observeResolve(proxy, BASE)),
        'would-throw',
      );
  });

  test('calls nothing of what the application throws, whatever that is', async () => {
    let calls = 0;
    const counts = () => (calls += 1);
    const trapped = new Proxy(
      {},
      Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, counts])),
    );
    class Telling extends TypeError {
      get message() {
        counts();
        return 'observeResolve: of the application';
      }
    }
    const spoilt = Object.defineProperty(new TypeError('x'), 'message', { get: counts });
    const taken = Object.defineProperty(
      thrownBy(() => runIds.normalizeRunId('x')),
      'code',
      { get: counts },
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const warnings = [];
    const hear = (warning) => warnings.push(warning);
    process.on('warning', hear);
    const every = [trapped, new Telling(), spoilt, taken, proxy, undefined, null, 7, Symbol('x')];
    for (const thrown of every) {
      const req = {
        get query() {
          throw thrown;
        },
      };
      for (const options of [undefined, { place: 'here' }]) {
        const { outcome, code } = told(() => observeResolve(req, BASE, options));
        assert.deepEqual([outcome, code], ['would-throw', null]);
      }
      const options = {
        get place() {
          throw thrown;
        },
      };
      assert.equal(
        outcomeOf(() => observeRunId(BASE, options)),
        'would-throw',
      );
    }
    await new Promise(setImmediate);
    process.off('warning', hear);
    assert.deepEqual([calls, warnings], [0, []]);
  });

  test('what a getter of the request does with the library is done', () => {
    const inner = { query: {} };
    let found;
    const req = {
      get query() {
        found = runIds.resolveRunId(inner);
        return {};
      },
    };
    const { rejected, generated } = runIds.stats();
    assert.equal(
      outcomeOf(() => observeResolve(req, BASE)),
      'would-generate',
    );
    assert.equal(inner.specificRunId, found);
    assert.equal(runIds.stats().generated, generated + 1);
    const refusing = {
      get query() {
        return codeOf(() => runIds.normalizeRunId('x')) && {};
      },
    };
    observeResolve(refusing, BASE);
    assert.equal(runIds.stats().rejected.ERR_RUN_ID_FORMAT, rejected.ERR_RUN_ID_FORMAT + 1);
  });

  test('a trial is neither counted as resolved nor told as anything else', () => {
    const heard = [];
    const names = ['resolve', 'reject', 'generate', 'conflict', 'pass'].map(
      (name) => `unified-run-id:${name}`,
    );
    const hear = (event) => heard.push(event);
    for (const name of names) subscribe(name, hear);
    const { resolved: before, rejected } = runIds.stats();
    observeResolve(get({ runId: RUN_ID }, { body: { runId: '251006-150000' } }), RUN_ID);
    observeResolve(get({ runId: 'x' }), RUN_ID);
    observeResolve(get({}), RUN_ID);
    observeResolve({ specificRunId: RUN_ID }, RUN_ID);
    observeRunId(RUN_ID);
    observeRunId('x');
    for (const name of names) unsubscribe(name, hear);
    assert.deepEqual(heard, []);
    assert.deepEqual(runIds.stats().resolved, before);
    assert.deepEqual(runIds.stats().rejected, rejected);
  });
});

function requestOf({ marked, query, body, headers, url, params, isExtensible }) {
  const req = { method: 'POST' };
  const given = { specificRunId: marked, query: holderOf(query), body: holderOf(body), headers, url, params };
  for (const [key, value] of Object.entries(given)) if (value !== undefined) req[key] = value;
  return isExtensible ? req : Object.preventExtensions(req);
}

function holderOf({ form, runId }) {
  switch (form) {
    case 'object':
      return { runId };
    case 'bare':
      return Object.assign(Object.create(null), { runId });
    case 'params':
      return new URLSearchParams({ runId: String(runId) });
    case 'map':
      return new Map([['runId', runId]]);
    case 'spelled':
      return { run_id: runId };
    case 'text':
      return `runId=${runId}`;
    case 'empty':
      return {};
    default:
      return undefined;
  }
}

/** All that can be seen of a request without asking it to do anything. */
function picture(req) {
  const parts = [req, req.query, req.body].filter((part) => typeof part === 'object' && part !== null);
  return parts.map((part) => [Object.isExtensible(part), Object.getOwnPropertyDescriptors(part)]);
}

function resolved(req, options) {
  try {
    return { ...runIds.resolveRunIdWithSource(req, options), code: null };
  } catch (error) {
    return { code: error.code };
  }
}
