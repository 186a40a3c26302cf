'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const { configure } = require('../index.js');
const { BOUNDARIES } = require('./support/boundary-servers.js');

configure({ logger: null });

const BASE = '251006-143000';
const REQUESTS = 10_000;
const HOSTILE_EACH = 10;
const WARM_UP = 2_000;
const CONNECTIONS = 32;

/** Far less than a request that is kept would cost, times the requests after the warm-up. */
const MAX_GROWTH = 3_000_000;

const HOSTILE = [
  ['/?runId=', 'FORMAT'],
  ['/?runId=foo-bar', 'FORMAT'],
  [`/?runId=${BASE}%00`, 'FORMAT'],
  [`/?runId=${BASE}&runId=${BASE}`, 'TYPE'],
  [`/?runId=${'2'.repeat(5_000)}`, 'FORMAT'],
  ['/?page=2', 'MISSING'],
  [`/?runId=${BASE}-${BASE}`, 'FORMAT'],
];

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

function usedHeap() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Each hostile request in its turn, among requests of a client each. */
function requestAt(at) {
  if (at % HOSTILE_EACH !== 0) {
    const runId = `${BASE}-client${at}`;
    return { path: `/?runId=${runId}`, status: 200, key: 'current', value: runId };
  }
  const [path, code] = HOSTILE[(at / HOSTILE_EACH) % HOSTILE.length];
  return { path, status: 400, key: 'code', value: `ERR_RUN_ID_${code}` };
}

function ask(agent, port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ agent, host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode, answer: JSON.parse(text) }));
    });
    request.once('error', reject);
  });
}

/** Sends the requests of a range over all connections, and counts those of each kind. */
async function sendRange(agent, port, begin, end) {
  let next = begin;
  const counts = { passed: 0, refused: 0 };
  const sender = async () => {
    while (next < end) {
      const expected = requestAt(next++);
      const { status, answer } = await ask(agent, port, expected.path);
      assert.equal(status, expected.status, expected.path);
      assert.equal(answer[expected.key], expected.value);
      counts[status === 200 ? 'passed' : 'refused'] += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  return counts;
}

for (const { name, start } of BOUNDARIES) {
  test(`${name} refuses each hostile request under load, no other, and keeps nothing`, async () => {
    const server = await start();
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    try {
      const first = await sendRange(agent, server.port, 0, WARM_UP);
      const before = usedHeap();
      const rest = await sendRange(agent, server.port, WARM_UP, REQUESTS);
      const growth = usedHeap() - before;
      assert.equal(first.refused + rest.refused, REQUESTS / HOSTILE_EACH);
      assert.equal(first.passed + rest.passed, REQUESTS - REQUESTS / HOSTILE_EACH);
      assert.ok(growth < MAX_GROWTH, `the heap grew by ${growth} bytes`);
    } finally {
      agent.destroy();
      await server.close();
    }
  });
}
