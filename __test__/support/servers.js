'use strict';

// The same routes on real servers of every framework that the resolver promises to work with.

const http = require('node:http');
const querystring = require('node:querystring');

/** What each server accepts, so that a body of a million characters reaches the resolver. */
const BODY_LIMIT = 2_000_000;

/**
 * A route handler gets the framework's own request and returns the JSON response; an error that it throws becomes a
 * response with the error's status and `{ code, message }`.
 */
const FRAMEWORKS = [
  { name: 'Express 5', start: (routes) => startExpress(require('express'), routes) },
  {
    name: 'Express 5 with nested queries',
    nested: true,
    start: (routes) => startExpress(require('express'), routes, { 'query parser': 'extended' }),
  },
  { name: 'Express 4', nested: true, start: (routes) => startExpress(require('express4'), routes) },
  { name: 'Fastify 5', start: startFastify },
  { name: 'Koa 3', start: startKoa },
];

function answerTo({ code, message }) {
  return { code, message };
}

async function startExpress(express, routes, settings = {}) {
  const app = express();
  for (const [key, value] of Object.entries({ env: 'test', ...settings })) app.set(key, value);
  app.use(express.json({ strict: false, limit: BODY_LIMIT }));
  app.use(express.text({ limit: BODY_LIMIT }));
  app.use(express.raw({ limit: BODY_LIMIT }));
  app.use(express.urlencoded({ extended: true, limit: BODY_LIMIT }));
  for (const [path, handle] of Object.entries(routes)) app.all(path, (req, res) => res.json(handle(req)));
  app.use((error, _req, res, _next) => res.status(error.statusCode ?? 500).json(answerTo(error)));

  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function startFastify(routes) {
  const app = require('fastify')({
    bodyLimit: BODY_LIMIT,
    // Fastify refuses such bodies by itself; here they are to reach the resolver.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_req, body, done) =>
    done(null, body),
  );
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_req, body, done) =>
    done(null, querystring.parse(body)),
  );
  for (const [path, handle] of Object.entries(routes)) app.all(path, async (req) => handle(req));
  app.setErrorHandler((error, _req, reply) => reply.status(error.statusCode ?? 500).send(answerTo(error)));

  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: app.server.address().port, close: () => app.close() };
}

async function startKoa(routes) {
  const app = new (require('koa'))();
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      ctx.status = error.statusCode ?? 500;
      ctx.body = answerTo(error);
    }
  });
  // Koa's own parser refuses some of these bodies by itself; here they are to reach the resolver.
  app.use(async (ctx) => {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    if (chunks.length > 0) ctx.request.body = parsedAs(ctx.request.type, Buffer.concat(chunks));
    ctx.body = routes[ctx.path](ctx.request);
  });
  const server = http.createServer(app.callback());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

function parsedAs(type, content) {
  if (type === 'application/json') return JSON.parse(content.toString());
  if (type === 'application/x-www-form-urlencoded') return querystring.parse(content.toString());
  return type === 'text/plain' ? content.toString() : content;
}

/** Sends a request exactly as given: nothing in `path` is encoded or normalized. */
function send({ port, path, method = 'GET', headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode, headers: response.rawHeaders.join('\n'), text });
      });
    });
    request.end(body);
  });
}

module.exports = { FRAMEWORKS, send, startExpress };
