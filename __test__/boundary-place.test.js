'use strict';

// What events and errors of a boundary tell of its place: the framework calls a boundary, so it is the line that made it.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const express5 = require('express');
const fastify = require('fastify');
const { configure } = require('../index.js');
const { runIdBoundary, runIdErrors } = require('../lib/boundary/express/index.js');
const plugin = require('../lib/boundary/fastify/index.js');
const { BOUNDARIES, listen } = require('./support/boundary-servers.js');
const { send } = require('./support/servers.js');

configure({ logger: null });

/** The line that this is called from. */
function line() {
  return Number(/boundary-place\.test\.js:(\d+)/.exec(new Error().stack.split('\n')[2])[1]);
}

async function expressApp(mount) {
  const app = express5();
  mount(app);
  app.all('/', (_req, res) => res.end('ok'));
  app.use(runIdErrors());
  return listen(app);
}

async function fastifyApp(mount) {
  const errors = [];
  const app = fastify();
  app.addHook('onError', async (_request, _reply, error) => errors.push(error));
  mount(app);
  app.all('/', async () => 'ok');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close(), errors };
}

/** The events that requests cause. */
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
  return events;
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
    assert.doesNotMatch(frame ?? '', /\/lib\/boundary\/|\/lib\/core\/|express\.js:|fastify\.js:/);
  if (made === null) assert.equal(first, undefined, stack);
  else assert.match(first, new RegExp(`boundary-place\\.test\\.js:${made}:\\d+\\)?$`));
}

for (const { name, givesErrors, route, start } of BOUNDARIES) {
  describe(name, () => {
    for (const [what, options] of OPTIONS) {
      test(`a boundary ${what} is told of by the line that made it, by its name and route`, async () => {
        const errors = [];
        let made;
        let boundary;
        const make = (given, ...args) => ((boundary = given.name), (made = line()), given(...args));
        const server = await start(options, { make, onError: (error) => errors.push(error) });
        const events = await told(server, REQUESTS);
        if (givesErrors) assert.ok(errors.length >= REFUSED.length);
        for (const event of events) {
          assert.match(event.at, new RegExp(`^__test__/boundary-place\\.test\\.js:${made}:\\d+$`));
          assert.ok([route, route.replace('GET', 'POST')].includes(event.route), event.route);
        }
        const rejections = events.filter(({ event }) => event === 'reject');
        assert.ok(rejections.length >= REFUSED.length);
        for (const { stack, message, code } of rejections) {
          assertPlace({ stack, message, name: 'RunIdError' }, made);
          assert.doesNotMatch(message, /resolveRunId/);
          if (code === 'ERR_RUN_ID_TYPE')
            assert.ok(message.includes(`passed to ${boundary} instead of`), message);
          if (givesErrors) assert.ok(errors.some((error) => error.stack === stack));
        }
      });
    }
  });
}

/** The routes of the events that one request causes. */
async function routesOf(server, path) {
  const events = await told(server, [{ path }]);
  return [...new Set(events.map(({ route }) => route))];
}

test('events of a boundary tell the route as far as its pattern is known, and never a concrete path', async () => {
  const query = '?runId=251006-143000';
  const mounted = (mount) => expressApp((app) => mount(app, runIdBoundary()));
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
    for (const { at } of await told(server, REQUESTS)) assert.equal(at, null);
    assert.equal(server.errors.length >= REFUSED.length, true);
    for (const error of server.errors) assertPlace(error, null);
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
