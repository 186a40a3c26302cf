'use strict';

// What belongs to enterRun alone; the rest is held by the tests that run on all boundaries.

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const {
  configure,
  isRunId,
  resolveRunId,
  resolveRunIdWithSource,
  RunIdError,
  stats,
} = require('../index.js');
const { enterRun } = require('../lib/boundary/index.js');
const { currentRunId, runWithRunId } = require('../lib/context/index.js');
const { HOSTILE_VALUES, TRAP_ERROR } = require('./support/hostile-values.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const OTHER = '251006-143001';
const STARTS = { generate: true };

const idOf = ({ runId }) => runId;

async function eventsOf(names, action) {
  const seen = [];
  const listener = (event) => seen.push(event);
  for (const name of names) channel(`unified-run-id:${name}`).subscribe(listener);
  try {
    await action();
  } finally {
    for (const name of names) channel(`unified-run-id:${name}`).unsubscribe(listener);
  }
  return seen;
}

test('gives what the function returns, which is called in the run and told of nothing else', async () => {
  const seen = [];
  const result = await enterRun({ query: { runId: ANN } }, undefined, async (run) => {
    await null;
    seen.push(run, currentRunId());
    return 42;
  });
  assert.equal(result, 42);
  assert.deepEqual(seen, [{ runId: ANN, source: 'query' }, ANN]);
  assert.equal(currentRunId(), undefined);
});

test('hands on what the function throws, at once or later', async () => {
  const failure = new Error('the function');
  const fail = () => {
    throw failure;
  };
  for (const fn of [fail, async () => fail()]) {
    await assert.rejects(enterRun({ query: { runId: ANN } }, {}, fn), failure);
    await assert.rejects(
      enterRun({ query: { runId: ANN } }, { clientId: async () => 'Ann-Carver' }, fn),
      failure,
    );
  }
});

test('rejects a wrong call with a TypeError at its place, and calls nothing', async () => {
  const fn = () => assert.fail('called');
  const good = { query: { runId: ANN } };
  for (const call of [
    () => enterRun(good, {}),
    () => enterRun(good, {}, 'fn'),
    () => enterRun(good, [], fn),
    () => enterRun(good, null, fn),
    () => enterRun(good, { generates: true }, fn),
    () => enterRun(good, { header: 'run-id' }, fn),
    () => enterRun(good, { clientId: undefined }, fn),
  ]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof TypeError, String(error));
      assert.match(error.message, /^enterRun: /);
      assert.match(error.stack, /enter-run\.test\.js/);
      return true;
    });
  }
});

describe('a request that is none', () => {
  for (const [title, value] of HOSTILE_VALUES) {
    if (typeof value === 'object' && value !== null) continue;
    test(`${title} is TYPE`, async () => {
      await assert.rejects(enterRun(value, STARTS, idOf), { code: 'ERR_RUN_ID_TYPE' });
      if (value === undefined || value === null) return;
      await assert.rejects(enterRun({ query: {}, raw: value }, STARTS, idOf), { code: 'ERR_RUN_ID_TYPE' });
    });
  }
});

/** Neither lets pass nor replaces it: the library refuses, or the trap's own error is handed on. */
async function assertRefused(entered, title) {
  await assert.rejects(entered, (error) => {
    assert.ok(error instanceof RunIdError || error === TRAP_ERROR || error instanceof TypeError, title);
    return true;
  });
}

test('a hostile value in any source is refused, and no ID is generated in its place', async () => {
  const generated = await eventsOf(['generate'], async () => {
    for (const [title, value] of HOSTILE_VALUES) {
      if (value === undefined || value === null) continue;
      await assertRefused(enterRun({ query: { runId: value } }, STARTS, idOf), title);
      await assertRefused(enterRun({ body: { runId: value } }, STARTS, idOf), title);
      await assertRefused(
        enterRun({ query: {}, headers: { 'run-id': value } }, { ...STARTS, header: true }, idOf),
        title,
      );
    }
  });
  assert.deepEqual(generated, []);
});

test('hostile headers start no run, unless they are none', async () => {
  const options = { ...STARTS, header: true };
  for (const [title, headers] of HOSTILE_VALUES) {
    try {
      assert.ok(isRunId(await enterRun({ query: {}, headers }, options, idOf)), title);
    } catch (error) {
      assert.ok(error instanceof RunIdError || error === TRAP_ERROR || error instanceof TypeError, title);
    }
    assert.equal(await enterRun({ query: { runId: ANN }, headers }, options, idOf), ANN, title);
  }
});

test('a hostile method or route is no more than a route that is not told', async () => {
  for (const [title, value] of HOSTILE_VALUES) {
    const [event] = await eventsOf(['resolve'], async () => {
      assert.equal(await enterRun({ query: { runId: ANN }, method: 'GET', route: value }, {}, idOf), ANN);
    });
    assert.equal(event.route, typeof value === 'string' ? `GET ${value}` : 'GET', title);
  }
});

test('what all objects inherit is neither a header, a request behind, nor a route', async () => {
  const raw = {};
  for (const [name, value] of Object.entries({
    raw,
    headers: { 'run-id': ANN },
    'run-id': ANN,
    method: 'GET',
    header: true,
  })) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true });
    try {
      const entered = enterRun({ query: {} }, { generate: true, header: true }, idOf);
      assert.notEqual(await entered, ANN, name);
    } finally {
      delete Object.prototype[name];
    }
  }
  assert.equal(raw.specificRunId, undefined);
});

describe('the request behind the parts', () => {
  test('carries the ID, so that other parts of it are of the same run', async () => {
    const raw = { url: '/' };
    const resolved = await eventsOf(['resolve'], async () => {
      const first = await enterRun({ query: {}, raw }, STARTS, idOf);
      assert.ok(isRunId(first));
      assert.equal(await enterRun({ query: {}, raw }, STARTS, idOf), first);
      assert.equal(await enterRun({ body: { runId: OTHER }, raw }, {}, idOf), first);
      assert.deepEqual(raw, { url: '/' });
      assert.equal(raw.specificRunId, first);
    });
    assert.equal(resolved.length, 1);
  });

  test('has the ID already when the resolver has marked it', async () => {
    const raw = { query: {}, headers: {} };
    const runId = resolveRunId(raw);
    await enterRun({ query: {}, raw }, {}, (run) => {
      assert.deepEqual(run, { runId, source: 'generated' });
    });
    assert.deepEqual(resolveRunIdWithSource(raw), { runId, source: 'generated' });
  });

  test('names the run that the application has set on it', async () => {
    const found = await enterRun({ query: {}, raw: { specificRunId: ANN } }, {}, (run) => run);
    assert.deepEqual(found, { runId: ANN, source: 'specificRunId' });
    await assert.rejects(enterRun({ query: {}, raw: { specificRunId: 'foo' } }, STARTS, idOf), {
      code: 'ERR_RUN_ID_FORMAT',
      source: 'req.specificRunId',
    });
  });

  test('is refused before an ID is used up, when it can carry none', async () => {
    const generated = await eventsOf(['generate'], () =>
      assert.rejects(enterRun({ query: {}, raw: Object.freeze({}) }, STARTS, idOf), {
        code: 'ERR_RUN_ID_TYPE',
      }),
    );
    assert.deepEqual(generated, []);
  });

  test('is held to the client of a second boundary', async () => {
    const raw = {};
    const again = (clientId) => enterRun({ query: {}, raw }, { clientId: () => clientId }, idOf);
    await enterRun({ query: { runId: ANN }, raw }, {}, idOf);
    assert.equal(await again('Ann-Carver'), ANN);
    await assert.rejects(again('Acme-Corp'), { code: 'ERR_RUN_ID_CLIENT_MISMATCH', statusCode: 403 });
  });
});

test('the functions of the options are given the parts', async () => {
  const request = { query: {}, headers: { 'x-client': 'Ann-Carver' } };
  const given = [];
  const parentRunId = (req) => (given.push(req), ANN);
  const clientId = async (req) => (given.push(req), req.headers['x-client']);
  assert.equal(await enterRun(request, { parentRunId, clientId }, idOf), ANN);
  assert.deepEqual(given, [request, request]);
});

test('events tell the pattern that was given, the method alone, or nothing', async () => {
  for (const [parts, route] of [
    [{ method: 'POST', route: '/runs/:id' }, 'POST /runs/:id'],
    [{ method: 'POST' }, 'POST'],
    [{ route: '/runs/:id' }, null],
  ]) {
    const events = await eventsOf(['resolve', 'reject'], async () => {
      await enterRun({ query: { runId: ANN }, ...parts }, {}, idOf);
      await assert.rejects(enterRun({ query: { runId: 'foo-bar' }, ...parts }, {}, idOf));
    });
    assert.deepEqual(
      events.map((event) => event.route),
      [route, route],
    );
  }
});

test('a request entered within another run is of its own', async () => {
  const inner = runWithRunId(OTHER, () => enterRun({ query: { runId: ANN } }, {}, () => currentRunId()));
  assert.equal(await inner, ANN);
});

test('a base and a client of a header that agrees are one run, and another is a conflict', async () => {
  const headers = new Headers({ 'run-id': ANN });
  const read = (query) => enterRun({ query, headers }, { header: true }, (run) => run);
  assert.deepEqual(await read({}), { runId: ANN, source: 'header' });
  assert.deepEqual(await read({ runId: '251006-143000' }), { runId: '251006-143000', source: 'query' });
  await assert.rejects(read({ runId: OTHER }), { code: 'ERR_RUN_ID_CONFLICT', received: ANN });
});

test('a header in two spellings of case is several, in an object that is not of Node', async () => {
  const headers = { 'Run-Id': ANN, 'run-id': ANN };
  await assert.rejects(enterRun({ query: {}, headers }, { header: true }, idOf), { code: 'ERR_RUN_ID_TYPE' });
  assert.equal(await enterRun({ query: {}, headers: { 'RUN-ID': ANN } }, { header: true }, idOf), ANN);
});

test('the header of a run that the application has set is compared too', async () => {
  const request = { specificRunId: OTHER, headers: { 'run-id': ANN } };
  await assert.rejects(enterRun(request, { header: true }, idOf), { statusCode: 409 });
});

test('only the header is compared with what was found, where nobody asks for more', async () => {
  const request = {
    query: { runId: ANN },
    headers: { 'run-id': ANN },
    get body() {
      return assert.fail('read');
    },
  };
  const before = stats().conflicts;
  assert.equal(await enterRun(request, { header: true, parentRunId: () => OTHER }, idOf), ANN);
  assert.equal(stats().conflicts, before);
});
