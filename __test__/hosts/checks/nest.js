'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const net = require('node:net');
const { answersRuns, refusesInWords } = require('../support/answers.js');

const ANN = '251006-143000-Ann-Carver';
const ACME = '251006-143000-Acme-Corp';

async function check(t, project) {
  await t.test('compiles', () => project.succeed(process.execPath, [project.bin('tsc')]));
  await answersRuns(t, 'on Express', await project.serve(['dist/express.js']));
  await answersRuns(t, 'on Fastify', await project.serve(['dist/fastify.js']));
}

/** NestJS 11 with nestjs-cls, messages and sockets. */
async function checkHybrid(t, project) {
  await t.test('compiles', () => project.succeed(process.execPath, [project.bin('tsc')]));
  for (const platform of ['express', 'fastify']) {
    const port = await project.freePort();
    const server = await project.serve(['dist/main.js', platform, port]);
    await t.test(`on ${platform} nestjs-cls has the run of each request`, () => sharesRuns(server));
    await t.test(`on ${platform} a refusal is answered with 400 and its words`, () => refusesInWords(server));
    await t.test(`on ${platform} a message has its own run, or is refused`, () => receivesMessages(port));
    await t.test(`on ${platform} each message of a socket has its own run`, () =>
      receivesOfSocket(project, server),
    );
    await server.close();
  }
}

async function sharesRuns({ ask }) {
  for (const [path, body] of [
    [`/run?runId=${ANN}`],
    [`/run?runId=${ACME}`],
    ['/run', { runId: ANN }],
    ['/run'],
  ]) {
    const { answer } = await ask(path, { body });
    const { runId } = answer;
    assert.deepEqual(answer, { runId, ofCls: runId, current: runId });
    const given = body?.runId ?? new URLSearchParams(path.split('?')[1]).get('runId');
    if (given === null) assert.match(runId, /^[0-9]{6}-[0-9]{6}$/);
    else assert.equal(runId, given);
  }
}

async function receivesMessages(port) {
  for (const runId of [ANN, ACME]) {
    const { response } = await message(port, 'score', { runId });
    assert.deepEqual(response, { current: runId });
  }
  for (const [pattern, words] of [
    ['score', /data runId has none/],
    ['forgotten', /behind a boundary/],
    ['decorated', /in a message handler, call receive/],
  ]) {
    const { err } = await message(port, pattern, {});
    assert.deepEqual([err.status, err.code], ['error', 'ERR_RUN_ID_MISSING']);
    assert.match(err.message, words);
  }
}

/** Sends one by the protocol of Nest's TCP transport. */
async function message(port, pattern, data) {
  const socket = net.connect(Number(port), '127.0.0.1');
  const packet = JSON.stringify({ pattern, data, id: pattern });
  socket.setEncoding('utf8').write(`${packet.length}#${packet}`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return JSON.parse(answer.slice(answer.indexOf('#') + 1));
}

async function receivesOfSocket(project, { address }) {
  const { WebSocket } = require(project.path('node_modules', 'ws'));
  const socket = new WebSocket(address.replace('http', 'ws'));
  await once(socket, 'open');
  for (const runId of [ANN, ACME]) {
    socket.send(JSON.stringify({ event: 'score', data: { runId } }));
    const [answer] = await once(socket, 'message');
    const { data } = JSON.parse(answer);
    assert.deepEqual(data, { current: runId, connected: null, after: null });
  }
  socket.terminate();
}

module.exports = [
  { name: 'nest', check },
  { name: 'nest-hybrid', check: checkHybrid },
];
