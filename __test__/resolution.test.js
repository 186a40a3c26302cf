'use strict';

const { afterEach, describe, test } = require('node:test');
const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const {
  configure,
  generateTimestampRunId,
  isRunId,
  resolveRunId,
  resolveRunIdWithSource,
  RunIdError,
} = require('../index.js');
const { runWithRunId } = require('../lib/context/index.js');
const { observeResolve } = require('../lib/observe/index.js');
const { NOON_BASE, issuedDuring, issuedSinceNoon, startAtNoon } = require('./support/issued.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');

/** One run ID for each source, so that a result tells where it came from. */
const RUN_IDS = {
  specificRunId: '250712-100501-Ann-Carver',
  query: '250712-100502-Ann-Carver',
  body: '250712-100503-Ann-Carver',
  parentRunId: '250712-100504-Ann-Carver',
};
const ORDER = Object.keys(RUN_IDS);
const PATHS = {
  specificRunId: 'req.specificRunId',
  query: 'req.query.runId',
  body: 'req.body.runId',
  parentRunId: 'parentRunId',
};
const RUN_ID = RUN_IDS.query;
const CLIENT = 'Ann-Carver';
const DEFAULTS = { logger: null, now: null, debug: false, maxLeadSeconds: 3600 };

configure(DEFAULTS);
afterEach(() => configure(DEFAULTS));

/** A request that holds these values in these sources. */
function requestWith({ specificRunId, query, body }) {
  return { specificRunId, query: { runId: query }, body: { runId: body } };
}

/** Records each look at an object, and at the objects in it, as the trap and the property. */
function watched(target, looks, prefix = '') {
  const note =
    (trap) =>
    (...args) => {
      const key = typeof args[1] === 'string' ? args[1] : '';
      looks.push(`${trap} ${prefix}${key}`);
      const result = Reflect[trap](...args);
      const isObject = trap === 'get' && typeof result === 'object' && result !== null;
      return isObject ? watched(result, looks, `${prefix}${key}.`) : result;
    };
  return new Proxy(target, Object.fromEntries(Object.keys(TRAPS).map((trap) => [trap, note(trap)])));
}

const TRAPS = {
  get: true,
  set: true,
  has: true,
  deleteProperty: true,
  defineProperty: true,
  getOwnPropertyDescriptor: true,
  ownKeys: true,
  getPrototypeOf: true,
  setPrototypeOf: true,
  isExtensible: true,
  preventExtensions: true,
};

/** The events of a channel that a call publishes. */
function eventsOf(name, call) {
  const events = [];
  const listen = (event) => events.push(event);
  subscribe(`unified-run-id:${name}`, listen);
  try {
    call();
  } finally {
    unsubscribe(`unified-run-id:${name}`, listen);
  }
  return events;
}

const isOwnTypeError = (thrown) => thrown?.constructor === TypeError;

// Every set of sources that are present, with the one that must win.
for (let present = 1; present < 1 << ORDER.length; present++) {
  const names = ORDER.filter((_, at) => present & (1 << at));
  test(`of ${names.join(', ')}, ${names[0]} is taken`, () => {
    const values = Object.fromEntries(names.map((name) => [name, RUN_IDS[name]]));
    const expected = { runId: RUN_IDS[names[0]], source: names[0] };
    for (const second of [values.parentRunId, { parentRunId: values.parentRunId }]) {
      assert.deepEqual(resolveRunIdWithSource(requestWith(values), second), expected);
      assert.equal(resolveRunId(requestWith(values), second), expected.runId);
    }
    assert.equal(
      issuedDuring(() => resolveRunId(requestWith(values), values.parentRunId)),
      0,
    );
  });
}

test('with no source at all an ID is generated, exactly one', () => {
  startAtNoon();
  assert.deepEqual(resolveRunIdWithSource({}), { runId: NOON_BASE, source: 'generated' });
  assert.equal(issuedSinceNoon(), 1);
});

test('what is found is returned as the very same value', () => {
  for (const name of ORDER) {
    const req = requestWith({ [name]: RUN_IDS[name] });
    const second = name === 'parentRunId' ? RUN_IDS[name] : undefined;
    assert.ok(Object.is(resolveRunId(req, second), RUN_IDS[name]));
    assert.ok(Object.is(resolveRunIdWithSource(req, second).runId, RUN_IDS[name]));
  }
});

test('undefined, null and a missing property are absent in every source', () => {
  for (const absent of [undefined, null]) {
    const req = { specificRunId: absent, query: { runId: absent }, body: { runId: absent } };
    for (const second of [absent, { parentRunId: absent, generate: false }, { generate: false }]) {
      if (second === absent) {
        startAtNoon();
        assert.equal(resolveRunId({ ...req }, second), NOON_BASE);
      } else {
        assert.equal(
          codeOf(() => resolveRunId(req, second)),
          'MISSING',
        );
      }
    }
  }
});

test('a query or body that is absent or no object is absent', () => {
  for (const holder of [
    undefined,
    null,
    '',
    RUN_ID,
    `runId=${RUN_ID}`,
    7,
    7n,
    true,
    false,
    Symbol('runId'),
  ]) {
    assert.equal(resolveRunId({ query: holder, body: holder }, RUN_IDS.parentRunId), RUN_IDS.parentRunId);
  }
});

test('a body of text or bytes is absent, even when it spells a run ID', () => {
  const json = JSON.stringify({ runId: RUN_ID });
  for (const body of [json, Buffer.from(json), new Uint8Array(8), new ArrayBuffer(8), new String(json)]) {
    assert.equal(resolveRunId({ body }, RUN_IDS.parentRunId), RUN_IDS.parentRunId);
  }
});

test('anything else is present and must be a run ID, or it throws naming its source', () => {
  const boxed = new String(RUN_ID);
  const convertible = { toString: () => RUN_ID };
  for (const bad of [
    '',
    ' ',
    'foo-bar',
    [RUN_ID],
    [],
    boxed,
    convertible,
    0,
    false,
    Number.NaN,
    () => RUN_ID,
  ]) {
    for (const [at, name] of ORDER.entries()) {
      const lower = Object.fromEntries(ORDER.slice(at + 1).map((other) => [other, RUN_IDS[other]]));
      const values = { ...lower, [name]: bad };
      const error = rejectionOf(() => resolveRunId(requestWith(values), { parentRunId: values.parentRunId }));
      assert.equal(error.source, PATHS[name]);
      assert.equal(error.code, typeof bad === 'string' ? 'ERR_RUN_ID_FORMAT' : 'ERR_RUN_ID_TYPE');
      assert.ok(error.message.includes(` (${PATHS[name]}). `), error.message);
    }
  }
});

test('a string as the second argument is the parent run ID, an empty one too', () => {
  assert.deepEqual(resolveRunIdWithSource({}, RUN_ID), { runId: RUN_ID, source: 'parentRunId' });
  for (const bad of ['', 'foo-bar']) {
    const error = rejectionOf(() => resolveRunId({}, bad));
    assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_FORMAT', 'parentRunId']);
  }
});

test('a bad parent run ID breaks no request that has its own', () => {
  for (const bad of ['', 'foo-bar']) assert.equal(resolveRunId({ query: { runId: RUN_ID } }, bad), RUN_ID);
  for (const bad of ['', [], 7]) {
    assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { parentRunId: bad }), RUN_ID);
  }
});

test('specificRunId, query and body may be inherited', () => {
  class Request {
    get query() {
      return { runId: RUN_ID };
    }
  }
  class SpecificRequest extends Request {
    get specificRunId() {
      return RUN_IDS.specificRunId;
    }
  }
  assert.deepEqual(resolveRunIdWithSource(new Request()), { runId: RUN_ID, source: 'query' });
  assert.equal(resolveRunIdWithSource(new SpecificRequest()).source, 'specificRunId');
  const inheriting = Object.create(Object.create({ body: { runId: RUN_IDS.body } }));
  assert.deepEqual(resolveRunIdWithSource(inheriting), { runId: RUN_IDS.body, source: 'body' });
});

test('the runId of a query or body must be its own', () => {
  const inheriting = Object.create({ runId: RUN_ID });
  for (const holder of ['query', 'body']) {
    assert.equal(
      codeOf(() => resolveRunId({ [holder]: inheriting }, { generate: false })),
      'MISSING',
    );
    const own = Object.assign(Object.create(null), { runId: RUN_ID });
    assert.equal(resolveRunId({ [holder]: own }), RUN_ID);
    const hidden = Object.defineProperty({}, 'runId', { value: RUN_ID });
    assert.equal(resolveRunId({ [holder]: hidden }), RUN_ID);
  }
});

test('a function may be a request', () => {
  const req = Object.assign(() => {}, { query: { runId: RUN_ID } });
  assert.deepEqual(resolveRunIdWithSource(req), { runId: RUN_ID, source: 'query' });
});

test('what is no object or function is no request', () => {
  for (const [req, word] of [
    [undefined, 'Undefined'],
    [null, 'Object'],
    [RUN_ID, 'String'],
    ['', 'String'],
    [7, 'Number'],
    [7n, 'Bigint'],
    [true, 'Boolean'],
    [Symbol('req'), 'Symbol'],
  ]) {
    for (const [resolve, name] of [
      [resolveRunId, 'resolveRunId'],
      [resolveRunIdWithSource, 'resolveRunIdWithSource'],
    ]) {
      startAtNoon();
      const error = rejectionOf(() => resolve(req, RUN_ID));
      assert.equal(error.code, 'ERR_RUN_ID_TYPE');
      const words = `STRICT RUN ID ERROR: ${word} passed to ${name} instead of request`;
      assert.ok(error.message.startsWith(words), error.message);
      assert.equal(issuedSinceNoon(), 0);
    }
  }
});

test('each property is read once, and none below the source that is taken', () => {
  const looked = {
    specificRunId: ['get specificRunId'],
    query: ['get specificRunId', 'get query', 'get query.runId'],
    body: ['get specificRunId', 'get query', 'get query.runId', 'get body', 'get body.runId'],
  };
  for (const [name, expected] of Object.entries(looked)) {
    const looks = [];
    const lower = Object.fromEntries(
      ORDER.slice(ORDER.indexOf(name)).map((other) => [other, RUN_IDS[other]]),
    );
    const req = requestWith(lower);
    assert.equal(resolveRunId(watched(req, looks), RUN_IDS.parentRunId), RUN_IDS[name]);
    const reads = looks.filter((look) => look.startsWith('get '));
    assert.deepEqual(reads, expected);
    assert.ok(!looks.some((look) => /^(?:set|defineProperty|deleteProperty|preventExt|setProto)/.test(look)));
  }
});

test('each property is read once also when nothing is found and all are compared', () => {
  const looks = [];
  resolveRunId(watched({ query: {}, body: {} }, looks));
  const reads = looks.filter((look) => look.startsWith('get '));
  assert.deepEqual(reads.slice(0, 3), ['get specificRunId', 'get query', 'get body']);
  assert.equal(new Set(reads).size, reads.length, reads.join());

  looks.length = 0;
  resolveRunId(watched(requestWith(RUN_IDS), looks), { onConflict: 'report' });
  assert.deepEqual(
    looks.filter((look) => look.startsWith('get ')),
    ['get specificRunId', 'get query', 'get query.runId', 'get body', 'get body.runId'],
  );
});

test('a getter that changes its mind is checked and returned as it was read', () => {
  const values = [RUN_ID, 'foo-bar', RUN_IDS.body];
  let reads = 0;
  const query = {
    get runId() {
      return values[reads++];
    },
  };
  assert.equal(resolveRunId({ query }), RUN_ID);
  assert.equal(
    codeOf(() => resolveRunId({ query })),
    'FORMAT',
  );
  assert.equal(resolveRunId({ query }, { expectClientId: CLIENT, onConflict: 'throw' }), RUN_IDS.body);
  assert.equal(reads, 3);
});

test('a query that is parsed again on each access is read once', () => {
  let parsed = 0;
  class Request {
    get query() {
      parsed += 1;
      return { runId: RUN_ID };
    }
  }
  for (const second of [undefined, {}, { expectClientId: CLIENT }, { onConflict: 'throw' }]) {
    parsed = 0;
    resolveRunIdWithSource(new Request(), second);
    assert.equal(parsed, 1);
  }
});

test('each option is read once', () => {
  const looks = [];
  const options = { parentRunId: RUN_ID, clientId: CLIENT, generate: true, expectClientId: CLIENT };
  assert.equal(resolveRunId({}, watched(options, looks)), RUN_ID);
  assert.deepEqual(
    looks.filter((look) => look.startsWith('get ')),
    Object.keys(options).map((key) => `get ${key}`),
  );
});

for (const key of ['query', 'body']) {
  test(`a request, known by its ${key}, carries the ID that was generated for it`, () => {
    startAtNoon();
    for (const req of [{ [key]: {} }, { [key]: undefined }, Object.create({ [key]: {} })]) {
      const first = resolveRunIdWithSource(req);
      assert.equal(first.source, 'generated');
      assert.deepEqual(Object.getOwnPropertyDescriptor(req, 'specificRunId')?.value, first.runId);
      for (let again = 0; again < 3; again++) {
        assert.deepEqual(resolveRunIdWithSource(req), first);
      }
      assert.equal(resolveRunId(req, RUN_ID), first.runId);
    }
    assert.equal(issuedSinceNoon(), 3);
  });
}

test('resolving a marked request again defines nothing', () => {
  const looks = [];
  const target = { query: {} };
  const req = watched(target, looks);
  const runId = resolveRunId(req);
  assert.ok(looks.includes('defineProperty specificRunId'));
  assert.ok(!looks.some((look) => look.startsWith('set ')), 'a setter could refuse or see it');
  looks.length = 0;
  assert.equal(resolveRunId(req), runId);
  assert.deepEqual(
    looks.filter((look) => look.startsWith('get ')),
    ['get specificRunId'],
  );
  assert.ok(!looks.some((look) => look.startsWith('defineProperty')));
});

test('the mark hides an inherited accessor and needs no setter', () => {
  class Request {
    query = {};
    get specificRunId() {
      return undefined;
    }
  }
  const req = new Request();
  const runId = resolveRunId(req);
  assert.equal(req.specificRunId, runId);
  assert.equal(resolveRunId(req), runId);
});

test('a request that was found to have a run ID is not marked', () => {
  const req = { query: { runId: RUN_ID } };
  resolveRunId(req);
  resolveRunId({ query: {} }, RUN_ID);
  assert.deepEqual(Object.keys(req), ['query']);
  const parented = { query: {} };
  resolveRunId(parented, RUN_ID);
  assert.deepEqual(Object.keys(parented), ['query']);
});

test('a bare object is no request and is not marked', () => {
  startAtNoon();
  const script = {};
  assert.equal(resolveRunId(script), NOON_BASE);
  assert.equal(resolveRunId(script), '251006-120001');
  assert.deepEqual(Reflect.ownKeys(script), []);
  assert.equal(resolveRunId(Object.freeze({})), '251006-120002');
  assert.equal(resolveRunId(Object.create(null)), '251006-120003');
});

test('a request that cannot take the mark is TYPE before a second is used up', () => {
  const refusing = new Proxy({ query: {} }, { defineProperty: () => false });
  const fixed = Object.defineProperty({ query: {} }, 'specificRunId', { value: undefined });
  const accessor = Object.defineProperty({ body: {} }, 'specificRunId', { get: () => undefined });
  for (const req of [
    Object.freeze({ query: {} }),
    Object.seal({ query: {} }),
    Object.preventExtensions({ body: undefined }),
    refusing,
    fixed,
    accessor,
  ]) {
    startAtNoon();
    const error = rejectionOf(() => resolveRunId(req));
    assert.equal(error.code, 'ERR_RUN_ID_TYPE');
    assert.ok(
      error.message.startsWith('STRICT RUN ID ERROR: Object passed to resolveRunId instead of request'),
    );
    assert.equal(issuedSinceNoon(), 0);
  }
});

test('a sealed request that has the property takes the mark', () => {
  const sealed = Object.seal({ query: {}, specificRunId: undefined });
  assert.equal(resolveRunId(sealed), sealed.specificRunId);
  assert.ok(isRunId(sealed.specificRunId));
});

test('what a getter puts into specificRunId meanwhile is checked like any other', () => {
  const req = {
    get body() {
      this.specificRunId = 'garbage';
      return undefined;
    },
  };
  const error = rejectionOf(() => resolveRunId(req));
  assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_FORMAT', 'req.specificRunId']);
});

test('a request that the clock of a test resolves still has one ID', () => {
  const req = { query: {} };
  let inner;
  configure({
    now() {
      inner ??= (configure({ now: () => 1.76e12 }), resolveRunId(req));
      return 1.76e12;
    },
  });
  assert.equal(resolveRunId(req), inner);
});

test('a frozen request with a run ID needs no mark', () => {
  assert.equal(resolveRunId(Object.freeze({ query: { runId: RUN_ID } })), RUN_ID);
  assert.equal(resolveRunId(Object.freeze({ query: {} }), RUN_ID), RUN_ID);
  assert.equal(
    codeOf(() => resolveRunId(Object.freeze({ query: {} }), { generate: false })),
    'MISSING',
  );
});

test('the error of a trap that refuses the mark is passed on, and no second is used up', () => {
  const own = new Error('own');
  const req = new Proxy(
    { query: {} },
    {
      defineProperty() {
        throw own;
      },
    },
  );
  startAtNoon();
  assert.equal(
    thrownBy(() => resolveRunId(req)),
    own,
  );
  assert.equal(issuedSinceNoon(), 0);
});

test('no mark is left when generating fails', () => {
  const clockError = new Error('own');
  const failures = [
    () => configure({ now: () => Number.NaN }),
    () =>
      configure({
        now() {
          throw clockError;
        },
      }),
    () => {
      startAtNoon();
      configure({ maxLeadSeconds: 0 });
      generateTimestampRunId();
    },
  ];
  for (const fail of failures) {
    fail();
    const req = { query: {} };
    thrownBy(() => resolveRunId(req));
    assert.deepEqual(Reflect.ownKeys(req), ['query']);
    const kept = Object.defineProperty({ query: {} }, 'specificRunId', {
      value: null,
      writable: false,
      enumerable: false,
      configurable: true,
    });
    const before = Object.getOwnPropertyDescriptor(kept, 'specificRunId');
    thrownBy(() => resolveRunId(kept));
    assert.deepEqual(Object.getOwnPropertyDescriptor(kept, 'specificRunId'), before);
    configure(DEFAULTS);
  }
});

test('no mark is left when the client ID is refused, and the request can be resolved then', () => {
  const req = { query: {} };
  startAtNoon();
  assert.equal(
    codeOf(() => resolveRunId(req, { clientId: null })),
    'CLIENT',
  );
  assert.deepEqual(Reflect.ownKeys(req), ['query']);
  assert.equal(resolveRunId(req, { clientId: CLIENT }), `${NOON_BASE}-${CLIENT}`);
  assert.equal(req.specificRunId, `${NOON_BASE}-${CLIENT}`);
});

test('a request that a getter of its own resolves meanwhile still has one ID', () => {
  let inner = null;
  const req = {
    get body() {
      if (inner === null) {
        inner = '';
        inner = resolveRunId(req);
      }
      return undefined;
    },
  };
  const outer = resolveRunId(req);
  assert.equal(outer, inner);
  assert.equal(resolveRunId(req), inner);
});

test('a listener that resolves the request meanwhile finds the ID it is told of', () => {
  const req = { query: {} };
  const found = [];
  const listen = ({ runId }) => found.push(runId, resolveRunId(req));
  for (const name of ['generate', 'resolve']) subscribe(`unified-run-id:${name}`, listen);
  let runId;
  try {
    runId = resolveRunId(req);
  } finally {
    for (const name of ['generate', 'resolve']) unsubscribe(`unified-run-id:${name}`, listen);
  }
  assert.deepEqual(found, [runId, runId, runId, runId]);
  assert.equal(req.specificRunId, runId);
});

test('generate: false is MISSING when no source holds a run ID', () => {
  for (const req of [{}, { query: {}, body: {}, headers: {} }, Object.freeze({ body: 'text' })]) {
    startAtNoon();
    const error = rejectionOf(() => resolveRunId(req, { generate: false }));
    assert.equal(error.code, 'ERR_RUN_ID_MISSING');
    assert.equal(error.statusCode, 400);
    assert.equal(issuedSinceNoon(), 0);
    assert.ok(!Object.hasOwn(req, 'specificRunId'));
  }
  assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { generate: false }), RUN_ID);
  assert.equal(resolveRunId({}, { generate: false, parentRunId: RUN_ID }), RUN_ID);
});

test('generate is true unless it is false', () => {
  for (const options of [{}, { generate: true }, { generate: undefined }]) {
    startAtNoon();
    assert.equal(resolveRunId({}, options), NOON_BASE);
  }
});

test('clientId is used only when generating', () => {
  startAtNoon();
  assert.equal(resolveRunId({}, { clientId: 'Acme-Corp' }), `${NOON_BASE}-Acme-Corp`);
  assert.equal(resolveRunId({}, { clientId: undefined }), '251006-120001');
  assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { clientId: 'Acme-Corp' }), RUN_ID);
  assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { clientId: null }), RUN_ID);
  assert.equal(
    codeOf(() => resolveRunId({}, { clientId: '', generate: false })),
    'MISSING',
  );
});

test('a lost clientId never turns into a base ID', () => {
  for (const clientId of [null, '', 0, false, [], {}, 'Ann Carver', RUN_ID]) {
    startAtNoon();
    const error = rejectionOf(() => resolveRunId({ query: {} }, { clientId }));
    assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CLIENT', 'clientId']);
    assert.equal(issuedSinceNoon(), 0);
  }
});

test('options are an object whose prototype is Object.prototype or null', () => {
  const bare = Object.assign(Object.create(null), { parentRunId: RUN_ID });
  assert.equal(resolveRunId({}, bare), RUN_ID);
  assert.equal(resolveRunId({}, { parentRunId: RUN_ID }), RUN_ID);
  startAtNoon();
  assert.equal(resolveRunId({}, Object.create(null)), NOON_BASE);
});

test('an array, a promise, a job record or anything else is TYPE and never options', () => {
  class JobRecord {
    parentRunId = RUN_ID;
  }
  for (const [second, received] of [
    [[], 'array'],
    [[RUN_ID], 'array'],
    [Promise.resolve(RUN_ID), 'promise'],
    [new JobRecord(), 'object'],
    [Object.create({ parentRunId: RUN_ID }), 'object'],
    [Object.create(Object.create(null)), 'object'],
    [new String(RUN_ID), 'object'],
    [new Date(0), 'object'],
    [new Map(), 'object'],
    [() => RUN_ID, 'function'],
    [JobRecord, 'function'],
    [7, 'number'],
    [7n, 'bigint'],
    [true, 'boolean'],
    [false, 'boolean'],
    [Symbol('runId'), 'symbol'],
  ]) {
    for (const resolve of [resolveRunId, resolveRunIdWithSource]) {
      startAtNoon();
      const error = rejectionOf(() => resolve({}, second));
      assert.deepEqual(
        [error.code, error.source, error.received],
        ['ERR_RUN_ID_TYPE', 'parentRunId', received],
      );
      assert.equal(issuedSinceNoon(), 0);
    }
  }
});

test('unknown keys of the options are a TypeError, be they symbols, hidden or undefined', () => {
  const hidden = Object.defineProperty({}, 'runId', { value: undefined });
  for (const options of [
    { runId: RUN_ID },
    { parentRunID: RUN_ID },
    { client: undefined },
    { parentRunId: RUN_ID, [Symbol('parentRunId')]: RUN_ID },
    { [Symbol.toStringTag]: 'options' },
    { hasOwnProperty: undefined },
    JSON.parse('{"__proto__": {}}'),
    JSON.parse('{"constructor": null}'),
    hidden,
  ]) {
    for (const req of [{}, { query: { runId: RUN_ID } }]) {
      startAtNoon();
      assert.ok(isOwnTypeError(thrownBy(() => resolveRunId(req, options))));
      assert.ok(isOwnTypeError(thrownBy(() => resolveRunIdWithSource(req, options))));
      assert.equal(issuedSinceNoon(), 0);
    }
  }
});

test('a TypeError names the function and the option', () => {
  assert.match(thrownBy(() => resolveRunId({}, { foo: 1 })).message, /^resolveRunId: unknown option "foo"/);
  assert.match(
    thrownBy(() => resolveRunIdWithSource({}, { onConflict: 'ignore' })).message,
    /^resolveRunIdWithSource: onConflict must be 'report' or 'throw'$/,
  );
});

test('generate must be true or false, and onConflict report or throw', () => {
  for (const options of [
    ...[null, 0, 1, '', 'false', [], {}].map((generate) => ({ generate })),
    ...[null, false, true, '', 'Throw', 'log', [], ['throw'], () => {}].map((onConflict) => ({ onConflict })),
  ]) {
    for (const req of [{}, { query: { runId: RUN_ID } }]) {
      assert.ok(isOwnTypeError(thrownBy(() => resolveRunId(req, options))));
    }
  }
  assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { onConflict: undefined }), RUN_ID);
});

test('expectClientId accepts exactly the run IDs of this client', () => {
  for (const name of ORDER) {
    const values = { [name]: RUN_IDS[name] };
    const options = { parentRunId: values.parentRunId, expectClientId: CLIENT };
    assert.deepEqual(resolveRunIdWithSource(requestWith(values), options), {
      runId: RUN_IDS[name],
      source: name,
    });
  }
});

test('a run ID of another client, or of none, is CLIENT_MISMATCH', () => {
  for (const runId of [
    '250712-100502',
    '250712-100502-Bob',
    '250712-100502-ann-carver',
    '250712-100502-Ann-Carve',
    '250712-100502-Ann-Carver2',
    '250712-100502-Ann-Carver-2',
    '250712-100502-Carver',
  ]) {
    for (const name of ORDER) {
      startAtNoon();
      const options = {
        expectClientId: CLIENT,
        parentRunId: name === 'parentRunId' ? runId : RUN_IDS.parentRunId,
      };
      const error = rejectionOf(() => resolveRunId(requestWith({ [name]: runId }), options));
      assert.equal(error.code, 'ERR_RUN_ID_CLIENT_MISMATCH');
      assert.equal(error.statusCode, 403);
      assert.equal(error.source, PATHS[name]);
      assert.equal(issuedSinceNoon(), 0);
    }
  }
});

test('an expectClientId that is there but no client ID is CLIENT: it never switches the check off', () => {
  for (const expectClientId of [undefined, null, '', 0, false, [], [CLIENT], {}, 'Ann Carver', RUN_ID]) {
    for (const req of [{}, { query: { runId: RUN_ID } }, { query: { runId: '250712-100502' } }]) {
      startAtNoon();
      const error = rejectionOf(() => resolveRunId(req, { expectClientId }));
      assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CLIENT', 'expectClientId']);
      assert.equal(issuedSinceNoon(), 0);
    }
  }
});

test('an ID that is generated gets the client that is expected', () => {
  startAtNoon();
  const req = { query: {} };
  assert.equal(resolveRunId(req, { expectClientId: CLIENT }), `${NOON_BASE}-${CLIENT}`);
  assert.equal(resolveRunId(req, { expectClientId: CLIENT }), `${NOON_BASE}-${CLIENT}`);
  assert.equal(
    codeOf(() => resolveRunId(req, { expectClientId: 'Bob' })),
    'CLIENT_MISMATCH',
  );
  assert.equal(resolveRunId({}, { expectClientId: CLIENT, clientId: CLIENT }), `251006-120001-${CLIENT}`);
});

test('no ID is generated for another client than the one that is expected', () => {
  for (const clientId of ['Bob', null, '', 'Ann Carver']) {
    startAtNoon();
    const error = rejectionOf(() => resolveRunId({ query: {} }, { clientId, expectClientId: CLIENT }));
    assert.match(error.code, /^ERR_RUN_ID_CLIENT(?:_MISMATCH)?$/);
    assert.equal(issuedSinceNoon(), 0);
  }
});

test('onConflict: throw is CONFLICT when a lower source names another base', () => {
  for (const [at, higher] of ORDER.entries()) {
    for (const lower of ORDER.slice(at + 1)) {
      const values = { [higher]: RUN_IDS[higher], [lower]: RUN_IDS[lower] };
      const options = { parentRunId: values.parentRunId, onConflict: 'throw' };
      const error = rejectionOf(() => resolveRunId(requestWith(values), options));
      assert.equal(error.code, 'ERR_RUN_ID_CONFLICT');
      assert.equal(error.statusCode, 409);
      assert.equal(error.source, PATHS[lower]);
      assert.ok(error.message.includes(PATHS[higher]), error.message);
    }
  }
});

test('sources with the same base agree, with a client ID or without', () => {
  const base = '250712-100501';
  const withClient = `${base}-${CLIENT}`;
  for (const [specificRunId, query, body, parentRunId] of [
    [base, base, base, base],
    [base, withClient, undefined, base],
    [withClient, base, null, withClient],
    [withClient, undefined, undefined, undefined],
  ]) {
    const req = requestWith({ specificRunId, query, body });
    const options = { parentRunId, onConflict: 'throw' };
    const conflicts = eventsOf('conflict', () => assert.equal(resolveRunId(req, options), specificRunId));
    assert.deepEqual(conflicts, []);
  }
});

test('onConflict: report takes the highest source and tells of every other one that disagrees', () => {
  const conflicts = eventsOf('conflict', () => {
    const options = { parentRunId: RUN_IDS.parentRunId, onConflict: 'report' };
    assert.equal(resolveRunId(requestWith(RUN_IDS), options), RUN_IDS.specificRunId);
  });
  assert.deepEqual(
    conflicts.map(({ event, runId, source, otherRunId, otherSource }) => ({
      event,
      runId,
      source,
      otherRunId,
      otherSource,
    })),
    ORDER.slice(1).map((name) => ({
      event: 'conflict',
      runId: RUN_IDS.specificRunId,
      source: 'specificRunId',
      otherRunId: RUN_IDS[name],
      otherSource: name,
    })),
  );
});

test('sources are compared for whoever listens to conflicts, without being asked to', () => {
  const conflicts = eventsOf('conflict', () => {
    assert.equal(resolveRunId({ query: { runId: RUN_ID } }, RUN_IDS.parentRunId), RUN_ID);
    assert.equal(resolveRunId({ query: { runId: RUN_ID } }, { parentRunId: RUN_IDS.parentRunId }), RUN_ID);
  });
  assert.deepEqual(
    conflicts.map(({ source, otherSource }) => [source, otherSource]),
    [
      ['query', 'parentRunId'],
      ['query', 'parentRunId'],
    ],
  );
});

describe('the run in hand', () => {
  const inHand = '251006-143000-Ann-Carver';
  const conflictsIn = (fn) =>
    eventsOf('conflict', () => runWithRunId(inHand, fn)).map(({ runId, source, otherRunId, otherSource }) => [
      runId,
      source,
      otherRunId,
      otherSource,
    ]);

  test('is compared with what a request names', () => {
    const other = '251006-143001-Ann-Carver';
    const found = conflictsIn(() => assert.equal(resolveRunId({ query: { runId: other } }), other));
    assert.deepEqual(found, [[other, 'query', inHand, 'context']]);
  });

  test('refuses a request that names another one, if asked to', () => {
    const error = runWithRunId(inHand, () =>
      rejectionOf(() => resolveRunId({ query: { runId: '251006-143001' } }, { onConflict: 'throw' })),
    );
    assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CONFLICT', 'currentRunId()']);
    assert.match(error.message, /a different run from req\.query\.runId/);
  });

  test('is compared with a run that begins for a request in the middle of it', () => {
    let runId;
    const found = conflictsIn(() => (runId = resolveRunId({ query: {}, method: 'GET' })));
    assert.deepEqual(found, [[runId, 'generated', inHand, 'context']]);
  });

  test('agrees with its base and its clients, and a script may begin another run', () => {
    const found = conflictsIn(() => {
      for (const runId of [inHand, '251006-143000', '251006-143000-Lee-Marlow'])
        resolveRunId({ query: { runId } });
      resolveRunId({});
      observeResolve({ query: { runId: '251006-143001' } }, '251006-143001');
    });
    assert.deepEqual(found, []);
  });
});

test('sources are compared while debugging', () => {
  const logged = [];
  configure({ debug: true, logger: (event) => logged.push(event) });
  logged.length = 0;
  assert.equal(resolveRunId(requestWith(RUN_IDS)), RUN_IDS.specificRunId);
  assert.deepEqual(
    logged.map(({ event, otherSource }) => [event, otherSource]),
    [
      ['conflict', 'query'],
      ['conflict', 'body'],
      ['resolve', undefined],
    ],
  );
});

test('lower sources are not looked at when nobody wants them compared', () => {
  const looks = [];
  const req = watched({ specificRunId: RUN_IDS.specificRunId, query: { runId: RUN_ID } }, looks);
  for (const second of [undefined, null, RUN_ID, {}, { expectClientId: CLIENT }, { onConflict: undefined }]) {
    looks.length = 0;
    resolveRunId(req, second);
    assert.deepEqual(
      looks.filter((look) => look.startsWith('get ')),
      ['get specificRunId'],
    );
  }
});

test('a lower source that is malformed is reported and breaks nothing', () => {
  for (const [bad, shown] of [
    ['foo-bar', 'foo-bar'],
    ['', ''],
    [[RUN_ID], 'array'],
    [7, 'number'],
    [{}, 'object'],
  ]) {
    for (const onConflict of ['report', 'throw']) {
      const conflicts = eventsOf('conflict', () => {
        const req = requestWith({ specificRunId: RUN_IDS.specificRunId, body: bad });
        assert.equal(resolveRunId(req, { onConflict }), RUN_IDS.specificRunId);
      });
      assert.deepEqual(
        conflicts.map(({ otherRunId, otherSource }) => [otherRunId, otherSource]),
        [[shown, 'body']],
      );
    }
  }
});

test('a lower source that throws is reported and breaks nothing', () => {
  const throwing = {
    get runId() {
      throw new Error('own');
    },
  };
  const revocable = Proxy.revocable({}, {});
  revocable.revoke();
  for (const body of [throwing, revocable.proxy]) {
    for (const onConflict of ['report', 'throw']) {
      const conflicts = eventsOf('conflict', () => {
        assert.equal(resolveRunId({ query: { runId: RUN_ID }, body }, { onConflict }), RUN_ID);
      });
      assert.deepEqual(
        conflicts.map(({ otherRunId, otherSource }) => [otherRunId, otherSource]),
        [[null, 'body']],
      );
    }
  }
});

test('a source below a malformed one is still compared', () => {
  const req = requestWith({ specificRunId: RUN_IDS.specificRunId, query: 'foo-bar', body: RUN_IDS.body });
  assert.equal(
    codeOf(() => resolveRunId(req, { onConflict: 'throw' })),
    'CONFLICT',
  );
});

test('an ID of another client is refused before sources are compared', () => {
  const req = requestWith(RUN_IDS);
  assert.equal(
    codeOf(() => resolveRunId(req, { expectClientId: 'Bob', onConflict: 'throw' })),
    'CLIENT_MISMATCH',
  );
});

test('every refusal of resolution is a RunIdError', () => {
  for (const call of [
    () => resolveRunId(null),
    () => resolveRunId({}, { generate: false }),
    () => resolveRunId({ specificRunId: 1 }),
    () => resolveRunId({ specificRunId: RUN_ID }, { expectClientId: 'Bob' }),
  ]) {
    assert.ok(thrownBy(call) instanceof RunIdError);
  }
});
