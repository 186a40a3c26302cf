'use strict';

// What belongs to the boundaries of Fetch requests alone: bodies, streams, and Hono's routes.

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const http = require('node:http');
const { describe, test } = require('node:test');
const { createAdaptorServer } = require('@hono/node-server');
const { Hono } = require('hono');
const { configure, normalizeRunId, resolveRunIdWithSource, RunIdError } = require('../index.js');
const { bindRun, currentRunId } = require('../lib/context/index.js');
const { enterRun } = require('../lib/boundary/index.js');
const { runIdBoundary } = require('../lib/boundary/fetch/index.js');
const hono = require('../lib/boundary/hono/index.js');
const { listen } = require('./support/boundary-servers.js');
const { thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const URL_OF_ALL = 'http://acme.example/run';
const ANN = '251006-143000-Ann-Carver';
const OTHER = '251006-143001';
const JSON_TYPE = { 'content-type': 'application/json' };

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

const requestOf = (query, body, headers = JSON_TYPE) =>
  new Request(`${URL_OF_ALL}${query}`, body === undefined ? {} : { method: 'POST', body, headers });

const tell = async (request) => {
  await null;
  const { runId, runIdSource } = request;
  return Response.json({ runId, source: runIdSource, current: currentRunId() });
};

/** What a handler behind Hono's boundary is like, given the same options. */
function honoOf(handler, options) {
  const app = new Hono();
  app.use(hono.runIdBoundary(options));
  app.all('*', (c) => handler(c.req.raw, c));
  return (request) => app.fetch(request);
}

for (const [name, behind] of [
  ['a fetch-style handler', runIdBoundary],
  ['Hono', honoOf],
]) {
  describe(`the body of a request of ${name}`, () => {
    const codeOf = async (response) => (await response.json()).code;
    const bodyText = async (request) => Response.json([currentRunId(), await request.text()]);

    test('is read, and the handler can read it too', async () => {
      const text = `{ "runId": "${ANN}" }`;
      const types = ['application/json', 'application/json; charset=utf-8', 'Application/Problem+JSON'];
      for (const type of types) {
        const request = requestOf('', text, { 'content-type': type });
        assert.deepEqual(await (await behind(bodyText)(request)).json(), [ANN, text]);
      }
    });

    test('is one that names no run where it is JSON and no object', async () => {
      for (const text of ['null', '7', '"text"', '[]', '{}']) {
        const response = await behind(bodyText, { generate: true })(requestOf('', text));
        assert.equal(response.status, 200, text);
      }
    });

    test('of another kind, or of broken JSON, may name one: none is started', async () => {
      for (const [body, headers] of [
        [`runId=${ANN}`, { 'content-type': 'application/x-www-form-urlencoded' }],
        [`{"runId":"${ANN}"}`, { 'content-type': 'text/plain' }],
        [`{"runId":"${ANN}"`, JSON_TYPE],
        [new FormData(), {}],
      ]) {
        const generated = await eventsOf(['generate'], async () => {
          const response = await behind(tell, { generate: true })(requestOf('', body, headers));
          const { code, message } = await response.json();
          assert.deepEqual([response.status, code], [400, 'ERR_RUN_ID_MISSING']);
          assert.match(message, /Only a JSON body of a Fetch Request is read.*enterRun/);
        });
        assert.deepEqual(generated, []);
        // The query names one, and what the body is does not matter then.
        assert.equal((await behind(tell)(requestOf(`?runId=${ANN}`, body, headers))).status, 200);
      }
    });

    test('with a name that is nearly right is named, and none is started', async () => {
      const response = await behind(tell, { generate: true })(requestOf('', `{"run_id":"${ANN}"}`));
      assert.equal(await codeOf(response), 'ERR_RUN_ID_TYPE');
    });

    test('which somebody has read before leaves the query to go by', async () => {
      const request = requestOf('', `{"runId":"${ANN}"}`);
      await request.text();
      assert.equal(await codeOf(await behind(tell, { generate: true })(request)), 'ERR_RUN_ID_MISSING');
      const named = requestOf(`?runId=${ANN}`, '{}');
      named.body.getReader();
      assert.equal((await behind(tell)(named)).status, 200);
    });
  });

  describe(`streams of ${name}`, () => {
    /** Answers with a stream that says at each pull, long after the handler, which run is in hand. */
    function streaming(make) {
      return async () => {
        await null;
        return new Response(make());
      };
    }
    const encoded = (text) => new TextEncoder().encode(`${text}\n`);
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

    const TURNS = 4;

    const pulledBy = (pull) => {
      let left = TURNS;
      const turn = async (controller) => {
        await pause();
        controller.enqueue(encoded(currentRunId()));
        left -= 1;
        if (left === 0) controller.close();
      };
      return new ReadableStream({ pull: pull(turn) }, { highWaterMark: 0 });
    };
    const generatedBy = (bind) => {
      const turns = (async function* () {
        for (let i = 0; i < TURNS; i++) {
          await pause();
          yield encoded(currentRunId());
        }
      })();
      const next = bind(() => turns.next());
      return ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next }) });
    };
    const unbound = (fn) => fn;

    for (const [kind, make, isBound] of [
      ['pulled', () => pulledBy(unbound), false],
      ['pulled by what bindRun was given', () => pulledBy(bindRun), true],
      ['generated', () => generatedBy(unbound), false],
      ['generated by what bindRun was given', () => generatedBy(bindRun), true],
    ]) {
      const whose = isBound ? 'are in the run of their request' : 'are never in the run of another request';
      test(`${whose}, when ${kind} after the handler has returned`, async () => {
        const server = await listen(createAdaptorServer({ fetch: behind(streaming(make)) }));
        try {
          const runIds = Array.from({ length: 20 }, (_, at) => `251006-143000-client${at}`);
          const texts = await Promise.all(
            runIds.map(async (runId) => {
              const response = await fetch(`http://127.0.0.1:${server.port}/?runId=${runId}`);
              return response.text();
            }),
          );
          texts.forEach((text, at) => {
            const seen = new Set(text.trimEnd().split('\n'));
            seen.delete('undefined');
            assert.ok(
              [...seen].every((runId) => runId === runIds[at]),
              text,
            );
            assert.equal(text.split('\n').length, TURNS + 1);
            if (isBound) assert.equal(text, `${runIds[at]}\n`.repeat(TURNS));
          });
        } finally {
          await server.close();
        }
      });
    }
  });

  test(`a request of ${name} that can carry nothing is refused before an ID is used up`, async () => {
    const generated = await eventsOf(['generate'], async () => {
      const response = await behind(tell, { generate: true })(Object.freeze(requestOf('')));
      assert.equal((await response.json()).code, 'ERR_RUN_ID_TYPE');
    });
    assert.deepEqual(generated, []);
  });

  test(`resolving a request of ${name} again gives the same`, async () => {
    const handler = (request) => Response.json(resolveRunIdWithSource(request));
    for (const [request, expected] of [
      [requestOf(`?runId=${ANN}`), { runId: ANN, source: 'query' }],
      [requestOf('', `{"runId":"${ANN}"}`), { runId: ANN, source: 'body' }],
    ]) {
      assert.deepEqual(await (await behind(handler)(request)).json(), expected);
    }
  });
}

describe('a fetch-style handler', () => {
  test('is given all arguments, and what it was called on', async () => {
    const seen = [];
    const route = {
      handle: runIdBoundary(function (...args) {
        seen.push(this, ...args);
        return 'anything';
      }),
    };
    const request = requestOf(`?runId=${ANN}`);
    const context = { params: {} };
    assert.equal(await route.handle(request, context, 3), 'anything');
    assert.deepEqual(seen, [route, request, context, 3]);
  });

  test('throws what it throws, a RunIdError too', async () => {
    const behind = runIdBoundary(() => normalizeRunId('foo-bar'));
    await assert.rejects(behind(requestOf(`?runId=${ANN}`)), RunIdError);
  });

  test('is not called where the functions of the options throw, which the server is told', async () => {
    const failure = new Error('no session');
    const behind = runIdBoundary(() => assert.fail('called'), { clientId: () => Promise.reject(failure) });
    await assert.rejects(behind(requestOf(`?runId=${ANN}`)), failure);
  });

  test('must be a function, with options that are known', () => {
    for (const call of [
      () => runIdBoundary(),
      () => runIdBoundary({ generate: true }),
      () => runIdBoundary(tell, { generates: true }),
      () => runIdBoundary(tell, 'generate'),
    ]) {
      const error = thrownBy(call);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^runIdBoundary: /);
    }
  });

  test('of a request that is not one of Fetch is refused at the line that made it', async () => {
    const above = new Error().stack.split('\n')[1];
    const handle = runIdBoundary(() => assert.fail('called'));
    let response;
    const events = await eventsOf(['reject'], async () => {
      response = await handle(new http.IncomingMessage(null));
    });
    assert.deepEqual([response.status, (await response.json()).code], [400, 'ERR_RUN_ID_TYPE']);
    assert.match(events[0].message, /instead of request\. It has no Headers/);
    const line = Number(/fetch\.test\.js:(\d+)/.exec(above)[1]) + 1;
    assert.match(events[0].at, new RegExp(`fetch\\.test\\.js:${line}:\\d+$`));
  });

  test('of a fragment and an encoded query is told what is meant', async () => {
    const encoded = `?page=1&runId=${encodeURIComponent(ANN)}#runId=${OTHER}`;
    assert.equal((await (await runIdBoundary(tell)(requestOf(encoded))).json()).runId, ANN);
    const double = await runIdBoundary(tell)(requestOf(`?runId=${ANN}&runId=${ANN}`));
    assert.equal((await double.json()).code, 'ERR_RUN_ID_TYPE');
  });
});

describe('an application of Hono', () => {
  test('tells the pattern of the route, of a mounted application too', async () => {
    const app = new Hono();
    app.use(hono.runIdBoundary());
    const inner = new Hono();
    inner.get('/runs/:id', (c) => c.text(c.get('runId')));
    app.route('/api', inner);
    const [event] = await eventsOf(['resolve'], async () => {
      assert.equal(await (await app.request(`/api/runs/7?runId=${ANN}`)).text(), ANN);
    });
    assert.equal(event.route, 'GET /api/runs/:id');
  });

  test('reads a body again that a middleware has read by Hono', async () => {
    const app = new Hono();
    app.use(async (c, next) => {
      await c.req.json();
      await next();
    });
    app.use(hono.runIdBoundary());
    app.post('/', async (c) => c.json([c.get('runId'), c.get('runIdSource'), await c.req.json()]));
    const response = await app.request('/', {
      method: 'POST',
      headers: JSON_TYPE,
      body: `{"runId":"${ANN}"}`,
    });
    assert.deepEqual(await response.json(), [ANN, 'body', { runId: ANN }]);
  });

  test('answers a refusal by itself, and shows it to a middleware before', async () => {
    const app = new Hono();
    let shown;
    app.use(async (c, next) => {
      await next();
      shown = c.error;
    });
    app.use(hono.runIdBoundary());
    app.onError(() => assert.fail('called'));
    assert.equal((await app.request('/?runId=foo-bar')).status, 400);
    assert.ok(shown instanceof RunIdError);
  });

  test('is told to pass its request where it passes its context', async () => {
    const app = new Hono();
    const hint = /context of Hono.*: pass c\.req\.raw\.$/;
    const refused = (call) => assert.rejects(call, { code: 'ERR_RUN_ID_MISSING', message: hint });
    app.post('/', async (c) => {
      await refused(async () => resolveRunIdWithSource(c));
      await refused(() => enterRun(c, {}, () => assert.fail('called')));
      assert.throws(() => resolveRunIdWithSource(c.req), /\(req\.query\)\. .*in Hono c\.req\.raw\.$/);
      return c.text('refused');
    });
    app.get(
      '/',
      runIdBoundary(() => assert.fail('called')),
    );
    for (const body of ['', `{"runId":"${ANN}"}`]) {
      const response = await app.request('/', { method: 'POST', headers: JSON_TYPE, body });
      assert.equal(await response.text(), 'refused');
    }
    const response = await app.request(`/?runId=${ANN}`);
    const { code, message } = await response.json();
    assert.deepEqual([response.status, code], [400, 'ERR_RUN_ID_MISSING']);
    assert.match(message, hint);
  });

  test('gives its own handler of errors what the functions of the options throw', async () => {
    const app = new Hono();
    app.use(hono.runIdBoundary({ clientId: () => Promise.reject(new Error('no session')) }));
    app.onError((error, c) => c.text(error.message, 401));
    const response = await app.request(`/?runId=${ANN}`);
    assert.deepEqual([response.status, await response.text()], [401, 'no session']);
  });
});
