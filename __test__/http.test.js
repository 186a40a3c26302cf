'use strict';

const assert = require('node:assert/strict');
const os = require('node:os');
const querystring = require('node:querystring');
const { after, before, describe, test } = require('node:test');
const fc = require('fast-check');
const { configure, isRunId, RunIdError, resolveRunId, resolveRunIdWithSource } = require('../index.js');
const { FRAMEWORKS, send, startExpress } = require('./support/servers.js');

configure({ logger: null });

const BASE = '251006-143000';
const COMPOUND = `${BASE}-Ann-Marie-Carver`;
const OTHER = '251006-143001';

/** The routes under test. A header stands for what the application knows itself, not the client. */
const ROUTES = {
  '/found': (req) => resolveRunIdWithSource(req, { generate: false }),
  '/parent': (req) => resolveRunIdWithSource(req, { parentRunId: req.headers['x-parent'], generate: false }),
  '/specific'(req) {
    req.specificRunId = req.headers['x-specific'];
    return resolveRunIdWithSource(req, req.headers['x-parent']);
  },
  '/generated': (req) => ({
    first: resolveRunIdWithSource(req),
    second: resolveRunIdWithSource(req),
    shown: resolveRunId(req, { generate: false }),
  }),
  '/client': (req) => resolveRunIdWithSource(req, { expectClientId: 'Ann-Carver' }),
  '/agreeing': (req) => resolveRunIdWithSource(req, { onConflict: 'throw', generate: false }),
};

const found = (runId, source) => ({ runId, source });
const refused = (code, source, status = 400) => ({ code: `ERR_RUN_ID_${code}`, source, status });
const MISSING = refused('MISSING');

const get = (query, answer) => ({ path: `/found?${query}`, answer });
const post = (type, body, answer) => ({
  path: '/found',
  method: 'POST',
  headers: { 'content-type': type, 'content-length': Buffer.byteLength(body) },
  body,
  answer,
});
const postJson = (value, answer) => post('application/json', JSON.stringify(value), answer);

const SOURCES = {
  'the query names the run': get(`runId=${COMPOUND}`, found(COMPOUND, 'query')),
  'a JSON body names the run': postJson({ runId: COMPOUND }, found(COMPOUND, 'body')),
  'a form names the run': post(
    'application/x-www-form-urlencoded',
    `runId=${COMPOUND}`,
    found(COMPOUND, 'body'),
  ),
  'a percent-encoded run ID is the run ID': get('runId=251006%2D143000', found(BASE, 'query')),
  'the query goes before the body': {
    ...postJson({ runId: OTHER }, found(BASE, 'query')),
    path: `/found?runId=${BASE}`,
  },
  'the body goes before the parent': {
    ...postJson({ runId: BASE }, found(BASE, 'body')),
    path: '/parent',
    headers: { 'content-type': 'application/json', 'x-parent': OTHER },
  },
  'the parent comes last': {
    path: '/parent',
    headers: { 'x-parent': COMPOUND },
    answer: found(COMPOUND, 'parentRunId'),
  },
  'what the application set goes before everything': {
    ...postJson({ runId: OTHER }, found(COMPOUND, 'specificRunId')),
    path: `/specific?runId=${OTHER}`,
    headers: { 'content-type': 'application/json', 'x-specific': COMPOUND, 'x-parent': OTHER },
  },
  'a bad body does not break a good query': {
    ...postJson({ runId: ['a'] }, found(BASE, 'query')),
    path: `/found?runId=${BASE}`,
  },
  'a run without the expected client is refused': {
    path: `/client?runId=${BASE}`,
    answer: refused('CLIENT_MISMATCH', 'req.query.runId', 403),
  },
  "another client's run is refused": {
    path: `/client?runId=${BASE}-Acme-Corp`,
    answer: refused('CLIENT_MISMATCH', 'req.query.runId', 403),
  },
  "the expected client's run is found": {
    path: `/client?runId=${BASE}-Ann-Carver`,
    answer: found(`${BASE}-Ann-Carver`, 'query'),
  },
  'disagreeing sources are a conflict': {
    ...postJson({ runId: OTHER }, refused('CONFLICT', 'req.body.runId', 409)),
    path: `/agreeing?runId=${BASE}`,
  },
  'a base and its compound agree': {
    ...postJson({ runId: COMPOUND }, found(BASE, 'query')),
    path: `/agreeing?runId=${BASE}`,
  },
};

const QUERY = 'req.query.runId';
const BODY = 'req.body.runId';

const QUERIES = {
  'sent twice': get('runId=a&runId=b', refused('TYPE', QUERY)),
  'sent twice with the same good value': get(`runId=${BASE}&runId=${BASE}`, refused('TYPE', QUERY)),
  'without a value': get('runId=', refused('FORMAT', QUERY)),
  'without an equals sign': get('runId', refused('FORMAT', QUERY)),
  'a NUL': get('runId=%00', refused('FORMAT', QUERY)),
  'a NUL after a good value': get(`runId=${BASE}%00`, refused('FORMAT', QUERY)),
  'a line end': get('runId=%0d%0a', refused('FORMAT', QUERY)),
  'a header after a good value': get(`runId=${BASE}%0d%0aSet-Cookie:%20a=b`, refused('FORMAT', QUERY)),
  'a space before': get(`runId=%20${BASE}`, refused('FORMAT', QUERY)),
  'a plus sign after': get(`runId=${BASE}+`, refused('FORMAT', QUERY)),
  'encoded twice': get('runId=251006%252D143000', refused('FORMAT', QUERY)),
  'a broken percent code': get('runId=%E0%A4%A', refused('FORMAT', QUERY)),
  'a percent code of no hexadecimal digits': get(`runId=${BASE}%zz`, refused('FORMAT', QUERY)),
  'full-width digits': get(
    `runId=${encodeURIComponent('２５１００６-１４３０００')}`,
    refused('FORMAT', QUERY),
  ),
  'Arabic digits': get(`runId=${encodeURIComponent('٢٥١٠٠٦-١٤٣٠٠٠')}`, refused('FORMAT', QUERY)),
  'a letter whose low byte is a digit': get('runId=%C4%B251006-143000', refused('FORMAT', QUERY)),
  'a combining mark': get(`runId=${BASE}%CC%81`, refused('FORMAT', QUERY)),
  'an emoji': get('runId=%F0%9F%98%80', refused('FORMAT', QUERY)),
  'an encoded surrogate': get(`runId=${BASE}-%ED%A0%80`, refused('FORMAT', QUERY)),
  'the text undefined': get('runId=undefined', refused('FORMAT', QUERY)),
  'the text null': get('runId=null', refused('FORMAT', QUERY)),
  'a stringified object': get('runId=[object%20Object]', refused('FORMAT', QUERY)),
  markup: get('runId=<script>alert(1)</script>', refused('FORMAT', QUERY)),
  'a path': get('runId=../../etc/passwd', refused('FORMAT', QUERY)),
  'another spelling of the name': get(`runid=${BASE}&RUNID=${BASE}&run_id=${BASE}`, MISSING),
  'a name with a NUL': get(`runId%00=${BASE}`, MISSING),
  'no query': { path: '/found', answer: MISSING },
  'an empty query': get('', MISSING),
  'a __proto__ key': get(`__proto__=${BASE}`, MISSING),
  'a key inside __proto__': get(`__proto__[runId]=${BASE}`, MISSING),
  'a key inside constructor.prototype': get(`constructor[prototype][runId]=${BASE}`, MISSING),
  'a nested object': {
    ...get('runId[x]=1', MISSING),
    nested: refused('TYPE', QUERY),
  },
  'an array of one': {
    ...get(`runId[]=${BASE}`, MISSING),
    nested: refused('TYPE', QUERY),
  },
  'an object that counts as an array': {
    ...get(`runId[0]=${BASE}&runId[length]=1`, MISSING),
    nested: refused('TYPE', QUERY),
  },
  'a toString of its own': {
    ...get(`runId[toString]=${BASE}`, MISSING),
    nested: refused('TYPE', QUERY),
  },
};

for (const length of [79, 80, 1000, 4096, 4097, 15_000]) {
  QUERIES[`${length} characters`] = get(`runId=${BASE}-${'a'.repeat(length - 14)}`, refused('FORMAT', QUERY));
}

const BODIES = {
  'a number': postJson({ runId: 251006143000 }, refused('TYPE', BODY)),
  zero: postJson({ runId: 0 }, refused('TYPE', BODY)),
  true: postJson({ runId: true }, refused('TYPE', BODY)),
  false: postJson({ runId: false }, refused('TYPE', BODY)),
  null: postJson({ runId: null }, MISSING),
  'an array': postJson({ runId: [BASE] }, refused('TYPE', BODY)),
  'an empty array': postJson({ runId: [] }, refused('TYPE', BODY)),
  'an object': postJson({ runId: { runId: BASE } }, refused('TYPE', BODY)),
  'an object with a toString': postJson({ runId: { toString: BASE, length: 13 } }, refused('TYPE', BODY)),
  'a serialized Buffer': postJson({ runId: Buffer.from(BASE) }, refused('TYPE', BODY)),
  'an object with a __proto__ key': post(
    'application/json',
    `{"runId":{"__proto__":"${BASE}"}}`,
    refused('TYPE', BODY),
  ),
  'an empty string': postJson({ runId: '' }, refused('FORMAT', BODY)),
  'a NUL': postJson({ runId: `${BASE}\0` }, refused('FORMAT', BODY)),
  'a line end': postJson({ runId: `${BASE}\r\n` }, refused('FORMAT', BODY)),
  'a lone surrogate': post('application/json', `{"runId":"${BASE}-\\ud800"}`, refused('FORMAT', BODY)),
  'U+0132, which truncates to a digit': postJson(
    { runId: `${BASE.slice(1)}\u0132` },
    refused('FORMAT', BODY),
  ),
  'a nested run ID': postJson({ runId: `${BASE}-${BASE}` }, refused('FORMAT', BODY)),
  'a million characters': postJson({ runId: '2'.repeat(1_000_000) }, refused('FORMAT', BODY)),
  'the name given twice, the last one good': post(
    'application/json',
    `{"runId":"foo-bar","runId":"${BASE}"}`,
    found(BASE, 'body'),
  ),
  'a __proto__ key instead': post('application/json', `{"__proto__":{"runId":"${BASE}"}}`, MISSING),
  'a constructor key instead': postJson({ constructor: { prototype: { runId: BASE } } }, MISSING),
  'another spelling of the name': postJson({ runid: BASE, RunId: BASE }, MISSING),
  'a whole body that is a string': postJson(BASE, MISSING),
  'a whole body that is an empty string': postJson('', MISSING),
  'a whole body that is a number': postJson(1, MISSING),
  'a whole body that is true': postJson(true, MISSING),
  'a whole body that is null': postJson(null, MISSING),
  'a whole body that is an array': postJson([{ runId: BASE }], MISSING),
  'a whole body that is an empty object': postJson({}, MISSING),
  'plain text': post('text/plain', `runId=${BASE}`, MISSING),
  'plain text that is JSON': post('text/plain', `{"runId":"${BASE}"}`, MISSING),
  bytes: post('application/octet-stream', `{"runId":"${BASE}"}`, MISSING),
  'a form with the name twice': post(
    'application/x-www-form-urlencoded',
    `runId=${BASE}&runId=${BASE}`,
    refused('TYPE', BODY),
  ),
  'a form without a value': post('application/x-www-form-urlencoded', 'runId=', refused('FORMAT', BODY)),
  'no body': { path: '/found', method: 'POST', headers: { 'content-length': 0 }, answer: MISSING },
};

const APPLICATION = {
  'an empty text set by the application': {
    path: `/specific?runId=${BASE}`,
    headers: { 'x-specific': '' },
    answer: refused('FORMAT', 'req.specificRunId'),
  },
  'a bad text set by the application': {
    path: `/specific?runId=${BASE}`,
    headers: { 'x-specific': 'UNKNOWN' },
    answer: refused('FORMAT', 'req.specificRunId'),
  },
  'an empty parent': {
    path: '/parent',
    headers: { 'x-parent': '' },
    answer: refused('FORMAT', 'parentRunId'),
  },
};

/** What may never be part of an answer: where the server's files are, or a stack. */
const SECRETS = [process.cwd(), os.homedir(), 'node_modules', '.js:', '\n', '    at '];

/** Asserts that an answer to a refused request tells its code and message and nothing else. */
function assertRefused(response, { code, source, status }) {
  assert.equal(response.status, status);
  const answer = JSON.parse(response.text);
  assert.deepEqual(Object.keys(answer), ['code', 'message']);
  assert.equal(answer.code, code);
  assert.match(answer.message, /^STRICT RUN ID ERROR: [\x20-\x7e]+$/);
  assert.ok(answer.message.length < 500);
  if (source !== undefined) assert.ok(answer.message.includes(`(${source})`), answer.message);
  for (const secret of SECRETS) assert.ok(!answer.message.includes(secret), answer.message);
  assert.doesNotMatch(response.headers, /^set-cookie/im);
}

function assertAnswered(response, expected) {
  if (expected.code !== undefined) return assertRefused(response, expected);
  assert.equal(response.status, 200, response.text);
  assert.deepEqual(JSON.parse(response.text), expected);
}

for (const { name, nested = false, start } of FRAMEWORKS) {
  describe(name, () => {
    let server;
    before(async () => {
      server = await start(ROUTES);
    });
    after(() => server.close());

    const ask = (request) => send({ port: server.port, ...request });
    const check = async (request) =>
      assertAnswered(await ask(request), nested && request.nested ? request.nested : request.answer);

    for (const [title, request] of Object.entries(SOURCES)) test(title, () => check(request));
    for (const [title, request] of Object.entries(QUERIES)) {
      test(`a query with runId as ${title} is answered by the rules`, () => check(request));
    }
    for (const [title, request] of Object.entries(BODIES)) {
      test(`a body with runId as ${title} is answered by the rules`, () => check(request));
    }
    for (const [title, request] of Object.entries(APPLICATION)) {
      test(`${title} never falls through to the next source`, () => check(request));
    }

    test('a request without a run ID is given one, and keeps it', async () => {
      const seen = new Set();
      for (const request of [{}, { method: 'POST' }, postJson({ name: 'Acme-Corp' }), postJson([])]) {
        const { status, text } = await ask({ ...request, path: '/generated' });
        assert.equal(status, 200, text);
        const { first, second, shown } = JSON.parse(text);
        assert.equal(first.source, 'generated');
        assert.ok(isRunId(first.runId));
        assert.deepEqual(second, found(first.runId, 'generated'));
        assert.equal(shown, first.runId);
        seen.add(first.runId);
      }
      assert.equal(seen.size, 4);
    });

    test('a generated run ID carries the expected client', async () => {
      const { text } = await ask({ path: '/client' });
      const { runId, source } = JSON.parse(text);
      assert.equal(source, 'generated');
      assert.match(runId, /^[0-9]{6}-[0-9]{6}-Ann-Carver$/);
    });

    test('requests at the same time are given different run IDs', async () => {
      const responses = await Promise.all(Array.from({ length: 20 }, () => ask({ path: '/generated' })));
      const runIds = responses.map(({ text }) => JSON.parse(text).first.runId);
      assert.equal(new Set(runIds).size, 20);
    });

    test('any text in the query is either the run ID or refused', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), async (text) => {
          const response = await ask({ path: `/found?runId=${encodeURIComponent(text)}` });
          assertAnswered(response, isRunId(text) ? found(text, 'query') : refused('FORMAT', QUERY));
        }),
        { numRuns: 60 },
      );
    });

    test('any JSON value in the body is either the run ID, absent or refused', async () => {
      const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(BASE, COMPOUND, null, [BASE]));
      await fc.assert(
        fc.asyncProperty(value, async (runId) => {
          let answer = refused(typeof runId === 'string' ? 'FORMAT' : 'TYPE', BODY);
          if (runId === null) answer = MISSING;
          else if (isRunId(runId)) answer = found(runId, 'body');
          await check(postJson({ runId }, answer));
        }),
        { numRuns: 60 },
      );
    });

    test('hostile requests leave nothing behind', async () => {
      for (const request of [...Object.values(QUERIES), ...Object.values(BODIES)]) await check(request);
      assert.equal({}.runId, undefined);
      assert.equal({}.specificRunId, undefined);
      await check(SOURCES['the query names the run']);
    });
  });
}

describe('Express 5 parses the query at each access', () => {
  let reads = 0;
  let server;
  before(async () => {
    const parse = (text) => {
      reads += 1;
      return querystring.parse(text);
    };
    server = await startExpress(require('express'), ROUTES, { 'query parser': parse });
  });
  after(() => server.close());

  for (const [title, path] of [
    ['when it names the run', `/found?runId=${BASE}`],
    ['when it names no run', '/found?page=2'],
    ['when it holds a bad value', '/found?runId=foo-bar'],
    ['when it names the run of a client', `/client?runId=${BASE}-Ann-Carver`],
    ['when all sources are compared', `/agreeing?runId=${BASE}`],
    ['when a run ID is generated', '/client'],
  ]) {
    test(`it is read once ${title}`, async () => {
      reads = 0;
      await send({ port: server.port, path });
      assert.equal(reads, 1);
    });
  }

  test('it is not read at all when the application set the run ID', async () => {
    reads = 0;
    await send({ port: server.port, path: '/specific?runId=foo-bar', headers: { 'x-specific': BASE } });
    assert.equal(reads, 0);
  });
});

describe("A framework's own error handler", () => {
  test('of Fastify answers with the status, the code and the message, and no stack', async () => {
    const app = require('fastify')();
    app.get('/', async (req) => resolveRunId(req, { generate: false }));
    const { statusCode, body } = await app.inject('/?runId=foo-bar');
    assert.equal(statusCode, 400);
    const { code, message, ...rest } = JSON.parse(body);
    assert.equal(code, 'ERR_RUN_ID_FORMAT');
    assert.match(message, /^STRICT RUN ID ERROR: Non-standard run ID format encountered: "foo-bar"/);
    assert.deepEqual(rest, { statusCode: 400, error: 'Bad Request' });
  });

  for (const framework of ['express', 'express4']) {
    test(`of ${framework} answers with the status`, async () => {
      let caught;
      const express = require(framework);
      const app = express();
      app.set('env', 'test');
      app.get('/', (req, res) => res.json(resolveRunId(req, { generate: false })));
      app.use((error, _req, _res, next) => {
        caught = error;
        next(error);
      });
      const server = app.listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      try {
        const { status } = await send({ port: server.address().port, path: '/?runId=foo-bar' });
        assert.equal(status, 400);
        assert.ok(caught instanceof RunIdError);
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });
  }
});
