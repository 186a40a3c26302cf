'use strict';

// What events and errors of a boundary tell of its place: the framework calls a boundary, so it is the line that made it.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const express4 = require('express4');
const express5 = require('express');
const fastify = require('fastify');
const { configure } = require('../index.js');
const { runIdBoundary, runIdErrors } = require('../lib/boundary/express/index.js');
const plugin = require('../lib/boundary/fastify/index.js');
const { listen } = require('./support/boundary-servers.js');
const { send } = require('./support/servers.js');

configure({ logger: null });

/** The line that this is called from. */
function line() {
  return Number(/boundary-place\.test\.js:(\d+)/.exec(new Error().stack.split('\n')[2])[1]);
}

async function expressApp(express, make) {
  const errors = [];
  const app = express();
  app.use(express.json());
  const made = make(app);
  app.all('/', (_req, res) => res.end('ok'));
  app.use((error, _req, _res, next) => (errors.push(error), next(error)));
  app.use(runIdErrors());
  return { ...(await listen(app)), errors, made };
}

async function fastifyApp(make) {
  const errors = [];
  const app = fastify();
  app.addHook('onError', async (_request, _reply, error) => errors.push(error));
  const made = make(app);
  app.all('/', async () => 'ok');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close(), errors, made };
}

/** The events that requests cause, and the errors that the framework is given. */
async function told(server, requests) {
  const events = [];
  const hear = (event) => events.push(event);
  for (const name of ['reject', 'resolve']) subscribe(`unified-run-id:${name}`, hear);
  try {
    for (const request of requests) await send({ port: server.port, path: '/', ...request });
  } finally {
    for (const name of ['reject', 'resolve']) unsubscribe(`unified-run-id:${name}`, hear);
    await server.close();
  }
  assert.ok(events.length >= requests.length);
  return { events, errors: server.errors };
}

const REFUSED = [
  { path: '/?runId=nope' },
  { path: '/?runId=251006-143000&runId=251006-143000' },
  {},
  {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 11 },
    body: '{"runId":7}',
  },
];
const REQUESTS = [...REFUSED, { path: '/?runId=251006-143000' }];

const OPTIONS = [
  ['without options', undefined],
  ['that knows the client', { clientId: () => 'Ann-Carver' }],
  ['that knows the client after a while', { clientId: async () => 'Ann-Carver' }],
  ['that is told of no client', { clientId: () => null }],
  ['that is told of a bad client', { clientId: () => 'Ann Carver' }],
  ['that knows the parent', { parentRunId: () => 'nope' }],
];

/** No frame of the package; where there is a first frame it is the given line. */
function assertPlace({ stack, name, message }, made) {
  const [first, ...rest] = stack.slice(`${name}: ${message}`.length).split('\n    at ').slice(1);
  for (const frame of [first, ...rest])
    assert.doesNotMatch(frame ?? '', /main\/lib\/|express\.js:|fastify\.js:/);
  if (made === null) assert.equal(first, undefined, stack);
  else assert.match(first, new RegExp(`boundary-place\\.test\\.js:${made}:\\d+\\)?$`));
}

for (const [name, start] of [
  ['Express 5', (make) => expressApp(express5, make)],
  ['Express 4', (make) => expressApp(express4, make)],
  [
    "Fastify's plugin made by a call",
    (make) => fastifyApp((app) => make({ use: (made) => app.register(made) }, plugin)),
  ],
]) {
  describe(name, () => {
    for (const [what, options] of OPTIONS) {
      test(`a boundary ${what} is told of by the line that made it, and by its name`, async () => {
        const server = await start((app, boundary = runIdBoundary) => (app.use(boundary(options)), line()));
        const { events, errors } = await told(server, REQUESTS);
        assert.equal(errors.length >= REFUSED.length, true);
        for (const { at } of events)
          assert.match(at, new RegExp(`^__test__/boundary-place\\.test\\.js:${server.made}:\\d+$`));
        for (const error of errors) {
          assertPlace(error, server.made);
          assert.doesNotMatch(error.message, /resolveRunId/);
          if (error.code === 'ERR_RUN_ID_TYPE')
            assert.match(error.message, /passed to runIdBoundary instead of/);
        }
        for (const { stack, event } of events)
          if (event === 'reject') assert.ok(errors.some((e) => e.stack === stack));
      });
    }
  });
}

/** The routes of the events that one request causes. */
async function routesOf(server, path) {
  const { events } = await told(server, [{ path }]);
  return [...new Set(events.map(({ route }) => route))];
}

test('events of a boundary tell the route as far as its pattern is known, and never a concrete path', async () => {
  const query = '?runId=251006-143000';
  const mounted = (mount) => expressApp(express5, (app) => mount(app, runIdBoundary()));
  const routed = () => mounted((app, boundary) => app.get('/runs/:id', boundary, (_req, res) => res.end()));
  assert.deepEqual(await routesOf(await mounted((app, boundary) => app.use(boundary)), `/${query}`), [
    'GET /',
  ]);
  assert.deepEqual(await routesOf(await routed(), `/runs/7${query}`), ['GET /runs/:id']);
  const under = await mounted((app, boundary) => app.use('/clients/:id', boundary));
  assert.deepEqual(await routesOf(under, `/clients/7${query}`), ['GET']);
  const plain = await fastifyApp((app) => {
    app.register(plugin, {});
    app.register(async (own) => own.get('/runs/:id', async () => 'ok'));
  });
  assert.deepEqual(await routesOf(plain, `/runs/7${query}`), ['GET /runs/:id']);
});

test("Fastify's plugin registered by reference has no line of the application", async () => {
  for (const options of [{}, { clientId: async () => null }]) {
    const server = await fastifyApp((app) => app.register(plugin, options));
    const { events, errors } = await told(server, REQUESTS);
    for (const { at } of events) assert.equal(at, null);
    for (const error of errors) assertPlace(error, null);
  }
});

test("Fastify's plugin made by a call refuses bad options when it is registered", async () => {
  const app = fastify();
  app.register(plugin({ generate: 'yes' }));
  await assert.rejects(app.ready(), { name: 'TypeError', message: /runIdBoundary: generate must be/ });
});

test("Fastify's plugin made without options takes those of register", async () => {
  const app = fastify();
  app.register(plugin(), { generate: true });
  app.get('/', async (request) => request.runIdSource);
  await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    assert.equal((await send({ port: app.server.address().port, path: '/' })).text, 'generated');
  } finally {
    await app.close();
  }
});
