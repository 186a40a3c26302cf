'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const test = require('node:test');
const { configure, generateTimestampRunId, normalizeRunId } = require('../index.js');
const { NOON, NOON_BASE } = require('./support/issued.js');
const { startThread } = require('./support/thread.js');
const { codeOf } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const UNBOUND = 2_000_000_000;

configure({ logger: null, maxLeadSeconds: UNBOUND });

/** A thread that does what it is told, one call at a time, and keeps what its logger is given. */
async function startObedientThread(t) {
  const worker = startThread((runIds) => {
    const { parentPort } = require('node:worker_threads');
    const logged = [];
    const orders = {
      configure: (settings) => runIds.configure(settings),
      collect: () => runIds.configure({ logger: (event) => logged.push(event) }),
      logged: () => logged.splice(0),
      stopClockAt: (ms) => runIds.configure({ now: () => ms }),
      generate: (clientId) => runIds.generateTimestampRunId(clientId),
      normalize: (value) => runIds.normalizeRunId(value),
    };
    parentPort.on('message', ([order, argument]) => {
      try {
        parentPort.postMessage({ value: orders[order](argument) });
      } catch (error) {
        parentPort.postMessage({ code: error.code });
      }
    });
    parentPort.postMessage('ready');
  });
  t.after(() => worker.terminate());
  await once(worker, 'message');
  return {
    async ask(order, argument) {
      const answer = once(worker, 'message');
      worker.postMessage([order, argument]);
      const [{ value, code }] = await answer;
      return code ?? value;
    },
    threadId: worker.threadId,
  };
}

test('threads that generate at once share one sequence: all unique, and increasing within each', async () => {
  const THREADS = 8;
  const EACH = 2500;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: THREADS }, (_, index) =>
    startThread(
      ({ generateTimestampRunId }, { gate, each, clientId }) => {
        const { parentPort } = require('node:worker_threads');
        parentPort.postMessage('ready');
        Atomics.wait(gate, 0, 0);
        const runIds = Array.from({ length: each }, () => generateTimestampRunId(clientId));
        parentPort.postMessage(runIds);
      },
      { gate, each: EACH, clientId: index % 2 === 0 ? undefined : 'Ann-Carver' },
    ),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const answers = workers.map((worker) => once(worker, 'message'));
  const before = generateTimestampRunId();
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  const own = Array.from({ length: EACH }, () => generateTimestampRunId());
  const sequences = [own, ...(await Promise.all(answers)).map(([runIds]) => runIds)];
  const after = generateTimestampRunId();
  for (const runIds of sequences) {
    assert.equal(runIds.length, EACH);
    assert.ok(before < runIds[0] && runIds[EACH - 1].slice(0, 13) < after);
    assert.ok(runIds.every((runId, at) => at === 0 || runIds[at - 1] < runId));
  }
  const bases = sequences.flat().map((runId) => runId.slice(0, 13));
  assert.equal(new Set(bases).size, (THREADS + 1) * EACH);
});

test('a thread that ends takes nothing of the sequence with it', async () => {
  let last = generateTimestampRunId();
  for (let count = 0; count < 5; count++) {
    const worker = startThread(({ generateTimestampRunId }) => {
      require('node:worker_threads').parentPort.postMessage(generateTimestampRunId());
    });
    const [[runId]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    assert.ok(last < runId, `${last} then ${runId}`);
    last = generateTimestampRunId();
    assert.ok(runId < last, `${runId} then ${last}`);
  }
});

test('a thread that ends takes nothing with it where no other one has loaded the library', async (t) => {
  async function generateInWorkers({ count }) {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const source = `
    const { generateTimestampRunId } = require('unified-run-id');
    require('node:worker_threads').parentPort.postMessage(Array.from({ length: 20 }, () => generateTimestampRunId()));`;
    const runIds = [];
    for (let at = 0; at < count; at++) {
      const worker = new Worker(source, { eval: true });
      const exit = once(worker, 'exit');
      runIds.push(...(await once(worker, 'message'))[0]);
      await exit;
    }
    console.log(JSON.stringify(runIds));
  }
  const runIds = await new Workspace(t).ask(generateInWorkers, { args: [{ count: 2 }] });
  assert.equal(runIds.length, 40);
  assert.ok(
    runIds.every((runId, at) => at === 0 || runIds[at - 1] < runId),
    `${runIds}`,
  );
});

test('the clock belongs to the thread that set it', async (t) => {
  const thread = await startObedientThread(t);
  await thread.ask('stopClockAt', NOON);
  const before = generateTimestampRunId();
  assert.equal(await thread.ask('generate'), NOON_BASE);
  assert.equal(await thread.ask('generate', 'Ann-Carver'), '251006-120001-Ann-Carver');
  assert.ok(generateTimestampRunId() > before);

  const other = await startObedientThread(t);
  await other.ask('stopClockAt', NOON);
  assert.equal(await other.ask('generate'), NOON_BASE, 'a second thread has a sequence of its own');

  configure({ now: () => NOON + 60_000 });
  t.after(() => configure({ now: null }));
  assert.equal(generateTimestampRunId(), '251006-120100');
  assert.equal(await thread.ask('generate'), '251006-120002');
  await thread.ask('configure', { now: null });
  assert.ok((await thread.ask('generate')) > before, 'back on the sequence of the process');
});

test('the logger belongs to the thread that set it', async (t) => {
  const logged = [];
  configure({ logger: (event) => logged.push(event) });
  t.after(() => configure({ logger: null }));
  const thread = await startObedientThread(t);
  await thread.ask('collect');
  assert.equal(await thread.ask('normalize', 'theirs'), 'ERR_RUN_ID_FORMAT');
  assert.equal(
    codeOf(() => normalizeRunId('ours')),
    'FORMAT',
  );
  const theirs = await thread.ask('logged');
  assert.deepEqual(
    [logged, theirs].map((events) => events.map(({ received }) => received)),
    [['ours'], ['theirs']],
  );
  assert.deepEqual([logged[0].thread, theirs[0].thread], [0, thread.threadId]);
  assert.equal(theirs[0].pid, process.pid);
  assert.match(theirs[0].proc, /^[0-9a-f]{8}$/);
  assert.equal(theirs[0].proc, logged[0].proc);
});

test('debug, service and maxLeadSeconds belong to the process, running threads included', async (t) => {
  const threads = await Promise.all([startObedientThread(t), startObedientThread(t)]);
  const [thread, other] = threads;
  for (const each of threads) await each.ask('collect');
  t.after(() => configure({ debug: false, maxLeadSeconds: UNBOUND }));

  await other.ask('configure', { debug: true, service: 'accounts', maxLeadSeconds: 0 });
  await thread.ask('normalize', NOON_BASE);
  const [pass] = await thread.ask('logged');
  assert.deepEqual([pass.event, pass.runId, pass.service], ['pass', NOON_BASE, 'accounts']);
  await thread.ask('stopClockAt', NOON);
  assert.equal(await thread.ask('generate'), NOON_BASE);
  assert.equal(await thread.ask('generate'), 'ERR_RUN_ID_EXHAUSTED');

  configure({ debug: false, service: 'billing', maxLeadSeconds: 1 });
  await thread.ask('logged');
  assert.equal(await thread.ask('generate'), '251006-120001');
  await thread.ask('normalize', NOON_BASE);
  assert.deepEqual(await thread.ask('logged'), []);
  await thread.ask('normalize', 'no run ID');
  assert.deepEqual(
    (await thread.ask('logged')).map(({ event, service }) => [event, service]),
    [['reject', 'billing']],
  );
});

test('a thread that starts later finds the settings of its process, but no logger and no clock', async (t) => {
  configure({
    logger: () => assert.fail('a logger of another thread'),
    now: () => NOON,
    service: 'accounts',
  });
  t.after(() => configure({ logger: null, now: null }));
  const thread = await startObedientThread(t);
  await thread.ask('collect');
  assert.notEqual((await thread.ask('generate')).slice(0, 6), NOON_BASE.slice(0, 6));
  await thread.ask('normalize', '');
  assert.equal((await thread.ask('logged'))[0].service, 'accounts');
});

test('the sequence file belongs to the process, running threads included', async (t) => {
  const found = await new Workspace(t).ask(async () => {
    const { once } = require('node:events');
    const fs = require('node:fs');
    const { Worker } = require('node:worker_threads');
    const runIds = require('unified-run-id');
    const source = `
        const { parentPort } = require('node:worker_threads');
        const runIds = require('unified-run-id');
        runIds.configure({ logger: null });
        parentPort.on('message', (sequenceFile) => {
          try {
            if (sequenceFile) runIds.configure({ sequenceFile });
            parentPort.postMessage(runIds.generateTimestampRunId());
          } catch (error) {
            parentPort.postMessage(error.code);
          }
        });
        parentPort.postMessage('ready');`;
    const worker = new Worker(source, { eval: true });
    await once(worker, 'message');
    const ask = async (sequenceFile) => {
      const answer = once(worker, 'message');
      worker.postMessage(sequenceFile);
      return (await answer)[0];
    };
    const line = () => fs.readFileSync('sequence', 'latin1');
    await ask();
    runIds.configure({ sequenceFile: 'sequence' });
    const theirs = [`${await ask()}\n`, line()];
    const ours = [`${runIds.generateTimestampRunId()}\n`, line()];
    const different = await ask('another');
    console.log(JSON.stringify({ theirs, ours, different }));
    worker.terminate();
  });
  assert.equal(found.theirs[0], found.theirs[1]);
  assert.equal(found.ours[0], found.ours[1]);
  assert.ok(found.theirs[0] < found.ours[0]);
  assert.equal(found.different, 'ERR_RUN_ID_SEQUENCE');
});

test('a process warns of its lead once, however many threads generate', async (t) => {
  const codes = await new Workspace(t).ask(async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const source = `
      const { parentPort } = require('node:worker_threads');
      const { generateTimestampRunId, parseRunId } = require('unified-run-id');
      const codes = [];
      process.on('warning', ({ code }) => codes.push(code));
      const lead = () => parseRunId(generateTimestampRunId()).startedAt - Date.now();
      while (lead() < 200_000);
      setImmediate(() => parentPort.postMessage(codes));`;
    const workers = Array.from({ length: 4 }, () => new Worker(source, { eval: true }));
    const answers = await Promise.all(workers.map((worker) => once(worker, 'message')));
    console.log(JSON.stringify(answers.flat(2)));
  });
  assert.deepEqual(codes, ['RUN_ID_LEAD']);
});

test('threads that are terminated in the middle of a call harm neither the process nor its sequence', async (t) => {
  const { code, signal, stdout, stderr } = await new Workspace(t).run(async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const runIds = require('unified-run-id');
    runIds.configure({ logger: null, maxLeadSeconds: 2_000_000_000, sequenceFile: 'sequence' });
    process.removeAllListeners('warning');
    const source = `
      const { parentPort } = require('node:worker_threads');
      const runIds = require('unified-run-id');
      const { subscribe } = require('node:diagnostics_channel');
      process.removeAllListeners('warning');
      runIds.configure({ logger: () => {} });
      subscribe('unified-run-id:resolve', () => {});
      for (let count = 0; ; count++) {
        if (count === 20) parentPort.postMessage('going');
        try {
          runIds.generateTimestampRunId('Ann-Carver');
          runIds.resolveRunId({ query: { runId: '251006-120000' } });
          runIds.normalizeRunId('x'.repeat(100));
        } catch {}
      }`;
    let last = runIds.generateTimestampRunId();
    for (let round = 0; round < 8; round++) {
      const workers = Array.from({ length: 3 }, () => new Worker(source, { eval: true }));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      await Promise.all(workers.map((worker) => worker.terminate()));
      const next = runIds.generateTimestampRunId();
      if (next <= last) throw new Error(`${last} then ${next}`);
      last = next;
    }
    console.log('finished');
  });
  assert.deepEqual(
    { code, signal, stdout, stderr },
    { code: 0, signal: null, stdout: 'finished\n', stderr: '' },
  );
});

const LOADING_THREAD = `
  const { parentPort } = require('node:worker_threads');
  parentPort.postMessage(require('unified-run-id').generateTimestampRunId());`;

test('a process whose threads loaded the addon ends cleanly', async (t) => {
  const workspace = new Workspace(t);
  const endings = {
    'when the threads end by themselves': (source) => {
      const { Worker } = require('node:worker_threads');
      for (let count = 0; count < 4; count++) new Worker(source, { eval: true });
    },
    'when the main thread loaded it too': (source) => {
      const { Worker } = require('node:worker_threads');
      require('unified-run-id').generateTimestampRunId();
      for (let count = 0; count < 4; count++) new Worker(source, { eval: true });
    },
    'when it exits while threads run': async (source) => {
      const { once } = require('node:events');
      const { Worker } = require('node:worker_threads');
      const busy = `${source}; for (;;) require('unified-run-id').isRunId('251006-120000');`;
      const workers = Array.from({ length: 4 }, () => new Worker(busy, { eval: true }));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      process.exit(0);
    },
  };
  for (const [when, script] of Object.entries(endings)) {
    const end = await workspace.run(script, { args: [LOADING_THREAD] });
    assert.deepEqual(end, { code: 0, signal: null, stdout: '', stderr: '' }, when);
  }
});
