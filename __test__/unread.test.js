'use strict';

// An ID is generated only for a request that was read to its end: a run ID that is there in another place, or in a
// form that is not read, is an error and never causes a new one.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const http = require('node:http');
const http2 = require('node:http2');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { describe, test } = require('node:test');
const fc = require('fast-check');
const binding = require('../lib/binding.js');
const { PARTS } = require('../lib/core/request.js');
const { configure, resolveRunId, resolveRunIdWithSource } = require('../index.js');
const { issuedSinceNoon, startAtNoon } = require('./support/issued.js');
const { rejectionOf } = require('./support/thrown.js');

const RUN_ID = '251006-143000-Ann-Carver';
const OTHER = '251006-143001';

configure({ logger: null });

/** Refused, with nothing generated: by its code without the prefix, and its source. */
function refusalOf(req) {
  startAtNoon();
  const { code, source, message } = rejectionOf(() => resolveRunId(req));
  assert.equal(issuedSinceNoon(), 0);
  assert.ok(!Object.hasOwn(req, 'specificRunId'), 'a refused request carries no mark');
  assert.match(message, /^[\x20-\x7e]{1,499}$/);
  return [code.replace('ERR_RUN_ID_', ''), source];
}

const json = JSON.stringify({ runId: RUN_ID });
const post = (body) => new Request('http://api.example/runs', { method: 'POST', body });

class Job {
  constructor(data) {
    this.data = data;
    this.name = 'score';
  }
}

/** As clients of databases make them: what it holds is read by a getter of its class. */
class Document {
  #runId;

  constructor(runId) {
    this.#runId = runId;
  }

  get runId() {
    return this.#runId;
  }
}

const UNREADABLE = [
  ['a job with its run ID in the data', new Job({ runId: RUN_ID }), 'TYPE', undefined],
  ['a job without a run ID', new Job({}), 'TYPE', undefined],
  ['a plain message', { data: { runId: RUN_ID } }, 'TYPE', undefined],
  ['an object with a run ID of its own', { runId: RUN_ID }, 'TYPE', 'req.runId'],
  ['a row', { run_id: RUN_ID, job_type: 'x' }, 'TYPE', 'req.run_id'],
  ['a row without a run ID', { job_type: 'x' }, 'TYPE', undefined],
  ['an object that has lost its run ID', { runId: undefined }, 'TYPE', 'req.runId'],
  ['an object that holds the request', { req: { query: { runId: RUN_ID } } }, 'TYPE', undefined],
  ['headers alone', { headers: {} }, 'TYPE', undefined],
  ['an object with a symbol of its own', { [Symbol('runId')]: RUN_ID }, 'TYPE', undefined],
  ['a class instance', new (class Empty {})(), 'TYPE', undefined],
  ['a function', () => {}, 'TYPE', undefined],
  ['an array', [], 'TYPE', undefined],
  ['a Map', new Map([['runId', RUN_ID]]), 'TYPE', undefined],
  ['search parameters', new URLSearchParams({ runId: RUN_ID }), 'TYPE', undefined],
  ['a context with the request inside', { request: {}, query: {}, method: 'GET' }, 'TYPE', undefined],
  ['a serverless event', { headers: {}, queryStringParameters: { runId: RUN_ID } }, 'MISSING'],
  ['a serverless event with a body', { body: null, queryStringParameters: { page: '1' } }, 'MISSING'],
  ['a serverless event with several values', { multiValueQueryStringParameters: { a: ['1'] } }, 'MISSING'],
  ['a serverless event with a raw query', { rawQueryString: `runId=${RUN_ID}`, headers: {} }, 'MISSING'],
  ['a serverless event with a path', { body: null, pathParameters: { runId: RUN_ID } }, 'MISSING'],
  ['a Fetch request with a body', post(json), 'MISSING', 'req.body'],
  ['a query that is a function', { query: () => ({ runId: RUN_ID }) }, 'MISSING', 'req.query'],
  ['a query that is text', { query: `runId=${RUN_ID}` }, 'MISSING', 'req.query'],
  ['a query that is boxed text', { query: new String(`runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  ['a query that is bytes', { query: Buffer.from(`runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  [
    'a query that is a thenable',
    {
      query: new (class {
        then() {}
      })(),
    },
    'MISSING',
    'req.query',
  ],
  ['a query that is a URL', { query: new URL(`http://x/?runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  ['a query that is a promise', { query: Promise.resolve({ runId: RUN_ID }) }, 'MISSING', 'req.query'],
  ['a query that is boxed text', { query: new String(`runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  ['a query that is bytes', { query: Buffer.from(`runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  ['a query that is a URL', { query: new URL(`http://x/?runId=${RUN_ID}`) }, 'MISSING', 'req.query'],
  ['a query in pairs', { query: new Map([['runId', RUN_ID]]).entries() }, 'MISSING', 'req.query'],
  ['a query in a set', { query: new Set([`runId=${RUN_ID}`]) }, 'MISSING', 'req.query'],
  ['a query that is a list', { query: [['runId', RUN_ID]] }, 'MISSING', 'req.query'],
  [
    'path parameters to come',
    { query: {}, params: Promise.resolve({ runId: RUN_ID }) },
    'MISSING',
    'req.params',
  ],
  [
    'path parameters in a Map',
    { query: {}, params: new Map([['runId', RUN_ID]]) },
    'MISSING',
    'req.params.runId',
  ],
  ['search parameters of a client', { url: '/', params: new URLSearchParams({ runId: RUN_ID }) }, 'MISSING'],
  ['a form of a client', { url: '/', data: new URLSearchParams({ runId: RUN_ID }) }, 'MISSING'],
  [
    'a serverless event with search parameters',
    { body: null, queryStringParameters: new URLSearchParams({ runId: RUN_ID }) },
    'MISSING',
    'req.queryStringParameters',
  ],
  ['a body that is text', { body: json }, 'MISSING', 'req.body'],
  ['a body that is boxed text', { body: new String(json) }, 'MISSING', 'req.body'],
  ['a body that is bytes', { body: Buffer.from(json) }, 'MISSING', 'req.body'],
  [
    'a body that is an ArrayBuffer',
    { body: new Uint8Array(Buffer.from(json)).buffer },
    'MISSING',
    'req.body',
  ],
  ['a body that is a Blob', { body: new Blob([json]) }, 'MISSING', 'req.body'],
  ['a body that is a stream', { body: Readable.from([json]) }, 'MISSING', 'req.body'],
  ['a body that is a web stream', { body: new Blob([json]).stream() }, 'MISSING', 'req.body'],
  ['a body that is a function', { body: () => json }, 'MISSING', 'req.body'],
  ['a body that is a promise', { body: Promise.resolve({}) }, 'MISSING', 'req.body'],
  ['content without a parsed body', { method: 'POST', headers: { 'content-length': '40' } }, 'MISSING'],
  ['chunked content', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } }, 'MISSING'],
  ['content of an unreadable length', { method: 'POST', headers: { 'content-length': 'x' } }, 'MISSING'],
  ['content that became null', { body: null, headers: { 'content-length': '40' } }, 'MISSING'],
  ['content announced by raw headers', { url: '/', rawHeaders: ['Content-Length', '40'] }, 'MISSING'],
  ['a url beside an empty query', { query: {}, url: `/?runId=${RUN_ID}` }, 'MISSING', 'req.url.runId'],
  ['a url with two question marks', { query: {}, url: `/??runId=${RUN_ID}` }, 'MISSING', 'req.url.runId'],
  ['a url that escapes the name', { query: {}, url: `/?a=1&%72unId=${RUN_ID}` }, 'MISSING', 'req.url.runId'],
  [
    'a url that names it last',
    { query: {}, url: `/?a=1&b=&&run_id=${RUN_ID}#x` },
    'MISSING',
    'req.url.run_id',
  ],
  ['a url without a query', { url: `/?a=1&runId=${RUN_ID}#x` }, 'MISSING', 'req.url.runId'],
  ['a url with an encoded name', { url: `/?%72un_id=${RUN_ID}` }, 'MISSING', 'req.url.run_id'],
  ['a URL object', { url: new URL(`http://x/?runId=${RUN_ID}`) }, 'MISSING', 'req.url.runId'],
  ['a run-id header', { query: {}, headers: { 'run-id': RUN_ID } }, 'MISSING', 'req.headers["run-id"]'],
  ['a Run-Id header in Headers', { query: {}, headers: new Headers({ 'Run-Id': RUN_ID }) }, 'MISSING'],
  ['a run_id header', { query: {}, headers: { run_id: RUN_ID } }, 'MISSING', 'req.headers.run_id'],
  ['a raw run-id header', { query: {}, rawHeaders: ['RUN-ID', RUN_ID] }, 'MISSING'],
  ['a path parameter', { query: {}, params: { runId: RUN_ID } }, 'MISSING', 'req.params.runId'],
  ['a path parameter run_id', { query: {}, params: { run_id: RUN_ID } }, 'MISSING', 'req.params.run_id'],
  ['an inherited run ID in the query', { query: new Document(RUN_ID) }, 'MISSING', 'req.query.runId'],
  ['an inherited run ID in the body', { body: new Document(RUN_ID) }, 'MISSING', 'req.body.runId'],
  ['a run ID of its own beside a query', { query: {}, runId: RUN_ID }, 'MISSING', 'req.runId'],
  [
    'a request of a server that middleware gave one',
    Object.assign(new http.IncomingMessage(null), { query: {}, url: '/', run_id: RUN_ID }),
    'MISSING',
    'req.run_id',
  ],
  ['a row that has a url', { id: 7, url: 'https://x/y', run_id: RUN_ID }, 'MISSING', 'req.run_id'],
  ['a job that has a url', { url: 'https://x/y', data: { runId: RUN_ID } }, 'MISSING', 'req.data.runId'],
  ['a payload', { method: 'post', query: {}, payload: { runId: RUN_ID } }, 'MISSING', 'req.payload.runId'],
  ['an envelope in the body', { body: { data: { runId: RUN_ID } } }, 'MISSING', 'req.body.data.runId'],
  [
    'a misspelled one in an envelope',
    { query: {}, url: '/', body: { payload: { a: 1, run_id: RUN_ID } } },
    'MISSING',
    'req.body.payload.run_id',
  ],
  ['a list as body', { body: [{ a: 1, runId: RUN_ID }, {}] }, 'MISSING', 'req.body[0].runId'],
  [
    'a cookie',
    { query: {}, headers: { cookie: `theme=dark; runId=${RUN_ID}` } },
    'MISSING',
    'req.headers.cookie.runId',
  ],
  [
    'a misspelled cookie in Headers',
    { query: {}, headers: new Headers({ Cookie: `run-id=${RUN_ID};rate=7` }) },
    'MISSING',
    'req.headers.cookie["run-id"]',
  ],
  [
    'a raw cookie',
    { url: '/', rawHeaders: ['Cookie', `run_id=${OTHER}`] },
    'MISSING',
    'req.headers.cookie.run_id',
  ],
  [
    'a cookie in quotes',
    { query: {}, headers: { cookie: `a=1;  runId = "${RUN_ID}"` } },
    'MISSING',
    'req.headers.cookie.runId',
  ],
  [
    'one of several cookie headers',
    { body: null, multiValueHeaders: { Cookie: ['a=1', `runId=${RUN_ID}`] } },
    'MISSING',
    'req.headers.cookie.runId',
  ],
  ['a body that is a thenable', { body: { then() {} } }, 'MISSING', 'req.body'],
  ['a body that is read by loops', { body: { async *[Symbol.asyncIterator]() {} } }, 'MISSING', 'req.body'],
  ['a body that is shared bytes', { body: new SharedArrayBuffer(8) }, 'MISSING', 'req.body'],
  [
    'a url that was rewritten',
    { query: {}, url: '/', originalUrl: `/?runId=${RUN_ID}` },
    'MISSING',
    'req.originalUrl.runId',
  ],
  [
    'a url that was lost',
    { query: {}, originalUrl: `/?runId=${RUN_ID}` },
    'MISSING',
    'req.originalUrl.runId',
  ],
  ['a path with a query', { method: 'GET', path: `/?runId=${RUN_ID}` }, 'MISSING', 'req.path.runId'],
  [
    'a query kept apart',
    { method: 'GET', querystring: `runId=${RUN_ID}` },
    'MISSING',
    'req.querystring.runId',
  ],
  [
    'a serverless event whose query was lost',
    { query: {}, queryStringParameters: { runId: RUN_ID } },
    'MISSING',
    'req.queryStringParameters.runId',
  ],
  [
    'a serverless event whose path was not read',
    { query: {}, body: {}, pathParameters: { run_id: RUN_ID } },
    'MISSING',
    'req.pathParameters.run_id',
  ],
  [
    'a serverless event whose raw query was not read',
    { query: {}, body: {}, rawQueryString: `a=1&runId=${RUN_ID}` },
    'MISSING',
    'req.rawQueryString.runId',
  ],
  ['headers of several values', { body: null, multiValueHeaders: { 'Run-Id': [RUN_ID] } }, 'MISSING'],
  [
    'a header of the request that a view wraps',
    { query: {}, raw: { headers: { 'run-id': RUN_ID } } },
    'MISSING',
    'req.headers["run-id"]',
  ],
  [
    'content of the request that a view wraps',
    { query: {}, raw: new Request('http://x/', { method: 'POST', headers: { 'content-length': '9' } }) },
    'MISSING',
    'req.body',
  ],
  ['headers in pairs', { query: {}, headers: [['Run-Id', RUN_ID]] }, 'MISSING', 'req.headers["run-id"]'],
  ['headers in turns', { query: {}, headers: ['Run-Id', RUN_ID] }, 'MISSING', 'req.headers["run-id"]'],
  ...['run_id', 'runid', 'RunId', 'run-id', 'runId[]', 'runId[0]', '_runId'].flatMap((key) => {
    const shown = /^\w+$/.test(key) ? `.${key}` : `["${key}"]`;
    return [
      [`a query with ${key}`, { query: { [key]: RUN_ID } }, 'TYPE', `req.query${shown}`],
      [`a body with ${key}`, { body: { [key]: RUN_ID } }, 'TYPE', `req.body${shown}`],
      [
        `search parameters with ${key}`,
        { query: new URLSearchParams({ [key]: RUN_ID }) },
        'TYPE',
        `req.query${shown}`,
      ],
      [`a Map with ${key}`, { body: new Map([[key, RUN_ID]]) }, 'TYPE', `req.body${shown}`],
    ];
  }),
];

describe('nothing is generated for', () => {
  for (const [what, req, code, source] of UNREADABLE) {
    test(what, () => {
      const [actual, place] = refusalOf(req);
      assert.equal(actual, code);
      if (source !== undefined || code === 'TYPE') assert.equal(place, source);
    });
  }

  test('a Fetch request whose body was read before', async () => {
    const request = post(json);
    await request.json();
    assert.deepEqual(refusalOf(request), ['MISSING', 'req.body']);
  });

  test('a real job of a framework context', () => {
    const raw = new Request(`http://x/?runId=${RUN_ID}`);
    const context = { raw, query: () => {}, method: 'GET', url: raw.url };
    assert.deepEqual(refusalOf(context), ['MISSING', 'req.query']);
  });
});

test('every reason has its words, and each is one that a request or a carrier can have', () => {
  const names = new Set(binding.UNREAD);
  const carriers = path.join(__dirname, '..', 'lib', 'context', 'carriers');
  const source = [
    require.resolve('../lib/core/unread.js'),
    require.resolve('../lib/boundary/fetch/fetch-boundary.js'),
    ...fs.readdirSync(carriers).map((name) => path.join(carriers, name)),
  ]
    .map((file) => fs.readFileSync(file, 'utf8'))
    .join('\n');
  const used = new Set([...source.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, name]) => name));
  for (const name of names)
    assert.ok(
      used.has(name) || ['job', 'url', 'event', 'header', 'context', 'inherited'].includes(name),
      name,
    );
  assert.ok(names.size >= 13);
});

describe('an ID is generated for a request that was read to its end', () => {
  for (const [what, req] of [
    ['a script', {}],
    ['a script whose run is not known', { specificRunId: undefined }],
    ['an object without a prototype', Object.create(null)],
    ['parsed parts', { query: {}, body: {} }],
    ['parsed parts with headers', { query: {}, body: { a: 1 }, headers: { 'content-length': '9' } }],
    ['a method alone', { method: 'GET' }],
    ['a url without a run ID', { query: {}, url: '/?page=2&run=1' }],
    ['no content', { method: 'POST', headers: { 'content-length': '0' } }],
    ['a query of another kind', { query: new URLSearchParams('page=2') }],
    ['a form', { body: new FormData() }],
    ['an empty text', { query: '', body: '' }],
    ['a number', { query: 7, body: true }],
    ['an empty serverless event', { body: null, queryStringParameters: null, rawQueryString: '' }],
    ['a serverless event with its query', { query: { a: '1' }, queryStringParameters: { a: '1' } }],
    ['a Fetch request', new Request('http://x/?page=2')],
    ['an absent key of another spelling', { query: { runid2: RUN_ID, therunId: RUN_ID } }],
    ['a run ID that is absent where none is read', { query: {}, runId: null, data: { runId: undefined } }],
    ['a document without one', { body: new Document(undefined) }],
    ['a class of bodies without one', { body: new (class Body {})() }],
    ['an event with an absent path parameter', { query: {}, pathParameters: { runId: null } }],
    ['a url that was rewritten without one', { query: {}, url: '/a', originalUrl: '/b?a=1', path: '/a' }],
    ['an envelope with the run of another system', { body: { data: { runId: '70403103', jobId: '1' } } }],
    [
      'a class of bodies with a getter that throws',
      {
        body: new (class {
          get data() {
            throw new Error('a getter that is not asked');
          }
        })(),
      },
    ],
    ['an envelope without one', { body: { data: null, payload: 'text' } }],
    ['a list of others', { body: [null, { runId: RUN_ID }] }],
    ['cookies of others', { query: {}, headers: { cookie: 'runId=70403103; rate=7;; run; r=1=2' } }],
    ['a longer value', { query: {}, headers: { cookie: `runId=${RUN_ID}=; runId="${RUN_ID}` } }],
    ['a longer name', { query: {}, headers: { cookie: `runIds=${RUN_ID}`, origin: `runId=${RUN_ID}` } }],
    ['an empty list', { query: [], params: new Map([['id', '7']]) }],
    ['an event without parameters', { body: null, queryStringParameters: new URLSearchParams() }],
    ['a query of a class', { query: new (class Query {})() }],
    ['an absent path parameter', { query: {}, params: { runId: undefined, id: '7' } }],
  ]) {
    test(what, () => {
      startAtNoon();
      assert.equal(resolveRunIdWithSource(req).source, 'generated');
      assert.equal(issuedSinceNoon(), 1);
    });
  }
});

describe('a query or body is read exactly', () => {
  const found = { runId: RUN_ID, source: 'query' };

  test('of a Fetch request', () => {
    assert.deepEqual(resolveRunIdWithSource(new Request(`http://x/?runId=${RUN_ID}&a=1`)), found);
    assert.equal(
      rejectionOf(() => resolveRunId(new Request(`http://x/?runId=${RUN_ID}&runId=${RUN_ID}`))).code,
      'ERR_RUN_ID_TYPE',
    );
    assert.equal(rejectionOf(() => resolveRunId(new Request('http://x/?runId='))).code, 'ERR_RUN_ID_FORMAT');
    class NextRequest extends Request {}
    assert.deepEqual(resolveRunIdWithSource(new NextRequest(`http://x/?runId=${RUN_ID}`)), found);
  });

  test('of a Fetch request with a query of its own', () => {
    const request = Object.assign(new Request('http://x/'), { query: { runId: RUN_ID } });
    assert.deepEqual(resolveRunIdWithSource(request), found);
  });

  for (const [kind, make] of [
    ['URLSearchParams', (pairs) => new URLSearchParams(pairs)],
    [
      'FormData',
      (pairs) => {
        const form = new FormData();
        for (const [key, value] of pairs) form.append(key, value);
        return form;
      },
    ],
  ]) {
    test(kind, () => {
      for (const part of ['query', 'body']) {
        const one = { [part]: make([['runId', RUN_ID]]) };
        assert.deepEqual(resolveRunIdWithSource(one), { runId: RUN_ID, source: part });
        for (const second of [RUN_ID, OTHER]) {
          const two = {
            [part]: make([
              ['runId', RUN_ID],
              ['runId', second],
            ]),
          };
          assert.equal(rejectionOf(() => resolveRunId(two)).received, 'array');
        }
      }
    });
  }

  test('Map', () => {
    assert.deepEqual(resolveRunIdWithSource({ query: new Map([['runId', RUN_ID]]) }), found);
    assert.equal(rejectionOf(() => resolveRunId({ body: new Map([['runId', 7]]) })).received, 'number');
  });
});

test('a copy of a request does not inherit the ID, and what it says itself counts', () => {
  const req = { query: {}, method: 'GET' };
  const runId = resolveRunId(req);
  assert.equal(resolveRunId(req), runId);
  assert.equal(resolveRunId({ ...req, query: { runId: RUN_ID } }), RUN_ID);
  assert.ok(!('specificRunId' in { ...req }));
  assert.deepEqual(Object.getOwnPropertyDescriptor(req, 'specificRunId'), {
    value: runId,
    writable: true,
    enumerable: false,
    configurable: true,
  });
});

test('the source of a generated ID stays the same when the request is resolved again', () => {
  const req = { query: {} };
  const first = resolveRunIdWithSource(req);
  assert.deepEqual(resolveRunIdWithSource(req), first);
  req.specificRunId = OTHER;
  assert.deepEqual(resolveRunIdWithSource(req), { runId: OTHER, source: 'specificRunId' });
});

test('a call that may not generate says why a run ID may not have been seen', () => {
  const refusal = (req) => rejectionOf(() => resolveRunId(req, { generate: false }));
  assert.match(refusal({ method: 'POST', headers: { 'content-length': '9' } }).hint, /body parser/);
  for (const req of [{}, { data: {} }, { query: { run_id: RUN_ID } }]) {
    assert.equal(refusal(req).code, 'ERR_RUN_ID_MISSING');
  }
});

test('a name that came from outside is escaped and bounded', () => {
  for (const inside of ['\u202e"<b>', '\u202e', '"', '\\', '\0']) {
    const key = `run_id[${inside.repeat(56 / inside.length)}]`;
    const { source, message } = rejectionOf(() => resolveRunId({ query: { [key]: RUN_ID } }));
    assert.match(source, /^req\.query\["[\x20-\x7e]{1,64}"\]$/);
    assert.match(message, /^[\x20-\x7e]{1,499}$/);
  }
});

test('a name of up to 64 characters is compared with runId', () => {
  const sourceWith = (length) =>
    resolveRunIdWithSource({ query: { [`run${'_'.repeat(length - 5)}id`]: RUN_ID } }).source;
  assert.throws(() => sourceWith(64), { code: 'ERR_RUN_ID_TYPE' });
  assert.equal(sourceWith(65), 'generated');
});

test('the first 1,000 keys of an envelope are looked at', () => {
  const envelope = (others) => {
    const keys = Array.from({ length: others }, (_, at) => [`key${at}`, 1]);
    return { body: { data: Object.fromEntries([...keys, ['runId', RUN_ID]]) } };
  };
  assert.deepEqual(refusalOf(envelope(999)), ['MISSING', 'req.body.data.runId']);
  assert.equal(resolveRunIdWithSource(envelope(1000)).source, 'generated');
});

test('the first 1,000 keys of a query or body are looked at', () => {
  const keys = (count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
  assert.equal(refusalOf({ body: { ...keys(999), run_id: RUN_ID } })[0], 'TYPE');
  assert.equal(resolveRunIdWithSource({ body: { ...keys(1000), run_id: RUN_ID } }).source, 'generated');
});

test('every spelling of runId is refused, and no other name is', () => {
  const marks = fc.string({ unit: fc.constantFrom('_', '-'), maxLength: 3 });
  const letter = (char) => fc.constantFrom(char, char.toUpperCase());
  const spelling = fc
    .tuple(
      ...[...'runid'].flatMap((char) => [marks, letter(char)]),
      marks,
      fc.constantFrom('', '[]', '[0]', '[x]'),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(spelling, (key) => {
      fc.pre(key !== 'runId');
      assert.equal(refusalOf({ query: { [key]: RUN_ID } })[0], 'TYPE');
    }),
  );
  const folded = (name) =>
    name
      .replace(/\[[^\]]*\]/g, '')
      .replace(/[_-]/g, '')
      .toLowerCase();
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'runidRUNID_-[]x'), maxLength: 9 }), (key) => {
      fc.pre(folded(key) !== 'runid');
      assert.equal(resolveRunIdWithSource({ query: { [key]: RUN_ID } }).source, 'generated');
    }),
  );
});

test('a plain object and one without a prototype are refused alike, whatever they hold', () => {
  const outcomeOf = (req) => {
    try {
      return resolveRunIdWithSource(req).source;
    } catch ({ code, source }) {
      return { code, source };
    }
  };
  const holders = UNREADABLE.map(([, req]) => req).filter((req) => typeof req === 'object' && 'query' in req);
  const held = fc.oneof(
    fc.constantFrom(undefined, null, '', 7, {}, [], { a: 1 }, { run_id: RUN_ID }, { 'Run-Id': RUN_ID }),
    fc.constantFrom(
      `/?runId=${RUN_ID}`,
      '/?page=2',
      `run_id=${RUN_ID}`,
      new URL(`http://x/?runid=${RUN_ID}`),
    ),
    fc.constantFrom({ 'content-length': '9' }, ['Run-Id', RUN_ID], new Map([['runid', 1]]), { then() {} }),
    fc.constantFrom(...holders.map(({ query }) => query)),
  );
  const unended = { endAfterHeaders: false };
  const streams = [
    { method: 'POST', stream: unended },
    { method: 'POST', raw: { stream: unended } },
    { method: 'POST', req: { stream: unended } },
    { body: null, headers: { 'content-length': '9' }, readableDidRead: true },
  ];
  const usual = ['query', 'body', 'method', 'url', 'headers'];
  // Each name in quotes in the module that looks them up.
  const source = fs.readFileSync(require.resolve('../lib/core/unread.js'), 'utf8');
  const lookedUp = [...source.matchAll(/'([a-zA-Z]{3,})'/g)]
    .map(([, name]) => name)
    .concat(Object.keys(PARTS));
  const key = fc.oneof(fc.constantFrom(...usual), fc.constantFrom(...lookedUp, 'run_id', 'RUNID', 'ip'));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, held), { selector: ([name]) => name, maxLength: 6 }),
      (parts) => {
        const plain = Object.fromEntries(parts);
        const bare = Object.assign(Object.create(null), plain);
        startAtNoon();
        assert.deepEqual(outcomeOf(plain), outcomeOf(bare));
      },
    ),
    { numRuns: 10_000, examples: streams.map((req) => [Object.entries(req)]) },
  );
});

describe('on a real server', () => {
  const answerTo = async (t, listener, request) => {
    const server = http.createServer(listener).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const response = await fetch(`http://127.0.0.1:${server.address().port}${request.path ?? '/'}`, request);
    return await response.text();
  };
  const tried = (req) => {
    try {
      return resolveRunIdWithSource(req).source;
    } catch (error) {
      return error.code;
    }
  };
  const raw = (read) => async (req, res) => {
    if (read) for await (const _ of req);
    res.end(tried(req));
  };

  test('the raw request of node:http never starts a run in place of one that it names', async (t) => {
    assert.equal(await answerTo(t, raw(false), { path: `/?runId=${RUN_ID}` }), 'ERR_RUN_ID_MISSING');
    assert.equal(await answerTo(t, raw(false), { method: 'POST', body: json }), 'ERR_RUN_ID_MISSING');
    assert.equal(await answerTo(t, raw(true), { method: 'POST', body: json }), 'ERR_RUN_ID_MISSING');
    assert.equal(await answerTo(t, raw(false), {}), 'generated');
    assert.equal(await answerTo(t, raw(false), { method: 'POST' }), 'generated');
  });

  test('a spread copy of it neither', async (t) => {
    const copied = (req, res) => res.end(tried({ ...req, query: {} }));
    assert.equal(await answerTo(t, copied, { path: `/?runId=${RUN_ID}` }), 'ERR_RUN_ID_MISSING');
    assert.equal(await answerTo(t, copied, { method: 'POST', body: json }), 'ERR_RUN_ID_MISSING');
    assert.equal(await answerTo(t, copied, {}), 'generated');
  });

  for (const [where, requestOf] of [
    ['the request', (req) => req],
    ['a copy of it', (req) => ({ ...req, query: {} })],
  ]) {
    test(`a body of another type than the parsers of Express 4 take is unparsed in ${where}`, async (t) => {
      const express = require('express4');
      const app = express();
      app.use(express.json());
      app.use((req, res) => res.end(tried(requestOf(req))));
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const request = { method: 'POST', headers: form, body: `runId=${RUN_ID}` };
      assert.equal(await answerTo(t, app, request), 'ERR_RUN_ID_MISSING');
      const parsed = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      assert.equal(await answerTo(t, app, parsed), 'generated');
    });
  }

  test('a parameter after an escaped ampersand is not overlooked', async (t) => {
    for (const name of ['express', 'express4']) {
      const app = require(name)();
      app.use((req, res) => res.end(tried(req)));
      assert.equal(await answerTo(t, app, { path: `/?a=1&amp;runId=${RUN_ID}` }), 'ERR_RUN_ID_TYPE');
      assert.equal(await answerTo(t, app, { path: '/?a=1&amp;b=2&amp;=3' }), 'generated');
    }
  });

  test('content of HTTP/2 needs no header to be seen', async (t) => {
    const server = http2.createServer((req, res) => res.end(tried(req))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
    t.after(() => (client.close(), server.close()));
    const answer = async (headers, body) => {
      const stream = client.request(headers, { endStream: body === undefined });
      stream.setEncoding('utf8');
      if (body !== undefined) stream.end(body);
      let text = '';
      for await (const chunk of stream) text += chunk;
      return text;
    };
    assert.equal(await answer({ ':method': 'POST', ':path': '/' }, json), 'ERR_RUN_ID_MISSING');
    assert.equal(await answer({ ':path': '/' }), 'generated');
  });
});
