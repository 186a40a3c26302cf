'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { configure } = require('../index.js');
const { BOUNDARIES } = require('./support/boundary-servers.js');
const { Connection } = require('./support/connection.js');
const { collectGarbage } = require('./support/garbage.js');

configure({ logger: null });

const BASE = '251006-143000';
const REQUESTS = 12_000;
const HOSTILE_EACH = 10;
const WARM_UP = 4_000;
const CONNECTIONS = 32;

/** 125 bytes for each request after the warm-up: less than anything that is kept of one would take. */
const MAX_GROWTH = 1_000_000;

/** Collections before the heap is looked at, and milliseconds after each. */
const TURNS = 3;
const TURN_MS = 20;

const query = (text) => ({ path: `/?${text}` });
const body = (value) => ({ path: '/', body: JSON.stringify(value) });

/** Requests with the code that each is refused with. */
const HOSTILE = [
  [query('runId='), 'FORMAT'],
  [query('runId=foo-bar'), 'FORMAT'],
  [query(`runId=${BASE}%00`), 'FORMAT'],
  [query(`runId=${BASE}%0d%0aSet-Cookie:%20a=b`), 'FORMAT'],
  [query(`runId=%20${BASE}`), 'FORMAT'],
  [query(`runId=${BASE}&runId=${BASE}`), 'TYPE'],
  [query(`runId=${'2'.repeat(5_000)}`), 'FORMAT'],
  [query(`runId=${BASE}-${BASE}`), 'FORMAT'],
  [query('runId=251306-143000'), 'FORMAT'],
  [query(`runId=%EF%BC%92${BASE.slice(1)}`), 'FORMAT'],
  [query('page=2'), 'MISSING'],
  [{ path: '/', body: '{}' }, 'MISSING'],
  [body({ runId: null }), 'MISSING'],
  [body({ runId: [BASE] }), 'TYPE'],
  [body({ runId: { toString: BASE } }), 'TYPE'],
  [body({ runId: 251006 }), 'TYPE'],
  [body({ runId: true }), 'TYPE'],
  [body({ runId: '' }), 'FORMAT'],
  [body({ runId: '[object Promise]' }), 'FORMAT'],
  [body({ runId: `${BASE}\n` }), 'FORMAT'],
  [body({ runId: '7'.repeat(50_000) }), 'FORMAT'],
  // The better source is the bad one: what stands below it is no way out.
  [{ ...body({ runId: BASE }), path: '/?runId=undefined' }, 'FORMAT'],
];

/** What Fetch itself keeps of a request goes with the finalizers of a later turn. */
async function usedHeap() {
  for (let times = 0; times < TURNS; times++) {
    collectGarbage();
    await sleep(TURN_MS);
  }
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Each hostile request in its turn, among requests of a client each, in their query or their body. */
function requestAt(at) {
  if (at % HOSTILE_EACH !== 0) {
    const runId = `${BASE}-client${at}`;
    const request = at % 2 === 0 ? body({ runId }) : query(`runId=${runId}`);
    return { request, status: 200, key: 'current', value: runId };
  }
  const [request, code] = HOSTILE[(at / HOSTILE_EACH) % HOSTILE.length];
  return { request, status: 400, key: 'code', value: `ERR_RUN_ID_${code}` };
}

/** Sends the requests of a range over as many connections, and counts those of each kind. */
async function sendRange(port, begin, end) {
  let next = begin;
  const counts = { passed: 0, refused: 0 };
  const sender = async () => {
    const connection = await Connection.open(port);
    try {
      while (next < end) {
        const expected = requestAt(next++);
        const { status, answer } = await connection.ask(expected.request);
        const asked = JSON.stringify(expected.request).slice(0, 100);
        assert.deepEqual([status, answer[expected.key]], [expected.status, expected.value], asked);
        counts[status === 200 ? 'passed' : 'refused'] += 1;
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  return counts;
}

for (const { name, start } of BOUNDARIES) {
  test(`${name} refuses each hostile request under load, no other, and keeps nothing`, async (t) => {
    const server = await start();
    try {
      const first = await sendRange(server.port, 0, WARM_UP);
      const before = await usedHeap();
      const rest = await sendRange(server.port, WARM_UP, REQUESTS);
      const growth = (await usedHeap()) - before;
      assert.equal(first.refused + rest.refused, REQUESTS / HOSTILE_EACH);
      assert.equal(first.passed + rest.passed, REQUESTS - REQUESTS / HOSTILE_EACH);
      t.diagnostic(`the heap grew by ${growth} bytes in ${REQUESTS - WARM_UP} requests`);
      assert.ok(growth < MAX_GROWTH, `the heap grew by ${growth} bytes`);
    } finally {
      await server.close();
    }
  });
}
