'use strict';

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { after, before, describe, test } = require('node:test');
const express4 = require('express4');
const express5 = require('express');
const fastify = require('fastify');
const fp = require('fastify-plugin');
const {
  configure,
  isRunId,
  resolveRunId,
  resolveRunIdWithSource,
  RUN_ID_PATTERN,
  RunIdError,
} = require('../index.js');
const { currentRunId, runWithRunId } = require('../lib/context/index.js');
const expressEntry = require('../lib/boundary/express/index.js');
const fastifyEntry = require('../lib/boundary/fastify/index.js');
const { BOUNDARIES, listen } = require('./support/boundary-servers.js');
const { send } = require('./support/servers.js');
const { thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const ACME = `${BASE}-Acme-Corp`;
const OTHER = '251006-143001';

const json = (value) => {
  const body = JSON.stringify(value);
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    body,
  };
};

/** The events of one channel while something happens. */
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

for (const { name, errorKeys, givesErrors, header, start } of BOUNDARIES) {
  describe(name, () => {
    const servers = [];
    const open = async (options, settings) => {
      const server = await start(options, settings);
      servers.push(server);
      return (request = {}) => send({ port: server.port, path: '/', ...request });
    };
    after(() => Promise.all(servers.map((server) => server.close())));

    const assertFound = ({ status, text }, runId, source) => {
      assert.equal(status, 200, text);
      assert.deepEqual(JSON.parse(text), { runId, source, current: runId });
    };
    const assertRefused = ({ status, text }, expectedStatus, code) => {
      assert.equal(status, expectedStatus, text);
      const answer = JSON.parse(text);
      assert.deepEqual(Object.keys(answer), errorKeys);
      assert.equal(answer.code, `ERR_RUN_ID_${code}`);
      assert.match(answer.message, /^STRICT RUN ID ERROR: [\x20-\x7e]+$/);
      assert.doesNotMatch(text, /\.js|node_modules|diagnosis|stack/);
    };

    describe('a boundary that only continues runs, as is the default', () => {
      let ask;
      before(async () => {
        ask = await open();
      });

      test('takes the run ID of the query', async () => {
        assertFound(await ask({ path: `/?runId=${ANN}` }), ANN, 'query');
      });

      test('takes the run ID of the body', async () => {
        assertFound(await ask(json({ runId: BASE })), BASE, 'body');
      });

      test('refuses a request without a run ID', async () => {
        assertRefused(await ask(), 400, 'MISSING');
        assertRefused(await ask(json({})), 400, 'MISSING');
      });

      test('refuses a bad run ID with its code', async () => {
        assertRefused(await ask({ path: '/?runId=foo-bar' }), 400, 'FORMAT');
        assertRefused(await ask({ path: `/?runId=${BASE}&runId=${BASE}` }), 400, 'TYPE');
        assertRefused(await ask(json({ runId: [BASE] })), 400, 'TYPE');
        assertRefused(await ask(json({ runId: '' })), 400, 'FORMAT');
      });

      test('keeps requests at the same time apart', async () => {
        const runIds = Array.from({ length: 40 }, (_, at) => `${BASE}-client${at}`);
        const answers = await Promise.all(runIds.map((runId) => ask({ path: `/?runId=${runId}` })));
        answers.forEach((answer, at) => assertFound(answer, runIds[at], 'query'));
      });
    });

    describe('a boundary that may start runs', () => {
      let ask;
      before(async () => {
        ask = await open({ generate: true });
      });

      test('starts one when the request names none', async () => {
        const { runId, source, current } = JSON.parse((await ask()).text);
        assert.ok(isRunId(runId));
        assert.equal(source, 'generated');
        assert.equal(current, runId);
      });

      test('starts one when the parsed body names none', async () => {
        assert.equal(JSON.parse((await ask(json({ page: 1 }))).text).source, 'generated');
      });

      test('continues the one that the request names', async () => {
        assertFound(await ask(json({ runId: ANN })), ANN, 'body');
      });

      test('starts none in place of a bad one', async () => {
        assertRefused(await ask({ path: '/?runId=' }), 400, 'FORMAT');
        assertRefused(await ask(json({ runId: 0 })), 400, 'TYPE');
      });
    });

    describe('a boundary that knows the client', () => {
      const clientOfHeader = (req) => header(req, 'x-client');
      const as = (client, path) => ({ path, headers: { 'x-client': client } });

      for (const [kind, clientId] of [
        ['at once', clientOfHeader],
        ['after a while', async (req) => clientOfHeader(req)],
      ]) {
        describe(kind, () => {
          let ask;
          before(async () => {
            ask = await open({ generate: true, clientId });
          });

          test("takes that client's run ID", async () => {
            assertFound(await ask(as('Ann-Carver', `/?runId=${ANN}`)), ANN, 'query');
          });

          test("refuses another client's run ID, and a base", async () => {
            assertRefused(await ask(as('Ann-Carver', `/?runId=${ACME}`)), 403, 'CLIENT_MISMATCH');
            assertRefused(await ask(as('Ann-Carver', `/?runId=${BASE}`)), 403, 'CLIENT_MISMATCH');
          });

          test('gives a new run ID to that client', async () => {
            assert.match(
              JSON.parse((await ask(as('Ann-Carver', '/'))).text).current,
              /^\d{6}-\d{6}-Ann-Carver$/,
            );
          });

          test('refuses a request of no client, with a run ID or without', async () => {
            assertRefused(await ask({ path: `/?runId=${ANN}` }), 403, 'CLIENT_MISMATCH');
            assertRefused(await ask(), 403, 'CLIENT_MISMATCH');
          });

          test('refuses a client that is no client ID', async () => {
            assertRefused(await ask(as('Ann Carver', `/?runId=${ANN}`)), 500, 'CLIENT');
          });
        });
      }

      test('waits for whatever can be waited for', async () => {
        const thenable = { then: (resolve) => setImmediate(resolve, 'Ann-Carver') };
        const ask = await open({ clientId: () => thenable });
        assertFound(await ask({ path: `/?runId=${ANN}` }), ANN, 'query');
        assertRefused(await ask({ path: `/?runId=${ACME}` }), 403, 'CLIENT_MISMATCH');
      });

      test('takes an empty text for a bad client and not for none', async () => {
        const ask = await open({ clientId: () => '' });
        assertRefused(await ask({ path: `/?runId=${ANN}` }), 500, 'CLIENT');
      });

      test('tells which client was expected, and what was refused', async () => {
        const errors = [];
        const onError = (error) => errors.push(error);
        const clientId = clientOfHeader;
        const outer = await open({ clientId }, { onError });
        const inner = await open({}, { inner: { clientId }, onError });
        const events = await eventsOf('reject', async () => {
          await outer(as('Ann-Carver', `/?runId=${ACME}`));
          await inner(as('Ann-Carver', `/?runId=${ACME}`));
          await outer({ path: `/?runId=${ACME}` });
          await inner({ path: `/?runId=${ACME}` });
        });
        assert.deepEqual(
          events.map(({ source, expectClientId }) => [source, expectClientId]),
          [
            ['req.query.runId', 'Ann-Carver'],
            ['req.runId', 'Ann-Carver'],
            ['clientId', null],
            ['clientId', null],
          ],
        );
        if (!givesErrors) return;
        assert.deepEqual(
          errors.map(({ source }) => source),
          events.map(({ source }) => source),
        );
      });

      test('hands on an object that is thrown, as it is', async () => {
        const errors = [];
        const thrown = { statusCode: 401, message: 'no session' };
        const ask = await open(
          { clientId: () => Promise.reject(thrown) },
          { onError: (e) => errors.push(e) },
        );
        const { status } = await ask({ path: `/?runId=${ANN}` });
        assert.ok(status === 401 || status === 500, `${status}`);
        if (givesErrors) assert.equal(errors[0], thrown);
      });

      test('refuses the client null', async () => {
        const ask = await open({ clientId: () => null });
        assertRefused(await ask({ path: `/?runId=${ANN}` }), 403, 'CLIENT_MISMATCH');
      });

      for (const thrown of [new Error('no session'), undefined, null, 0, '', 'route', 'router']) {
        test(`lets nobody pass when ${String(thrown)} is thrown instead`, async () => {
          let handled = 0;
          const errors = [];
          const settings = { handle: () => ++handled, onError: (error) => errors.push(error) };
          const atOnce = await open(
            {
              clientId() {
                throw thrown;
              },
            },
            settings,
          );
          const afterAWhile = await open({ clientId: () => Promise.reject(thrown) }, settings);
          const ofParent = await open(
            {
              parentRunId() {
                throw thrown;
              },
            },
            settings,
          );
          for (const ask of [atOnce, afterAWhile, ofParent]) {
            assert.equal((await ask({ path: `/?runId=${ANN}` })).status, 500);
          }
          assert.equal(handled, 0);
          if (givesErrors) assert.equal(errors.length, 3);
          for (const error of errors) assert.equal(thrown instanceof Error ? error : error.cause, thrown);
        });
      }
    });

    test('a boundary takes the parent when the request names no run', async () => {
      const ask = await open({ parentRunId: (req) => header(req, 'x-parent') });
      assertFound(await ask({ headers: { 'x-parent': ANN } }), ANN, 'parentRunId');
      assertFound(await ask({ path: `/?runId=${OTHER}`, headers: { 'x-parent': ANN } }), OTHER, 'query');
      assertRefused(await ask({ headers: { 'x-parent': 'foo-bar' } }), 400, 'FORMAT');
      assertRefused(await ask(), 400, 'MISSING');
    });

    describe('resolving the request again behind the boundary', () => {
      const again = async (req, run) => {
        const copy = Object.keys({ ...req }).includes('specificRunId');
        await null;
        return {
          boundary: run.runId,
          ...resolveRunIdWithSource(req),
          copy,
          raw: resolveRunId(req.raw ?? req.req ?? req),
        };
      };

      for (const generate of [true, false]) {
        test(`gives the same ID and source, with generate ${generate}`, async () => {
          const ask = await open(
            { generate, parentRunId: (req) => header(req, 'x-parent') },
            { handle: again },
          );
          for (const [request, source] of [
            [{ headers: { 'x-parent': ANN } }, 'parentRunId'],
            [{ path: `/?runId=${ANN}` }, 'query'],
            [json({ runId: ANN }), 'body'],
            ...(generate ? [[{}, 'generated']] : []),
          ]) {
            const answer = JSON.parse((await ask(request)).text);
            const { boundary } = answer;
            assert.ok(isRunId(boundary), JSON.stringify(answer));
            assert.deepEqual(answer, { boundary, runId: boundary, source, copy: false, raw: boundary });
          }
        });
      }

      test('gives what later code has set instead', async () => {
        const handle = (req) => {
          req.specificRunId = OTHER;
          return resolveRunIdWithSource(req);
        };
        const ask = await open({ generate: true }, { handle });
        const answer = JSON.parse((await ask({ path: `/?runId=${ANN}` })).text);
        assert.deepEqual(answer, { runId: OTHER, source: 'specificRunId' });
      });

      test('tells that another source disagrees', async () => {
        const handle = (req) => resolveRunId(req, { parentRunId: OTHER, onConflict: 'report' });
        const ask = await open({ parentRunId: () => ANN }, { handle });
        const [conflict, ...more] = await eventsOf('conflict', () => ask());
        assert.deepEqual(
          [conflict.runId, conflict.source, conflict.otherRunId, more],
          [ANN, 'parentRunId', OTHER, []],
        );
      });
    });

    test('a promise of a parent is refused instead of passed over', async () => {
      const ask = await open({ generate: true, parentRunId: async () => ANN });
      assertRefused(await ask(), 400, 'TYPE');
    });

    test('each request has an operation of its own, and its events carry it', async () => {
      const { normalizeRunId } = require('../index.js');
      const ask = await open({}, { handle: (_req, { runId }) => normalizeRunId(runId) });
      const passed = [];
      const resolved = await eventsOf('resolve', async () => {
        passed.push(
          ...(await eventsOf('pass', async () => {
            for (let i = 0; i < 3; i++) await ask({ path: `/?runId=${ANN}` });
          })),
        );
      });
      assert.equal(new Set(resolved.map(({ op }) => op)).size, 3);
      for (const { op } of resolved) assert.match(op, /^[\w-]{10,32}$/);
      assert.deepEqual(
        passed.map(({ op }) => op),
        resolved.map(({ op }) => op),
      );
    });

    test('a refusal carries the operation of its request', async () => {
      const ask = await open();
      const [refused, again] = await eventsOf('reject', async () => {
        await ask({ path: '/?runId=foo-bar' });
        await ask({ path: '/?runId=foo-bar' });
      });
      assert.match(refused.op, /^[\w-]{10,32}$/);
      assert.notEqual(again.op, refused.op);
    });

    test('a second boundary on the way resolves nothing again', async () => {
      const ask = await open({ generate: true }, { inner: {} });
      const resolved = await eventsOf('resolve', async () => {
        const answer = JSON.parse((await ask()).text);
        assert.equal(answer.source, 'generated');
        assert.equal(answer.current, answer.runId);
      });
      assert.equal(resolved.length, 1);
    });

    test('a second boundary on the way still demands its client', async () => {
      const ask = await open({}, { inner: { clientId: (req) => header(req, 'x-client') } });
      const headers = { 'x-client': 'Ann-Carver' };
      assertFound(await ask({ path: `/?runId=${ANN}`, headers }), ANN, 'query');
      for (const runId of [ACME, BASE, `${ANN}-2`, ANN.slice(0, -1)]) {
        assertRefused(await ask({ path: `/?runId=${runId}`, headers }), 403, 'CLIENT_MISMATCH');
      }
      assertRefused(await ask({ path: `/?runId=${ANN}` }), 403, 'CLIENT_MISMATCH');
    });

    test('a server that was started inside a run does not put its requests into that run', async () => {
      const ask = await runWithRunId(OTHER, () => open());
      assertFound(await ask({ path: `/?runId=${ANN}` }), ANN, 'query');
      assertRefused(await ask(), 400, 'MISSING');
    });

    test('the framework is given the RunIdError itself', { skip: !givesErrors }, async () => {
      const errors = [];
      const ask = await open({}, { onError: (error) => errors.push(error) });
      await ask({ path: '/?runId=foo-bar' });
      assert.ok(errors[0] instanceof RunIdError);
      assert.equal(errors[0].source, 'req.query.runId');
    });

    describe('a boundary that reads the header', () => {
      const sent = (value, more = {}) => ({ ...more, headers: { ...more.headers, 'run-id': value } });
      let ask;
      before(async () => {
        ask = await open({ header: true, parentRunId: (req) => header(req, 'x-parent') });
      });

      test('takes the run ID of the header, in any case', async () => {
        assertFound(await ask(sent(ANN)), ANN, 'header');
        assertFound(await ask({ headers: { 'Run-Id': ANN } }), ANN, 'header');
      });

      test('takes it after query and body, and before the parent', async () => {
        assertFound(await ask(sent(ANN, { path: `/?runId=${ANN}` })), ANN, 'query');
        assertFound(await ask(sent(ANN, json({ runId: ANN }))), ANN, 'body');
        assertFound(await ask(sent(ANN, { headers: { 'x-parent': OTHER } })), ANN, 'header');
        assertFound(await ask({ headers: { 'x-parent': OTHER } }), OTHER, 'parentRunId');
      });

      test('takes a base and a client of it for one run, of which the higher source counts', async () => {
        assertFound(await ask(sent(BASE, { path: `/?runId=${ANN}` })), ANN, 'query');
        assertFound(await ask(sent(ANN, json({ runId: BASE }))), BASE, 'body');
      });

      test('refuses another run than a higher source names', async () => {
        for (const request of [{ path: `/?runId=${OTHER}` }, json({ runId: OTHER })]) {
          const answer = await ask(sent(ANN, request));
          assertRefused(answer, 409, 'CONFLICT');
          assert.match(JSON.parse(answer.text).message, /req\.headers\["run-id"\]/);
        }
      });

      test('tells of a bad header under a good query, which counts', async () => {
        const [conflict, ...more] = await eventsOf('conflict', async () => {
          assertFound(await ask(sent('foo-bar', { path: `/?runId=${ANN}` })), ANN, 'query');
        });
        const { source, otherRunId, otherSource } = conflict;
        assert.deepEqual([source, otherRunId, otherSource, more], ['query', 'foo-bar', 'header', []]);
      });

      test('refuses what is no run ID', async () => {
        assertRefused(await ask(sent('foo-bar')), 400, 'FORMAT');
        assertRefused(await ask(sent('')), 400, 'FORMAT');
        assertRefused(await ask(sent('x'.repeat(5000))), 400, 'FORMAT');
      });

      test('refuses several values, even when they are equal', async () => {
        for (const several of [[ANN, ANN], `${ANN}, ${ANN}`, `${ANN},`]) {
          const answer = await ask(sent(several));
          assertRefused(answer, 400, 'TYPE');
          assert.match(JSON.parse(answer.text).message, /sent more than once/);
        }
      });

      test('names a header that is nearly the same', async () => {
        for (const header of ['run_id', 'runid', 'x-run-id', 'X_Run_Id']) {
          const answer = await ask({ headers: { [header]: ANN } });
          assertRefused(answer, 400, 'MISSING');
          const { message } = JSON.parse(answer.text);
          assert.ok(message.includes(header.toLowerCase()), message);
          assert.match(message, /send the run ID as run-id/);
        }
      });

      test('counts the header among the places that hold none', async () => {
        assert.match(JSON.parse((await ask()).text).message, /req\.headers\["run-id"\], parentRunId/);
      });

      test('holds the header to the client, and starts no run in place of it', async () => {
        const clientId = (req) => header(req, 'x-client');
        const ask = await open({ header: true, generate: true, clientId });
        const headers = { 'x-client': 'Ann-Carver' };
        assertFound(await ask(sent(ANN, { headers })), ANN, 'header');
        assertRefused(await ask(sent(ACME, { headers })), 403, 'CLIENT_MISMATCH');
        assertRefused(await ask(sent('foo-bar', { headers })), 400, 'FORMAT');
        assertRefused(await ask({ headers: { ...headers, run_id: ANN } }), 400, 'MISSING');
        assert.equal(JSON.parse((await ask({ headers })).text).source, 'generated');
      });
    });

    test('a boundary that does not read the header starts no run in place of it', async () => {
      const ask = await open({ generate: true });
      const answer = await ask({ headers: { 'run-id': ANN } });
      assertRefused(answer, 400, 'MISSING');
      assert.match(JSON.parse(answer.text).message, /header: true/);
      assertFound(await ask({ path: `/?runId=${OTHER}`, headers: { 'run-id': ANN } }), OTHER, 'query');
      const continuing = await open();
      assert.doesNotMatch(JSON.parse((await continuing()).text).message, /run-id/);
    });
  });
}

test('a plugin behind a boundary that saw the raw request finds its run', async () => {
  const app = fastify();
  const middleware = expressEntry.runIdBoundary({ generate: true });
  app.addHook('onRequest', (request, reply, done) => middleware(request.raw, reply.raw, done));
  app.register(fastifyEntry, { generate: true });
  app.get('/', async (request) => [request.raw.runId, request.runId, resolveRunId(request), currentRunId()]);
  await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    const { text } = await send({ port: app.server.address().port, path: '/' });
    const runIds = JSON.parse(text);
    assert.ok(isRunId(runIds[0]), text);
    assert.equal(new Set(runIds).size, 1, text);
  } finally {
    await app.close();
  }
});

for (const [name, express] of [
  ['Express 5', express5],
  ['Express 4', express4],
]) {
  describe(`a starting boundary of ${name} before the body parser`, () => {
    let server;
    before(async () => {
      const app = express();
      app.use(expressEntry.runIdBoundary({ generate: true }), (req, res) => res.json(req.runIdSource));
      app.use(expressEntry.runIdErrors());
      server = await listen(app);
    });
    after(() => server.close());

    const ask = (request) => send({ port: server.port, path: '/', ...request });

    test('starts no run for a body of known length that nobody has parsed', async () => {
      const { status, text } = await ask(json({ runId: BASE }));
      assert.equal(status, 400);
      assert.equal(JSON.parse(text).code, 'ERR_RUN_ID_MISSING');
    });

    test('starts no run for a body of unknown length that nobody has parsed', async () => {
      const { status } = await ask({
        method: 'POST',
        headers: { 'transfer-encoding': 'chunked' },
        body: '{}',
      });
      assert.equal(status, 400);
    });

    test('says to mount it after the body parser', async () => {
      assert.match(JSON.parse((await ask(json({}))).text).message, /after the body parser/);
    });

    test('tells of the refusal once', async () => {
      assert.equal((await eventsOf('reject', () => ask(json({})))).length, 1);
    });

    test('continues the run that the query names all the same', async () => {
      const { text } = await ask({ ...json({}), path: `/?runId=${BASE}` });
      assert.equal(text, '"query"');
    });

    test('takes a bad run ID in the query for what it is', async () => {
      for (const bad of ['', 'undefined']) {
        const { text } = await ask({ ...json({}), path: `/?runId=${bad}` });
        assert.equal(JSON.parse(text).code, 'ERR_RUN_ID_FORMAT');
      }
    });

    test('tells which client was expected', async () => {
      const app = express();
      app.use(expressEntry.runIdBoundary({ generate: true, clientId: () => 'Ann-Carver' }));
      app.use(expressEntry.runIdErrors());
      const other = await listen(app);
      try {
        const [refused] = await eventsOf('reject', () => send({ port: other.port, path: '/', ...json({}) }));
        assert.deepEqual([refused.code, refused.expectClientId], ['ERR_RUN_ID_MISSING', 'Ann-Carver']);
      } finally {
        await other.close();
      }
    });

    test('continues the run of this request or of its parent all the same', async () => {
      const app = express();
      app.use((req, _res, next) => {
        if (req.query.own) req.specificRunId = BASE;
        next();
      });
      const parentRunId = (req) => req.query.parent;
      app.use(expressEntry.runIdBoundary({ generate: true, parentRunId }), (req, res) => {
        res.json([req.runId, req.runIdSource]);
      });
      const other = await listen(app);
      try {
        for (const [path, expected] of [
          ['/?own=1', [BASE, 'specificRunId']],
          [`/?parent=${OTHER}`, [OTHER, 'parentRunId']],
        ]) {
          const { text } = await send({ port: other.port, ...json({}), path });
          assert.deepEqual(JSON.parse(text), expected);
        }
      } finally {
        await other.close();
      }
    });

    test('starts a run for a body that was parsed and is null', async () => {
      const app = express();
      app.use(express.json({ strict: false }), expressEntry.runIdBoundary({ generate: true }));
      app.use((req, res) => res.json(req.runIdSource));
      const other = await listen(app);
      try {
        assert.equal((await send({ port: other.port, path: '/', ...json(null) })).text, '"generated"');
      } finally {
        await other.close();
      }
    });

    test('starts a run where there is no body', async () => {
      assert.equal((await ask({ method: 'POST', headers: { 'content-length': 0 } })).text, '"generated"');
    });
  });

  test(`${name} answers a refusal with its status without runIdErrors too`, async () => {
    const app = express();
    app.set('env', 'production');
    app.use(expressEntry.runIdBoundary());
    const server = await listen(app);
    try {
      const { status, text } = await send({ port: server.port, path: '/?runId=foo-bar' });
      assert.equal(status, 400);
      assert.doesNotMatch(text, /\.js/);
    } finally {
      await server.close();
    }
  });
}

describe('runIdErrors', () => {
  const { runIdErrors } = expressEntry;

  test('passes on what is no RunIdError, and what comes after the answer began', () => {
    const passed = [];
    const next = (error) => passed.push(error);
    const plain = new Error('another');
    runIdErrors()(plain, {}, { headersSent: false }, next);
    const late = thrownBy(() => require('../index.js').normalizeRunId(''));
    runIdErrors()(late, {}, { headersSent: true }, next);
    assert.deepEqual(passed, [plain, late]);
  });
});

for (const [name, express] of [
  ['Express 5', express5],
  ['Express 4', express4],
]) {
  describe(`what a request of ${name} carries`, () => {
    /** What a handler behind a boundary finds, after what others did before and after. */
    async function answerOf({ earlier = () => {}, later = () => {}, seen }) {
      const app = express();
      const step = (act) => (req, _res, next) => {
        act(req);
        next();
      };
      app.use(step(earlier), expressEntry.runIdBoundary(), step(later));
      app.get('/', (req, res) => res.json(seen(req)));
      const server = await listen(app);
      try {
        return JSON.parse((await send({ port: server.port, path: `/?runId=${ANN}` })).text);
      } finally {
        await server.close();
      }
    }
    const both = (req) => [req.runId, req.runIdSource];

    test('is right for each request of an app where others assign it first', async () => {
      const app = express();
      app.use((req, _res, next) => {
        req.runId = OTHER;
        next();
      });
      app.use(expressEntry.runIdBoundary(), (req, res) => res.json(both(req)));
      const server = await listen(app);
      try {
        for (let i = 0; i < 2; i++) {
          const { text } = await send({ port: server.port, path: `/?runId=${ANN}` });
          assert.deepEqual(JSON.parse(text), [ANN, 'query']);
        }
      } finally {
        await server.close();
      }
    });

    test('is the run ID and its source, whatever stood there before', async () => {
      for (const before of [
        { runId: OTHER },
        { runId: ANN },
        { runIdSource: 'x' },
        { runIdSource: 'query' },
      ]) {
        const earlier = (req) => Object.assign(req, before);
        assert.deepEqual(await answerOf({ earlier, seen: both }), [ANN, 'query'], JSON.stringify(before));
      }
    });

    test('can be assigned, changed and deleted like any property', async () => {
      const later = (req) => {
        req.runId = 'first';
        req.runId = 'second';
      };
      assert.deepEqual(await answerOf({ later, seen: both }), ['second', 'query']);
      const seen = (req) => {
        req.runId = 'x';
        return [Object.keys(req).includes('runId'), delete req.runId];
      };
      assert.deepEqual(await answerOf({ seen }), [true, true]);
    });

    test('is found by whoever enumerates the request', async () => {
      const seen = (req) => {
        const names = [];
        for (const key in req) names.push(key);
        return names.filter((key) => key.startsWith('runId'));
      };
      assert.deepEqual((await answerOf({ seen })).sort(), ['runId', 'runIdSource']);
    });
  });
}

test('a property of all objects neither names a run nor lets a boundary start one for an unparsed body', () => {
  Object.prototype.specificRunId = BASE;
  try {
    const req = { query: {}, headers: { 'content-length': '2' } };
    const passed = [];
    expressEntry.runIdBoundary({ generate: true })(req, {}, (error) => passed.push(error));
    assert.equal(passed[0]?.code, 'ERR_RUN_ID_MISSING');
  } finally {
    delete Object.prototype.specificRunId;
  }
});

test('a request that no framework made is given its run too, and what it inherits from is left alone', () => {
  const boundary = expressEntry.runIdBoundary();
  const own = Object.create({});
  for (const prototype of [Object.prototype, null, own]) {
    const req = { __proto__: prototype, query: { runId: ANN }, headers: {} };
    let current;
    boundary(req, {}, (error) => {
      assert.equal(error, undefined);
      current = currentRunId();
    });
    assert.deepEqual([current, req.runId, req.runIdSource], [ANN, ANN, 'query']);
    assert.ok(Object.hasOwn(req, 'runId'));
  }
  assert.equal('runId' in own, false);
});

describe('the plugin of Fastify', () => {
  test('is marked as fastify-plugin marks one', () => {
    const marked = fp((_fastify, _options, done) => done(), { name: 'unified-run-id', fastify: '5.x' });
    for (const key of ['skip-override', 'fastify.display-name', 'plugin-meta'].map(Symbol.for)) {
      assert.deepEqual(fastifyEntry[key], marked[key]);
    }
  });

  test('has every name that it may be asked for', () => {
    assert.equal(fastifyEntry.default, fastifyEntry);
    assert.equal(fastifyEntry.runIdBoundary, fastifyEntry);
  });

  test('can be of either kind in scopes of its own', async () => {
    const app = fastify();
    app.register(async (scope) => {
      scope.register(fastifyEntry, { generate: true });
      scope.get('/start', async (request) => request.runIdSource);
    });
    app.register(async (scope) => {
      scope.register(fastifyEntry);
      scope.get('/continue', async (request) => request.runIdSource);
    });
    assert.equal((await app.inject('/start')).body, 'generated');
    assert.equal((await app.inject('/continue')).statusCode, 400);
    assert.equal((await app.inject(`/continue?runId=${BASE}`)).body, 'query');
  });

  test('may be given what register understands', async () => {
    const app = fastify();
    app.register(fastifyEntry, { prefix: '/v1', logLevel: 'warn', logSerializers: {}, generate: true });
    app.get('/', async (request) => request.runIdSource);
    assert.equal((await app.inject('/')).body, 'generated');
  });

  test('starts no run for a path that does not exist', async () => {
    const app = fastify();
    app.register(fastifyEntry, { generate: true });
    const generated = await eventsOf('generate', async () => {
      assert.equal((await app.inject('/nowhere')).statusCode, 404);
    });
    assert.deepEqual(generated, []);
  });

  test('starts no run for a body that Fastify does not parse', async () => {
    const app = fastify();
    app.register(fastifyEntry, { generate: true });
    app.get('/', async (request) => request.runIdSource);
    const { statusCode, body } = await app.inject({ url: '/', headers: { 'content-length': '2' } });
    assert.equal(statusCode, 400);
    assert.equal(JSON.parse(body).code, 'ERR_RUN_ID_MISSING');
    assert.match(JSON.parse(body).message, /after the body parser/);
  });

  test('sees an array of one before the schema coerces it to a string', async () => {
    const app = fastify();
    app.register(fastifyEntry);
    const body = { type: 'object', properties: { runId: { type: 'string' } } };
    app.post('/', { schema: { body } }, async (request) => request.runId);
    const answer = await app.inject({ method: 'POST', url: '/', payload: { runId: [BASE] } });
    assert.equal(JSON.parse(answer.body).code, 'ERR_RUN_ID_TYPE');
  });

  test('refuses what RUN_ID_PATTERN refuses in a schema without coercion, but for null', async () => {
    const schema = {
      body: { type: 'object', properties: { runId: { type: 'string', pattern: RUN_ID_PATTERN } } },
    };
    const withSchema = fastify({ ajv: { customOptions: { coerceTypes: false } } });
    withSchema.post('/', { schema }, async () => 'passed');
    const withPlugin = fastify();
    withPlugin.register(fastifyEntry, { generate: true });
    withPlugin.post('/', async () => 'passed');
    const passes = async (app, runId) =>
      (await app.inject({ method: 'POST', url: '/', payload: { runId } })).statusCode === 200;

    const values = [BASE, ANN, '', 'foo-bar', `${BASE}\n`, ` ${BASE}`, '251306-143000', `${BASE}-${BASE}`];
    values.push(0, 1, true, false, [], [BASE], {}, { runId: BASE }, undefined);
    for (const value of values) {
      assert.equal(await passes(withPlugin, value), await passes(withSchema, value), JSON.stringify(value));
    }
    assert.deepEqual([await passes(withPlugin, null), await passes(withSchema, null)], [true, false]);
  });
});

describe('the options of a boundary', () => {
  const refusals = {
    'an unknown key': { generates: true },
    'a text for generate': { generate: 'false' },
    'a client ID for clientId': { clientId: 'Ann-Carver' },
    'an undefined clientId': { clientId: undefined },
    'a run ID for parentRunId': { parentRunId: BASE },
    'a name for header': { header: 'run-id' },
  };
  for (const [title, options] of Object.entries(refusals)) {
    test(`${title} is a TypeError`, async () => {
      assert.ok(thrownBy(() => expressEntry.runIdBoundary(options)) instanceof TypeError);
      const app = fastify();
      app.register(fastifyEntry, options);
      await assert.rejects(async () => app.ready(), TypeError);
    });
  }

  for (const options of [null, [], new Map(), 'generate', Promise.resolve({})]) {
    test(`${Object.prototype.toString.call(options)} is a TypeError in place of them`, () => {
      assert.ok(thrownBy(() => expressEntry.runIdBoundary(options)) instanceof TypeError);
    });
  }
});

test('outside all requests there is no run', () => assert.equal(currentRunId(), undefined));
