'use strict';

// The same boundary on a real server of each framework.

const http = require('node:http');
const { enterRun } = require('../../lib/boundary/index.js');
const express = require('../../lib/boundary/express/index.js');
const fastifyBoundary = require('../../lib/boundary/fastify/index.js');
const fetchBoundary = require('../../lib/boundary/fetch/index.js').runIdBoundary;
const honoBoundary = require('../../lib/boundary/hono/index.js').runIdBoundary;
const httpBoundary = require('../../lib/boundary/http/index.js').runIdBoundary;
const koa = require('../../lib/boundary/koa/index.js');
const { startNest } = require('./nest-app.js');
const { currentRunId } = require('../../lib/context/index.js');

/** What a route returns by default: what the boundary has put where handlers look, after an await. */
async function tell(_req, { runId, runIdSource }) {
  await null;
  return { runId, source: runIdSource, current: currentRunId() };
}

const WORDS = ['code', 'message'];

/**
 * `errorKeys`   of the response to a refusal
 * `header`      reads a header from the argument of the options' functions
 * `routes`      of the events of a boundary of the whole server, for GET
 * `givesErrors` whether the framework gets the refusal, so that `onError` sees it
 * `start`       starts a server: `options` of the boundary, and settings
 *
 * Settings are `handle(req, { runId, runIdSource })` for the route, with the request that carries the ID; `inner`, options of
 * a second boundary; `onError(error)` to see what the framework got; `make(boundary, ...args)`, which has the line that
 * creates the boundary.
 */
const BOUNDARIES = [
  {
    name: 'Express 5',
    errorKeys: WORDS,
    givesErrors: true,
    header: ofNode,
    route: 'GET /',
    start: (options, settings) => startExpress('express', options, settings),
  },
  {
    name: 'Express 4',
    errorKeys: WORDS,
    givesErrors: true,
    header: ofNode,
    route: 'GET /',
    start: (options, settings) => startExpress('express4', options, settings),
  },
  {
    name: 'Fastify 5',
    errorKeys: ['statusCode', 'code', 'error', 'message'],
    givesErrors: true,
    header: ofNode,
    route: 'GET /',
    start: startFastify,
  },
  {
    name: 'Koa 3',
    errorKeys: WORDS,
    givesErrors: true,
    header: ofNode,
    route: 'GET /',
    start: startKoa,
  },
  {
    name: 'Hono 4',
    errorKeys: WORDS,
    givesErrors: true,
    header: (c, name) => c.req.header(name),
    route: 'GET /',
    start: startHono,
  },
  {
    name: 'a fetch-style handler',
    errorKeys: WORDS,
    givesErrors: false,
    header: (request, name) => request.headers.get(name) ?? undefined,
    route: 'GET /',
    start: startFetch,
  },
  {
    name: 'node:http',
    errorKeys: WORDS,
    givesErrors: false,
    header: ofNode,
    route: 'GET /',
    start: startHttp,
  },
  {
    name: 'enterRun',
    errorKeys: WORDS,
    givesErrors: true,
    header: ofNode,
    route: 'GET /',
    start: startEnterRun,
  },
  ...['express', 'fastify'].map((platform) => ({
    name: `NestJS 12 on ${platform}`,
    errorKeys: ['statusCode', ...WORDS],
    givesErrors: false,
    header: ofNode,
    route: 'GET /',
    start: (options, settings = {}) => startNest(platform, options, settingsWith(settings)),
  })),
];

function ofNode({ headers }, name) {
  return headers[name];
}

function settingsWith({ handle = tell, inner, onError = () => {}, make = call }) {
  return { handle, inner, onError, make };
}

const call = (boundary, ...args) => boundary(...args);

const failure = { code: null, message: 'no run ID error' };

async function startExpress(module, options, settings = {}) {
  const { handle, inner, onError, make } = settingsWith(settings);
  const app = require(module)();
  app.set('env', 'test');
  app.use(require(module).json());
  app.use(make(express.runIdBoundary, options));
  if (inner !== undefined) app.use(make(express.runIdBoundary, inner));
  app.all('/', (req, res, next) => {
    Promise.resolve()
      .then(() => handle(req, req))
      .then((answer) => res.json(answer), next);
  });
  app.use((error, _req, _res, next) => {
    onError(error);
    next(error);
  });
  app.use(express.runIdErrors());
  app.use((_error, _req, res, _next) => res.status(500).json(failure));
  return listen(http.createServer(app));
}

async function startFastify(options, settings = {}) {
  const { handle, inner, onError, make } = settingsWith(settings);
  const app = require('fastify')();
  app.addHook('onError', async (_request, _reply, error) => onError(error));
  app.register(make(fastifyBoundary, options));
  if (inner !== undefined) app.register(make(fastifyBoundary, inner));
  app.all('/', async (request) => handle(request, request));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close() };
}

async function startKoa(options, settings = {}) {
  const { handle, inner, onError, make } = settingsWith(settings);
  const app = new (require('koa'))();
  app.silent = true;
  app.use(koa.runIdErrors());
  app.use(async (_ctx, next) => {
    try {
      await next();
    } catch (error) {
      onError(error);
      throw error;
    }
  });
  app.use(require('@koa/bodyparser').bodyParser());
  app.use(make(koa.runIdBoundary, options));
  if (inner !== undefined) app.use(make(koa.runIdBoundary, inner));
  app.use(async (ctx) => {
    ctx.body = await handle(ctx.request, ctx.state);
  });
  return listen(http.createServer(app.callback()));
}

async function startHono(options, settings = {}) {
  const { handle, inner, onError, make } = settingsWith(settings);
  const app = new (require('hono').Hono)();
  app.onError((_error, c) => c.json(failure, 500));
  app.use(async (c, next) => {
    try {
      await next();
    } catch (error) {
      onError(error); // Hono ignores a thrown value that is not an Error.
      throw error;
    }
    if (c.error !== undefined) onError(c.error);
  });
  app.use(make(honoBoundary, options));
  if (inner !== undefined) app.use(make(honoBoundary, inner));
  app.all('/', async (c) => c.json(await handle(c.req.raw, c.var)));
  return serveFetch(app.fetch);
}

async function startFetch(options, settings = {}) {
  const { handle, inner, make } = settingsWith(settings);
  const route = async (request) => Response.json(await handle(request, request));
  const within = inner === undefined ? route : make(fetchBoundary, route, inner);
  const boundary = make(fetchBoundary, within, options);
  return serveFetch(async (request) => {
    try {
      return await boundary(request);
    } catch {
      return Response.json(failure, { status: 500 });
    }
  });
}

/** For a server without a Request class, behind Hono's adapter. */
function serveFetch(fetch) {
  const { createAdaptorServer } = require('@hono/node-server');
  return listen(createAdaptorServer({ fetch, overrideGlobalObjects: false }));
}

async function startHttp(options, settings = {}) {
  const { handle, inner, make } = settingsWith(settings);
  const route = (req, res) => answerWith(res, () => handle(req, req));
  const within = inner === undefined ? route : make(httpBoundary, route, inner);
  const boundary = make(httpBoundary, within, options);
  return listen(
    http.createServer(async (req, res) => {
      req.body = await bodyOf(req);
      await boundary(req, res);
    }),
  );
}

async function startEnterRun(options, settings = {}) {
  const { handle, inner, onError, make } = settingsWith(settings);
  return listen(
    http.createServer(async (req, res) => {
      const request = {
        method: req.method,
        route: '/',
        headers: req.headers,
        query: new URL(req.url, 'http://localhost').searchParams,
        body: await bodyOf(req),
        raw: req,
      };
      const route = ({ runId, source }) => handle(req, { runId, runIdSource: source });
      const within = inner === undefined ? route : () => make(enterRun, { ...request }, inner, route);
      await answerWith(res, async () => {
        try {
          return await make(enterRun, request, options, within);
        } catch (error) {
          onError(error);
          throw error;
        }
      });
    }),
  );
}

async function bodyOf(req) {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

async function answerWith(res, answer) {
  let [status, content] = [200];
  try {
    content = await answer();
  } catch (error) {
    const isRunIdError = error?.name === 'RunIdError';
    status = isRunIdError ? error.statusCode : 500;
    content = isRunIdError ? { code: error.code, message: error.message } : failure;
  }
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

/** Listens, for apps that `http.createServer` accepts. */
async function listen(given) {
  const server = typeof given === 'function' ? http.createServer(given) : given;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

module.exports = { BOUNDARIES, listen };
