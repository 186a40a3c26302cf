'use strict';

// What a boundary alone costs, on real parsed requests, as a share of the CPU time of a bare route:
//   node bench/boundary.js

const { fork } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const { configure } = require('../index.js');
const { runIdBoundary } = require('../express.js');
const fastifyBoundary = require('../fastify.js');
const { median } = require('./median.js');

const BOUND = 5;
const BATCH = 2_000;
const BATCHES = 7;
const CONNECTIONS = 16;
const PATH = '/?runId=251006-143000-Ann-Carver';

const CASES = {
  'Express 5': (keep, done) => startExpress('express', keep, done),
  'Express 4': (keep, done) => startExpress('express4', keep, done),
  'Fastify 5': startFastify,
};

/** Starts a bare route that shows each request to `keep`; gives `done` the port, and the boundary alone. */
function startExpress(module, keep, done) {
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
  fastifyBoundary(instance, {}, proceed);
  app.get('/', async (request) => {
    keep(request);
    return { ok: true };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  done(app.server.address().port, (req) => boundary(req, null, proceed));
}

function proceed(error) {
  if (error) throw error;
}

/** In a process of its own: microseconds of CPU time for each request, twice, and for the boundary alone. */
function serve(name) {
  let kept = null;
  const keep = (req) => kept?.push(req);
  CASES[name](keep, (port, boundary) => {
    let begin;
    const orders = {
      keep() {
        kept = [];
      },
      begin() {
        begin = process.cpuUsage();
      },
      end: () => spent(begin) / BATCH,
      boundary() {
        const before = process.cpuUsage();
        for (const req of kept) boundary(req);
        const time = spent(before) / kept.length;
        kept = null;
        return time;
      },
    };
    process.on('message', (order) => process.send({ answer: orders[order]() ?? null }));
    process.send({ answer: port });
  });
}

function spent(since) {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

async function measure(name) {
  const child = fork(__filename, [name]);
  const answerOf = async () => (await once(child, 'message'))[0].answer;
  const port = await answerOf();
  const tell = (order) => {
    const answer = answerOf();
    child.send(order);
    return answer;
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const runs = [[], []];
  const alone = [];
  for (let batch = -2; batch < BATCHES; batch++) {
    const times = [];
    for (let run = 0; run < runs.length; run++) {
      await tell('begin');
      await sendBatch(agent, port);
      times.push(await tell('end'));
    }
    await tell('keep');
    await sendBatch(agent, port);
    const time = await tell('boundary');
    if (batch < 0) continue; // not compiled yet
    alone.push(time);
    runs.forEach((run, at) => run.push(times[at]));
  }
  agent.destroy();
  child.kill();
  const [first, second] = runs.map(median);
  return {
    alone: median(alone),
    bare: (first + second) / 2,
    spread: (Math.abs(first - second) / second) * 100,
  };
}

async function sendBatch(agent, port) {
  let left = BATCH;
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

async function main() {
  for (const name of Object.keys(CASES)) {
    const { alone, bare, spread } = await measure(name);
    const share = (alone / bare) * 100;
    console.log(
      `${name}: ${alone.toFixed(2)} of ${bare.toFixed(1)} microseconds, ${share.toFixed(1)} % (at most ${BOUND} %); ` +
        `two identical runs differ by ${spread.toFixed(1)} %`,
    );
    if (share > BOUND) process.exitCode = 1;
  }
}

configure({ logger: null });
if (process.argv[2] === undefined) main();
else serve(process.argv[2]);
