'use strict';

// What a boundary alone costs, on real parsed requests, as a share of the CPU time of a bare route. Each server runs in
// a separate process: this file, with the name of a framework as its argument.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');

const FULL = { batch: 2_000, batches: 7 };
const QUICK = { batch: 500, batches: 2 };

const SHARE = 0.05;
const WARM_UP = 2;
const CONNECTIONS = 16;
const PATH = '/?runId=251006-143000-Ann-Carver';

const FRAMEWORKS = {
  express5: { name: 'Express 5', start: (keep, done) => startExpress('express', keep, done) },
  express4: { name: 'Express 4', start: (keep, done) => startExpress('express4', keep, done) },
  fastify5: { name: 'Fastify 5', start: startFastify },
  koa3: { name: 'Koa 3', start: startKoa },
  fetch: { name: 'A fetch-style handler', start: startFetch },
  http: { name: 'node:http', start: startHttp },
};

/** Those with a bound, a share of a bare route's time; the others are only measured. */
const BOUND = ['express5', 'express4', 'fastify5'];

const routeOf = (framework) => `${framework}Route`;

const CASES = Object.fromEntries(
  Object.entries(FRAMEWORKS).flatMap(([framework, { name }]) => [
    [
      framework,
      {
        title: `${name}: the boundary alone`,
        unit: 'µs',
        bounds: BOUND.includes(framework) ? [{ of: routeOf(framework), atMost: SHARE }] : [],
      },
    ],
    [routeOf(framework), { title: `${name}: a bare route, measured twice, alternately`, unit: 'µs' }],
  ]),
);

/** Starts a bare route that passes each request to `keep`; calls `done` with the port and the boundary alone. */
function startExpress(module, keep, done) {
  const { runIdBoundary } = require('../lib/boundary/express/index.js');
  const express = require(module);
  const app = express();
  app.use(express.json());
  app.get('/', (req, res) => {
    keep(req);
    res.json({ ok: true });
  });
  const boundary = runIdBoundary();
  const server = app.listen(0, '127.0.0.1', () =>
    done(server.address().port, (req) => boundary(req, null, proceed)),
  );
}

async function startFastify(keep, done) {
  const app = require('fastify')();
  let boundary;
  // The plugin's own hook, without the framework around it.
  const instance = {
    hasRequestDecorator: (name) => app.hasRequestDecorator(name),
    decorateRequest: (name, value) => app.decorateRequest(name, value),
    addHook(_name, hook) {
      boundary = hook;
    },
  };
  require('../lib/boundary/fastify/index.js')(instance, {}, proceed);
  app.get('/', async (request) => {
    keep(request);
    return { ok: true };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  done(app.server.address().port, (req) => boundary(req, null, proceed));
}

async function startKoa(keep, done) {
  const { runIdBoundary } = require('../lib/boundary/koa/index.js');
  const app = new (require('koa'))();
  app.use(require('@koa/bodyparser').bodyParser());
  app.use((ctx) => {
    keep(ctx);
    ctx.body = { ok: true };
  });
  const boundary = runIdBoundary();
  const server = app.listen(0, '127.0.0.1', () =>
    done(server.address().port, (ctx) => boundary(ctx, async () => {})),
  );
}

async function startFetch(keep, done) {
  const { runIdBoundary } = require('../lib/boundary/fetch/index.js');
  const { createAdaptorServer } = require('@hono/node-server');
  const fetch = async (request) => {
    keep(request);
    return Response.json({ ok: true });
  };
  const server = createAdaptorServer({ fetch });
  const boundary = runIdBoundary(async () => {});
  server.listen(0, '127.0.0.1', () => done(server.address().port, boundary));
}

function startHttp(keep, done) {
  const { runIdBoundary } = require('../lib/boundary/http/index.js');
  const server = http.createServer((request, response) => {
    keep(request);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  const boundary = runIdBoundary(() => {});
  server.listen(0, '127.0.0.1', () => done(server.address().port, (request) => boundary(request, null)));
}

function proceed(error) {
  if (error) throw error;
}

/** In a separate process: reports nanoseconds of CPU time since `begin`, and per kept request for the boundary. */
function serve(framework) {
  require('../index.js').configure({ logger: null });
  let kept = null;
  const keep = (req) => kept?.push(req);
  FRAMEWORKS[framework].start(keep, (port, boundary) => {
    let begin;
    const orders = {
      keep() {
        kept = [];
      },
      begin() {
        begin = process.cpuUsage();
      },
      end: () => spent(begin),
      async boundary() {
        const before = process.cpuUsage();
        let last;
        for (const req of kept) last = boundary(req);
        // Asynchronous ones end in order.
        await last;
        const time = spent(before) / kept.length;
        kept = null;
        return time;
      },
    };
    process.on('message', async (order) => process.send({ answer: (await orders[order]()) ?? null }));
    process.send({ answer: port });
  });
}

function spent(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) * 1000;
}

async function measure(names, { isQuick, progress }) {
  const results = {};
  for (const framework of Object.keys(FRAMEWORKS)) {
    if (!names.includes(framework) && !names.includes(routeOf(framework))) continue;
    progress(framework);
    const { alone, bare } = await measureFramework(framework, isQuick ? QUICK : FULL);
    if (names.includes(framework)) results[framework] = alone;
    results[routeOf(framework)] = bare;
  }
  return results;
}

async function measureFramework(framework, { batch, batches }) {
  const child = fork(__filename, [framework]);
  const answerOf = async () => (await once(child, 'message'))[0].answer;
  const port = await answerOf();
  const tell = (order) => {
    const answer = answerOf();
    child.send(order);
    return answer;
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const alone = [];
  const bare = [];
  for (let round = -WARM_UP; round < batches; round++) {
    const times = [];
    for (let run = 0; run < 2; run++) {
      await tell('begin');
      await send(agent, port, batch);
      times.push((await tell('end')) / batch);
    }
    await tell('keep');
    await send(agent, port, batch);
    const time = await tell('boundary');
    if (round < 0) continue; // not compiled yet
    alone.push(time);
    bare.push(...times);
  }
  agent.destroy();
  child.kill();
  return { alone, bare };
}

async function send(agent, port, count) {
  let left = count;
  const sender = async () => {
    while (left-- > 0) await ask(agent, port);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
}

function ask(agent, port) {
  return new Promise((resolve, reject) => {
    http
      .get({ agent, host: '127.0.0.1', port, path: PATH }, (response) =>
        response.resume().once('end', resolve).once('error', reject),
      )
      .once('error', reject);
  });
}

if (require.main === module) serve(process.argv[2]);

module.exports = { CASES, says: 'CPU time of a request, through real HTTP on loopback', measure };
