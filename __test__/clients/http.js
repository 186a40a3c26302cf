'use strict';

// A run that goes by HTTP, through the clients and their redirects, and through proxies that drop what they don't know.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { after, before, describe, test } = require('node:test');
const axios = require('axios');
const undici = require('undici');
const { configure, resolveRunId } = require('../../index.js');
const { extract, inject, runWithRunId, withRunId } = require('../../lib/context/index.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const LEE = '251006-143001-Lee-Marlow';

/** What a call gives, or the code of its refusal. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    return error.code;
  }
}

const queryOf = (req) => new URL(req.url, 'http://localhost').searchParams;

/** Answers what arrived, and leads on from `/302…` and `/307…`: to its own host, or to another one. */
async function serve() {
  const server = http.createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    const redirect = /^\/(302|307)-(same|other)/.exec(req.url);
    if (redirect !== null) {
      const [, status, where] = redirect;
      const host = where === 'same' ? '127.0.0.1' : 'localhost';
      res.writeHead(Number(status), { location: `http://${host}:${server.address().port}/end` }).end();
      return;
    }
    const seen = {
      header: attempt(() => extract(req.headers, 'headers')),
      query: attempt(() => resolveRunId({ query: queryOf(req) }, { generate: false })),
      method: req.method,
      host: req.headers.host.split(':')[0],
      body,
    };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(seen));
  });
  // No host: both families, as `localhost` may be of either.
  server.listen(0);
  await once(server, 'listening');
  return server;
}

/** Passes requests on without their query, and without headers that have an underscore, as nginx does by default. */
async function serveProxy(target) {
  const server = http.createServer((req, res) => {
    const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => !name.includes('_')));
    const { pathname } = new URL(req.url, 'http://localhost');
    const options = { port: target.address().port, path: pathname, method: req.method, headers };
    req.pipe(http.request(options, (answer) => answer.pipe(res)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Each client: sends a request and gives the JSON of its answer. */
const CLIENTS = {
  fetch: async (url, { headers, method, body }) => (await fetch(url, { headers, method, body })).json(),
  'undici.fetch': async (url, { headers, method, body }) =>
    (await undici.fetch(url, { headers, method, body })).json(),
  'undici.request': async (url, { headers, method, body }) => {
    const dispatcher = new undici.Agent().compose(undici.interceptors.redirect({ maxRedirections: 2 }));
    const answer = await undici.request(url, { headers, method, body, dispatcher });
    const json = await answer.body.json();
    await dispatcher.close();
    return json;
  },
  axios: async (url, { headers, method, body }) => (await axios({ url, headers, method, data: body })).data,
};

async function requestOf(url, { headers, method = 'GET', body }) {
  const request = http.request(url, { headers, method });
  request.end(body);
  const [answer] = await once(request, 'response');
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}
CLIENTS['http.request'] = requestOf;

let server;
let proxy;
let url;

before(async () => {
  server = await serve();
  proxy = await serveProxy(server);
  url = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  for (const each of [server, proxy]) {
    each.close();
    each.closeAllConnections();
  }
});

for (const [name, send] of Object.entries(CLIENTS)) {
  describe(`by ${name}`, () => {
    const inRun = (to, options) =>
      runWithRunId(ANN, () => send(withRunId(to), { headers: inject({}, 'headers'), ...options }));

    test('the header and the URL arrive, and agree', async () => {
      const { header, query } = await inRun(`${url}/end`);
      assert.deepEqual([header, query], [ANN, ANN]);
    });

    // That one follows nothing.
    for (const where of name === 'http.request' ? [] : ['same', 'other']) {
      test(`a redirect to the ${where} host keeps the header, and not the query`, async () => {
        const seen = await inRun(`${url}/302-${where}`);
        assert.deepEqual([seen.header, seen.query], [ANN, 'ERR_RUN_ID_MISSING']);
        assert.equal(seen.host, where === 'same' ? '127.0.0.1' : 'localhost');
      });

      test(`so does one to the ${where} host of a request with a body`, async () => {
        const seen = await inRun(`${url}/307-${where}`, { method: 'POST', body: '{"leads":5}' });
        assert.deepEqual([seen.header, seen.query], [ANN, 'ERR_RUN_ID_MISSING']);
        assert.deepEqual([seen.method, seen.body], ['POST', '{"leads":5}']);
      });
    }

    test('a proxy that drops the query keeps the header', async () => {
      const { header, query } = await inRun(`http://127.0.0.1:${proxy.address().port}/end`);
      assert.deepEqual([header, query], [ANN, 'ERR_RUN_ID_MISSING']);
    });

    test('a header with an underscore is dropped by a proxy, and named where none is between', async () => {
      const headers = { run_id: ANN };
      const through = await send(`http://127.0.0.1:${proxy.address().port}/end`, { headers });
      assert.equal(through.header, 'ERR_RUN_ID_MISSING');
      assert.equal((await send(`${url}/end`, { headers })).header, 'ERR_RUN_ID_TYPE');
    });
  });
}

describe('a header that is set twice', () => {
  test('in two cases is sent as one of two values, which no receiver takes', async () => {
    const headers = { 'Run-Id': ANN, ...inject({}, 'headers', ANN) };
    for (const name of ['fetch', 'undici.fetch']) {
      assert.equal((await CLIENTS[name](`${url}/end`, { headers })).header, 'ERR_RUN_ID_TYPE', name);
    }
  });

  test('by inject is one, or a conflict', async () => {
    const headers = inject({ 'RUN-ID': ANN }, 'headers', ANN);
    for (const [name, send] of Object.entries(CLIENTS)) {
      assert.equal((await send(`${url}/end`, { headers })).header, ANN, name);
    }
    assert.throws(() => inject({ 'RUN-ID': LEE }, 'headers', ANN), { code: 'ERR_RUN_ID_CONFLICT' });
  });
});

test('parameters that axios adds to a URL with a run are several', async () => {
  const { data } = await axios.get(withRunId(`${url}/end`, ANN), { params: { runId: LEE } });
  assert.equal(data.query, 'ERR_RUN_ID_TYPE');
});
