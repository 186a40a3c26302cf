'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { CODES, EVENTS } = require('../lib/binding.js');
const { Workspace } = require('../tools/workspace.js');

test('stats counts what was done, with nothing listening and whatever is logged', async (t) => {
  const seen = await new Workspace(t).ask(() => {
    const {
      configure,
      generateTimestampRunId,
      resolveRunId,
      normalizeRunId,
      stats,
    } = require('unified-run-id');
    const { inject, receive, withRunId } = require('unified-run-id/context');
    configure({ logger: null, maxLeadSeconds: 3600 });
    const before = JSON.stringify(stats());
    const attempt = (call) => {
      try {
        call();
      } catch {}
    };
    generateTimestampRunId();
    generateTimestampRunId('Ann-Carver');
    attempt(() => generateTimestampRunId(null));
    const runId = '251006-120000';
    for (const req of [{ query: { runId } }, { query: { runId } }, { body: { runId } }, { query: {} }]) {
      resolveRunId(req);
      resolveRunId(req);
    }
    resolveRunId({ specificRunId: runId });
    attempt(() => resolveRunId({ query: { runId: 'x' } }));
    attempt(() => normalizeRunId([]));
    resolveRunId({ query: { runId } }, { parentRunId: '251006-120001', onConflict: 'report' });
    receive(inject({}, 'data', runId), 'data', () => withRunId('/x'));
    for (const source of ['acme-bus', 'acme-mail']) {
      const custom = { source, get: (text) => text || undefined, set: (_text, id) => id };
      receive(inject('', custom, runId), custom, () => {});
    }
    const { records, missing, leadSeconds, ...counts } = stats();
    const isFrozen = Object.isFrozen(stats()) && Object.values(stats()).every(Object.isFrozen);
    console.log(
      JSON.stringify({ before: JSON.parse(before), counts, isFrozen, records, missing, leadSeconds }),
    );
  });
  const { before, counts, isFrozen, records, missing, leadSeconds } = seen;
  assert.equal(isFrozen, true);
  const unresolved = { specificRunId: 0, query: 0, body: 0, header: 0, parentRunId: 0, generated: 0 };
  assert.deepEqual(before.resolved, unresolved);
  const none = Object.fromEntries(EVENTS.carriers.map((name) => [name, 0]));
  const unrejected = Object.fromEntries(CODES.map(({ code }) => [code, 0]));
  assert.deepEqual(counts, {
    generated: 3,
    resolved: { ...unresolved, specificRunId: 1, query: 5, body: 2, generated: 2 },
    rejected: { ...unrejected, ERR_RUN_ID_CLIENT: 1, ERR_RUN_ID_FORMAT: 1, ERR_RUN_ID_TYPE: 1 },
    conflicts: 1,
    baggage: { agreed: 0, disagreed: 0, unreadable: 0 },
    stale: { job: 0, client: 0 },
    observed: { same: 0, differs: 0, 'would-throw': 0, 'would-generate': 0 },
    sent: { ...none, data: 1, url: 1, custom: 2 },
    received: { ...none, data: 1, custom: 2 },
    linesLost: 0,
  });
  assert.equal(records.job.created, 0);
  assert.deepEqual(missing, Object.fromEntries([...EVENTS.reasons, 'none'].map((reason) => [reason, 0])));
  assert.ok(leadSeconds >= 1 && leadSeconds <= 3, `three IDs within a second or two lead by ${leadSeconds}`);
});

const ROUNDS = 100_000;

test('stats counts what all threads of the process have done, and keeps it when they have ended', async (t) => {
  const seen = await new Workspace(t).ask(async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const { configure, stats, resolveRunId } = require('unified-run-id');
    configure({ logger: null });
    const work = () => {
      const { configure, normalizeRunId, resolveRunId } = require('unified-run-id');
      configure({ logger: null });
      for (let round = 0; round < 100_000; round++) resolveRunId({ query: { runId: '251006-143000' } });
      try {
        normalizeRunId('x');
      } catch {}
      require('node:worker_threads').parentPort?.postMessage('done');
    };
    const workers = Array.from({ length: 4 }, (_, number) => {
      // Half of them end by themselves, the others are stopped.
      const stay = number % 2 === 1 ? 'setInterval(() => {}, 1e6);' : '';
      return new Worker(`${stay}(${work})()`, { eval: true });
    });
    const ends = workers.map((worker) => once(worker, 'exit'));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const during = stats();
    for (const [number, worker] of workers.entries()) if (number % 2 === 1) worker.terminate();
    await Promise.all(ends);
    resolveRunId({ query: { runId: '251006-143000' } });
    console.log(JSON.stringify({ during, after: stats() }));
  });
  for (const [when, { resolved, rejected }] of Object.entries(seen)) {
    const own = when === 'after' ? 1 : 0;
    assert.equal(resolved.query, 4 * ROUNDS + own, when);
    assert.equal(rejected.ERR_RUN_ID_FORMAT, 4, when);
  }
});
