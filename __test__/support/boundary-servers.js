'use strict';

// The same boundary on a real server of each framework.

const http = require('node:http');
const { runIdBoundary, runIdErrors } = require('../../lib/boundary/express/index.js');
const { currentRunId } = require('../../lib/context/index.js');
const fastifyBoundary = require('../../lib/boundary/fastify/index.js');

/** What a route answers with by default: what the boundary put on the request, after an await. */
async function tell(req) {
  await null;
  return { runId: req.runId, source: req.runIdSource, current: currentRunId() };
}

const BOUNDARIES = [
  {
    name: 'Express 5',
    errorKeys: ['code', 'message'],
    start: (options, settings) => startExpress('express', options, settings),
  },
  {
    name: 'Express 4',
    errorKeys: ['code', 'message'],
    start: (options, settings) => startExpress('express4', options, settings),
  },
  { name: 'Fastify 5', errorKeys: ['statusCode', 'code', 'error', 'message'], start: startFastify },
];

/**
 * @param {object} options of the boundary
 * @param settings `handle(req)` for the route, `inner` options of a second boundary, `onError(error)` to see
 * what the framework was given
 */
async function startExpress(module, options, { handle = tell, inner, onError = () => {} } = {}) {
  const express = require(module);
  const app = express();
  app.set('env', 'test');
  app.use(express.json());
  app.use(runIdBoundary(options));
  if (inner !== undefined) app.use(runIdBoundary(inner));
  app.all('/', (req, res, next) => {
    Promise.resolve()
      .then(() => handle(req))
      .then((answer) => res.json(answer), next);
  });
  app.use((error, _req, _res, next) => {
    onError(error);
    next(error);
  });
  app.use(runIdErrors());
  app.use((_error, _req, res, _next) => res.status(500).json({ code: null, message: 'no run ID error' }));
  return listen(app);
}

async function startFastify(options, { handle = tell, inner, onError = () => {} } = {}) {
  const app = require('fastify')();
  app.addHook('onError', async (_request, _reply, error) => onError(error));
  app.register(fastifyBoundary, options);
  if (inner !== undefined) app.register(fastifyBoundary, inner);
  app.all('/', async (request) => handle(request));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close() };
}

async function listen(app) {
  const server = http.createServer(app);
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
