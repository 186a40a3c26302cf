'use strict';

// What belongs to the boundaries of Koa and of node:http alone.

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { once } = require('node:events');
const http = require('node:http');
const http2 = require('node:http2');
const net = require('node:net');
const { describe, test } = require('node:test');
const express = require('express');
const Koa = require('koa');
const { bodyParser } = require('@koa/bodyparser');
const { configure, isRunId, normalizeRunId, resolveRunId } = require('../index.js');
const { currentRunId } = require('../lib/context/index.js');
const expressEntry = require('../lib/boundary/express/index.js');
const { runIdBoundary: ofHttp } = require('../lib/boundary/http/index.js');
const koa = require('../lib/boundary/koa/index.js');
const { listen } = require('./support/boundary-servers.js');
const { send } = require('./support/servers.js');
const { thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';

const post = (type, body) => ({
  method: 'POST',
  headers: { 'content-type': type, 'content-length': Buffer.byteLength(body) },
  body,
});

async function eventsOf(name, action) {
  const seen = [];
  const listener = (event) => seen.push(event);
  channel(`unified-run-id:${name}`).subscribe(listener);
  try {
    await action();
  } finally {
    channel(`unified-run-id:${name}`).unsubscribe(listener);
  }
  return seen;
}

/** Asks a server that is there for the time of a test. */
async function withServer(app, use) {
  const server = await listen(app);
  try {
    await use((path, request) => send({ port: server.port, path, ...request }), server.port);
  } finally {
    await server.close();
  }
}

function koaApp(...middleware) {
  const app = new Koa();
  for (const each of middleware) app.use(each);
  app.use(async (ctx) => {
    await null;
    ctx.body = { ...ctx.state, current: currentRunId() };
  });
  return app.callback();
}

describe('a boundary of Koa', () => {
  test('is answered by Koa with status and words where nothing else answers', async () => {
    await withServer(koaApp(koa.runIdBoundary({ clientId: () => 'Acme-Corp' })), async (ask) => {
      const { status, text } = await ask(`/?runId=${ANN}`);
      assert.equal(status, 403);
      assert.match(text, /^STRICT RUN ID ERROR: Run ID belongs to another client/);
      assert.doesNotMatch(text, /\.js/);
    });
  });

  test('starts no run for a body of a kind that the parser has passed over', async () => {
    await withServer(koaApp(bodyParser(), koa.runIdBoundary({ generate: true })), async (ask) => {
      const { status, text } = await ask('/', post('text/x-other', `runId=${ANN}`));
      assert.equal(status, 400);
      assert.match(text, /^STRICT RUN ID ERROR: No run ID found/);
    });
  });

  test('starts no run for a body that nobody has parsed, and names the parser', async () => {
    await withServer(koaApp(koa.runIdBoundary({ generate: true })), async (ask) => {
      const { status, text } = await ask('/', post('application/json', '{}'));
      assert.equal(status, 400);
      assert.match(text, /after the body parser/);
    });
  });

  test('shares the run with code that looks at the request of Node', async () => {
    const look = async (ctx) => {
      ctx.body = [ctx.state.runId, resolveRunId(ctx.request), resolveRunId(ctx.req)];
    };
    await withServer(koaApp(koa.runIdBoundary({ generate: true }), look), async (ask) => {
      const generated = await eventsOf('generate', async () => {
        const runIds = JSON.parse((await ask('/')).text);
        assert.ok(isRunId(runIds[0]));
        assert.equal(new Set(runIds).size, 1, runIds.join());
      });
      assert.equal(generated.length, 1);
    });
  });

  test('goes on with the run that a boundary of Express has entered before', async () => {
    const app = express();
    app.use(expressEntry.runIdBoundary({ generate: true }));
    app.use((req, res) => {
      res.setHeader('outer', req.runId);
      koaApp(koa.runIdBoundary())(req, res);
    });
    await withServer(app, async (ask) => {
      const { headers, text } = await ask('/');
      const { runId, runIdSource, current } = JSON.parse(text);
      assert.ok(headers.includes(`outer\n${runId}`), headers);
      assert.deepEqual([runIdSource, current], ['generated', runId]);
    });
  });

  test('tells the pattern of a router and the path of a mount, as far as they are known', async () => {
    const route = (state) => async (ctx, next) => (Object.assign(ctx, state), next());
    for (const [state, expected] of [
      [{ _matchedRoute: '/runs/:id', mountPath: '/api' }, 'GET /runs/:id'],
      [{ _matchedRoute: /^\/runs/, mountPath: '/api' }, 'GET /api'],
      [{}, 'GET /'],
    ]) {
      await withServer(koaApp(route(state), koa.runIdBoundary()), async (ask) => {
        const [event] = await eventsOf('resolve', () => ask(`/runs/7?runId=${ANN}`));
        assert.equal(event.route, expected);
      });
    }
  });

  test('and runIdErrors leave what is no RunIdError, and an answer that began, to Koa', async () => {
    const failure = Object.assign(new Error('no session'), { statusCode: 401, expose: true });
    const fail = () => Promise.reject(failure);
    await withServer(koaApp(koa.runIdErrors(), fail), async (ask) => {
      const { status, text } = await ask('/');
      assert.deepEqual([status, text], [401, 'no session']);
    });
    const ctx = { headerSent: true };
    const late = thrownBy(() => normalizeRunId(''));
    await assert.rejects(
      koa.runIdErrors()(ctx, () => Promise.reject(late)),
      late,
    );
    assert.deepEqual(ctx, { headerSent: true });
  });
});

const tell = async (request, response) => {
  await null;
  const { runId, runIdSource } = request;
  response.end(JSON.stringify({ runId, source: runIdSource, current: currentRunId() }));
};

describe('a boundary of node:http', () => {
  test('reads the query of whatever stands where the URL does', async () => {
    await withServer(ofHttp(tell), async (ask, port) => {
      for (const path of [
        `http://acme.example/run?runId=${ANN}`,
        `//acme.example?runId=${ANN}`,
        `/a%zz?runId=${encodeURIComponent(ANN)}`,
        `/?page=?&runId=${ANN}#runId=x`,
      ]) {
        assert.deepEqual(JSON.parse((await ask(path)).text).runId, ANN, path);
      }
      // What no client of Node would send.
      const socket = net.connect(port, '127.0.0.1');
      socket.end(`GET *?runId=${ANN} HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n`);
      let answer = '';
      for await (const chunk of socket.setEncoding('latin1')) answer += chunk;
      assert.match(answer, /^HTTP\/1\.1 (200|400)/);
    });
  });

  test('starts no run for a body that nobody has parsed', async () => {
    await withServer(ofHttp(tell, { generate: true }), async (ask) => {
      for (const request of [
        post('application/json', '{}'),
        { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: '{}' },
      ]) {
        const { status, text } = await ask('/', request);
        assert.equal(status, 400);
        assert.match(JSON.parse(text).message, /The body has not been parsed yet/);
      }
      assert.equal(JSON.parse((await ask('/', { method: 'POST' })).text).source, 'generated');
    });
  });

  test('works on HTTP/2, whose bodies no header announces', async () => {
    const server = http2.createServer(ofHttp(tell, { generate: true })).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
    const ask = async (headers, body) => {
      const stream = client.request(headers);
      stream.end(body);
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      return JSON.parse(text);
    };
    try {
      assert.equal((await ask({ ':path': `/?runId=${ANN}` })).runId, ANN);
      assert.equal((await ask({ ':path': '/', ':method': 'POST' }, '{}')).code, 'ERR_RUN_ID_MISSING');
    } finally {
      client.destroy();
      server.close();
    }
  });

  test('answers what the functions of the options throw, tells nobody the words, and goes on', async () => {
    const warnings = [];
    const hear = (warning) => warnings.push(warning.message);
    process.on('warning', hear);
    const clientId = (request) => {
      const status = Number(request.headers['x-status']);
      throw Object.assign(new Error(`secret ${status}`), { statusCode: status });
    };
    try {
      await withServer(ofHttp(tell, { clientId }), async (ask) => {
        for (const [given, status] of [
          [401, 401],
          [503, 503],
          [200, 500],
          [999, 500],
          [NaN, 500],
        ]) {
          const answer = await ask('/', { headers: { 'x-status': String(given) } });
          assert.equal(answer.status, status);
          assert.equal(JSON.parse(answer.text).message, http.STATUS_CODES[status]);
        }
      });
      await new Promise(setImmediate);
      assert.deepEqual(
        warnings.filter((text) => text.startsWith('secret')),
        ['secret 503', 'secret 200', 'secret 999', 'secret NaN'],
      );
    } finally {
      process.off('warning', hear);
    }
  });

  test('gives what the listener returns, and calls it on the server', async () => {
    const seen = [];
    const listener = ofHttp(function (...args) {
      seen.push(this, args.length);
      return 'done';
    });
    const request = { method: 'GET', url: `/?runId=${ANN}`, headers: {} };
    assert.equal(await listener.call('server', request, {}), 'done');
    assert.deepEqual(seen, ['server', 2]);
    assert.equal(resolveRunId(request), ANN);
  });

  test('must be given a listener, and options that are known', () => {
    for (const call of [
      () => ofHttp(),
      () => ofHttp({ generate: true }),
      () => ofHttp(tell, { generates: true }),
    ]) {
      const error = thrownBy(call);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^runIdBoundary: /);
    }
  });
});

describe('a redirect', () => {
  const { inject, runWithRunId, withRunId } = require('../lib/context/index.js');
  const OTHER = '251006-143001';

  /** A service of ours behind a server that sends everybody there, with another URL. */
  async function withRedirect(status, use) {
    await withServer(ofHttp(tell, { header: true }), async (_ask, port) => {
      const redirect = (_req, res) =>
        res.writeHead(status, { location: `http://127.0.0.1:${port}/new` }).end();
      await withServer(http.createServer(redirect), (_again, at) => use(`http://127.0.0.1:${at}/old`, port));
    });
  }
  const answerTo = async (url, init) => {
    const response = await fetch(url, init);
    return { status: response.status, ...(await response.json()) };
  };

  for (const status of [302, 307]) {
    test(`by ${status} to another origin loses the query and keeps the header`, async () => {
      await withRedirect(status, async (url) => {
        await runWithRunId(ANN, async () => {
          assert.equal((await answerTo(withRunId(url))).code, 'ERR_RUN_ID_MISSING');
          const headers = inject({}, 'headers');
          const { runId, source } = await answerTo(withRunId(url), { headers });
          assert.deepEqual([runId, source], [ANN, 'header']);
        });
      });
    });
  }

  test('that did not happen finds that both agree, and one that changed the query that they do not', async () => {
    await withRedirect(302, async (_url, port) => {
      const url = `http://127.0.0.1:${port}/new`;
      const headers = inject({}, 'headers', ANN);
      assert.equal((await answerTo(withRunId(url, ANN), { headers })).source, 'query');
      const { status, code } = await answerTo(withRunId(url, OTHER), { headers });
      assert.deepEqual([status, code], [409, 'ERR_RUN_ID_CONFLICT']);
    });
  });

  test('or a client that writes the header twice is refused, even where both are the same', async () => {
    await withRedirect(302, async (_url, port) => {
      const headers = { 'Run-Id': ANN, 'run-id': ANN };
      const { status, code } = await answerTo(`http://127.0.0.1:${port}/`, { headers });
      assert.deepEqual([status, code], [400, 'ERR_RUN_ID_TYPE']);
    });
  });
});

describe('applications within an application of Express', () => {
  test('have one run each request, whichever of them have boundaries', async () => {
    const inner = express();
    inner.use(expressEntry.runIdBoundary({ clientId: (req) => req.headers['x-client'] }));
    inner.get('/:id', (req, res) => res.json([req.runId, req.runIdSource, currentRunId()]));
    const app = express();
    app.use(expressEntry.runIdBoundary());
    app.use('/clients/:client', inner);
    app.use(expressEntry.runIdErrors());
    await withServer(app, async (ask) => {
      const as = (client) => ({ headers: { 'x-client': client } });
      const events = await eventsOf('resolve', async () => {
        const { text } = await ask(`/clients/7/9?runId=${ANN}`, as('Ann-Carver'));
        assert.deepEqual(JSON.parse(text), [ANN, 'query', ANN]);
      });
      assert.equal(events.length, 1);
      const [refused] = await eventsOf('reject', async () => {
        assert.equal((await ask(`/clients/7/9?runId=${ANN}`, as('Acme-Corp'))).status, 403);
      });
      assert.equal(refused.route, 'GET');
    });
  });
});
