'use strict';

// Runs that go through queues of BullMQ, on a real Redis.

const assert = require('node:assert/strict');
const { fork, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { DelayedError, FlowProducer, Queue, QueueEvents, Worker } = require('bullmq');
const { BullMQOtel } = require('bullmq-otel');
const { Redis: Client } = require('ioredis');
const { configure, generateTimestampRunId } = require('../../index.js');
const {
  currentRunId,
  extract,
  inject,
  leaveRun,
  receive,
  runWithRunId,
} = require('../../lib/context/index.js');
const { Redis } = require('../../tools/redis.js');
const { Workspace } = require('../../tools/workspace.js');

configure({ logger: null, maxLeadSeconds: 2_000_000_000 });

const ANN = '251006-143000-Ann-Carver';
const LEE = '251006-143001-Lee-Marlow';
const ACME = '251006-143002-Acme-Corp';

const isHere = Redis.isHere();
const options = { skip: !isHere, timeout: 60_000 };

let server;
let connection;
let queues = 0;

before(async () => {
  if (!isHere) return;
  server = await Redis.start();
  connection = new Client(server.url, { maxRetriesPerRequest: null });
  connection.setMaxListeners(0);
});

after(async () => {
  connection?.disconnect();
  await server?.stop();
});

/** A queue of its own for a test, and what makes workers of it; all end with the test. */
function open(t) {
  const name = `leads-${++queues}`;
  const queue = new Queue(name, { connection });
  const open = [queue];
  t.after(async () => {
    for (const one of open.reverse()) await one.close();
  });
  const work = (processor, more) => {
    const worker = new Worker(name, processor, { connection, ...more });
    worker.on('error', () => {});
    open.push(worker);
    return worker;
  };
  const keep = (one) => open.push(one) && one;
  return { name, queue, work, keep };
}

/** Waits until so many of something were collected. */
async function until(seen, count) {
  while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return seen;
}

/** What a job's run is taken for: its ID, or the code of the refusal. */
function readOf(job) {
  try {
    return receive(job, 'bullmq', currentRunId);
  } catch (error) {
    return error.code;
  }
}

describe('a job is handled in its own run', options, () => {
  test('by a worker that was made inside another run, and by each attempt', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    runWithRunId(LEE, () =>
      work((job) =>
        receive(job, 'bullmq', async () => {
          await null;
          seen.push(`${currentRunId()} ${job.attemptsMade}`);
          if (job.attemptsMade < 2) throw new Error('try again');
        }),
      ),
    );
    await runWithRunId(ANN, () => queue.add('score', inject({ leads: 5 }, 'bullmq'), { attempts: 3 }));
    await until(seen, 3);
    assert.deepEqual(seen, [`${ANN} 0`, `${ANN} 1`, `${ANN} 2`]);
  });

  test('as are all jobs of a flow that was made in it, and a child that was forgotten is MISSING', async (t) => {
    const { name, work, keep } = open(t);
    const seen = [];
    work((job) => void seen.push(`${job.name} ${readOf(job)}`));
    const producer = keep(new FlowProducer({ connection }));
    await runWithRunId(ANN, () =>
      producer.add({
        name: 'report',
        queueName: name,
        data: inject({}, 'bullmq'),
        children: [
          { name: 'score', queueName: name, data: inject({ leads: 5 }, 'bullmq') },
          { name: 'forgotten', queueName: name, data: { leads: 7 } },
        ],
      }),
    );
    await until(seen, 3);
    assert.deepEqual(seen.sort(), ['forgotten ERR_RUN_ID_MISSING', `report ${ANN}`, `score ${ANN}`]);
  });

  test('in every turn of one that delays itself again', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    work((job, token) =>
      receive(job, 'bullmq', async () => {
        seen.push(currentRunId());
        if (seen.length === 50) return;
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }),
    );
    await queue.add('poll', inject({}, 'bullmq', ANN));
    await until(seen, 50);
    assert.deepEqual(new Set(seen), new Set([ANN]));
  });

  test('for the run ID that is passed on, the same one is kept', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    work((job) =>
      receive(job, 'bullmq', async () => {
        seen.push(`${job.name} ${extract(job, 'bullmq')}`);
        if (job.name === 'score') await queue.add('mail', inject(job.data, 'bullmq'));
      }),
    );
    await queue.add('score', inject({ leads: 5 }, 'bullmq', ANN));
    await until(seen, 2);
    assert.deepEqual(seen, [`score ${ANN}`, `mail ${ANN}`]);
  });
});

describe('a job whose data is gone', options, () => {
  test('is MISSING, not a new run', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    await queue.add('score');
    await queue.add('score', null);
    await queue.add('score', `runId=${ANN}`);
    work((job) => void seen.push(readOf(job)));
    await until(seen, 3);
    assert.deepEqual(seen, ['ERR_RUN_ID_MISSING', 'ERR_RUN_ID_MISSING', 'ERR_RUN_ID_TYPE']);
  });

  test('after its first worker died is MISSING, and with its data it is the same run again', async (t) => {
    const { name, queue, work } = open(t);
    const kept = await queue.add('score', inject({}, 'bullmq', ANN));
    const emptied = await queue.add('score', inject({}, 'bullmq', LEE));
    const child = fork(path.join(__dirname, 'support', 'dying-worker.js'), [server.url, name]);
    const begun = [];
    child.on('message', (id) => begun.push(id));
    await until(begun, 2);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await connection.hset(queue.toKey(emptied.id), 'data', '{}');
    const seen = {};
    const stalled = [];
    const make = () =>
      work((job) => void (seen[job.id] = `${readOf(job)} ${job.stalledCounter}`), { stalledInterval: 100 });
    const worker = runWithRunId(ACME, () => leaveRun(make));
    worker.on('stalled', () => stalled.push(currentRunId()));
    while (Object.keys(seen).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(seen, { [kept.id]: `${ANN} 1`, [emptied.id]: 'ERR_RUN_ID_MISSING 1' });
    assert.deepEqual(stalled, [undefined, undefined]);
  });
});

describe('a repetition never runs as whoever scheduled it', options, () => {
  const template = () => ({ data: inject({ leads: 5 }, 'bullmq') });

  for (const [how, repeat, count] of [
    ['every', { every: 40 }, 5],
    ['pattern', { pattern: '* * * * * *' }, 3],
  ]) {
    test(`of a scheduler by ${how} that three runs upserted`, async (t) => {
      const { queue, work } = open(t);
      const seen = [];
      const stored = [];
      for (const runId of [ANN, LEE, ACME]) {
        await runWithRunId(runId, () => queue.upsertJobScheduler('nightly', repeat, template()));
      }
      work((job) => {
        stored.push(job.data.runId);
        seen.push(readOf(job));
      });
      await until(seen, count);
      await queue.removeJobScheduler('nightly');
      assert.deepEqual(new Set(seen), new Set(['ERR_RUN_ID_TYPE']));
      assert.ok(
        stored.every((runId) => [ANN, LEE, ACME].includes(runId)),
        stored.join(),
      );
    });
  }

  test('nor of one that its own worker upserts', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    const runIds = [LEE, ACME, ANN];
    await runWithRunId(ANN, () => queue.upsertJobScheduler('nightly', { every: 40 }, template()));
    work(async (job) => {
      seen.push(readOf(job));
      const runId = runIds[seen.length % runIds.length];
      await runWithRunId(runId, () => queue.upsertJobScheduler('nightly', { every: 40 }, template()));
    });
    await until(seen, 5);
    await queue.removeJobScheduler('nightly');
    assert.deepEqual(new Set(seen), new Set(['ERR_RUN_ID_TYPE']));
  });

  test('says so, and starts a run of its own that an ordinary job carries on', async (t) => {
    const { queue, work } = open(t);
    const refused = [];
    const seen = [];
    await queue.upsertJobScheduler('nightly', { every: 40 }, { data: { leads: 5 } });
    work(async (job) => {
      if (job.name !== 'nightly') {
        seen.push(receive(job, 'bullmq', currentRunId));
        return;
      }
      try {
        extract(job, 'bullmq');
      } catch (error) {
        refused.push(error);
      }
      await runWithRunId(generateTimestampRunId(), () => queue.add('score', inject(job.data, 'bullmq')));
    });
    await until(seen, 4);
    await queue.removeJobScheduler('nightly');
    assert.equal(new Set(seen).size, seen.length, 'each repetition has a run of its own');
    for (const { code, hint } of refused) {
      assert.equal(code, 'ERR_RUN_ID_MISSING');
      assert.match(hint, /start a new run each time/);
    }
  });

  test('in another attempt either', async (t) => {
    const { queue, work } = open(t);
    const seen = [];
    await runWithRunId(ANN, () =>
      queue.upsertJobScheduler('nightly', { every: 60_000 }, { ...template(), opts: { attempts: 3 } }),
    );
    work((job) => {
      seen.push(readOf(job));
      throw new Error('try again');
    });
    await until(seen, 3);
    await queue.removeJobScheduler('nightly');
    assert.deepEqual(seen, Array(3).fill('ERR_RUN_ID_TYPE'));
  });
});

describe('of two runs with one job', options, () => {
  for (const [how, opts] of [
    ['the same job ID', { jobId: 'user-7' }],
    ['deduplication', { deduplication: { id: 'user-7' } }],
  ]) {
    test(`by ${how} the first one runs, and only what is stored says so`, async (t) => {
      const { queue, work } = open(t);
      const add = (runId) => runWithRunId(runId, () => queue.add('score', inject({}, 'bullmq'), opts));
      const [first, second] = [await add(ANN), await add(LEE)];
      assert.equal(second.id, first.id);
      // What the queue answers shows the second caller's data, which is nowhere.
      assert.equal(extract(second, 'bullmq'), LEE);
      assert.equal(extract(await queue.getJob(second.id), 'bullmq'), ANN);
      const seen = [];
      work((job) => void seen.push(readOf(job)));
      await until(seen, 1);
      assert.deepEqual(seen, [ANN]);
    });
  }

  test('check finds nothing wrong with the second one’s send, nor with the worker', async (t) => {
    const { name } = open(t);
    const workspace = new Workspace(t);
    const start = async (service, script) => {
      const env = {
        RUN_ID_LOG: 'all',
        RUN_ID_SERVICE: service,
        NODE_PATH: path.join(__dirname, 'node_modules'),
      };
      const { code, stderr } = await workspace.run(script, { args: [server.url, name], env });
      assert.equal(code, 0, stderr);
      workspace.write(`logs/${service}.log`, stderr);
      return stderr;
    };
    const api = await start('api', async (url, queueName) => {
      const { Queue } = require('bullmq');
      const { generateTimestampRunId } = require('unified-run-id');
      const { inject, runWithRunId } = require('unified-run-id/context');
      const queue = new Queue(queueName, { connection: { url } });
      for (const runId of [generateTimestampRunId(), generateTimestampRunId()]) {
        await runWithRunId(runId, () => queue.add('score', inject({}, 'bullmq'), { jobId: 'user-7' }));
      }
      await queue.close();
    });
    const worker = await start('worker', async (url, queueName) => {
      const { once } = require('node:events');
      const { Worker } = require('bullmq');
      const { normalizeRunId } = require('unified-run-id');
      const { receive, requireRunId } = require('unified-run-id/context');
      const work = (job) => receive(job, 'bullmq', async () => normalizeRunId(requireRunId()));
      const worker = new Worker(queueName, work, { connection: { url } });
      await once(worker, 'completed');
      await worker.close();
    });
    assert.deepEqual([api.match(/"send"/g).length, worker.match(/"receive"/g).length], [2, 1]);
    const command = path.join(__dirname, '..', '..', 'bin', 'unified-run-id.js');
    const args = [command, 'check', '--json', workspace.path('logs')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).findings, []);
  });

  test('a job ID with the run in it is two jobs', async (t) => {
    const { queue, work } = open(t);
    for (const runId of [ANN, LEE]) {
      await runWithRunId(runId, () =>
        queue.add('score', inject({}, 'bullmq'), { jobId: `user-7-${currentRunId()}` }),
      );
    }
    const seen = [];
    work((job) => void seen.push(readOf(job)));
    await until(seen, 2);
    assert.deepEqual(seen.sort(), [ANN, LEE]);
  });
});

describe('a sandboxed processor', options, () => {
  for (const useWorkerThreads of [false, true]) {
    test(`in a ${useWorkerThreads ? 'thread' : 'process'} is in the run of its job`, async (t) => {
      const { name, queue, work, keep } = open(t);
      const file = path.join(__dirname, 'support', 'sandboxed.js');
      const events = keep(new QueueEvents(name, { connection }));
      await events.waitUntilReady();
      runWithRunId(LEE, () => work(file, { useWorkerThreads }));
      const job = await queue.add('score', inject({}, 'bullmq', ANN));
      assert.equal(await job.waitUntilFinished(events), ANN);
      await runWithRunId(ANN, () =>
        queue.upsertJobScheduler('nightly', { every: 60_000 }, { data: inject({}, 'bullmq') }),
      );
      const [{ returnvalue }] = await once(events, 'completed');
      assert.equal(returnvalue, 'ERR_RUN_ID_TYPE');
      await queue.removeJobScheduler('nightly');
    });
  }
});

describe('what a worker does between jobs', options, () => {
  for (const [how, telemetry] of [
    ['without telemetry', undefined],
    ['with telemetry', new BullMQOtel('acme-worker')],
  ]) {
    for (const isLeft of [true, false]) {
      test(`${how} is in ${isLeft ? 'no run where it was made outside' : 'the run that it was made in'}`, async (t) => {
        const { queue, work } = open(t);
        const seen = {};
        const make = () => {
          const worker = work((job) => receive(job, 'bullmq', async () => void (seen.job = currentRunId())), {
            telemetry,
            stalledInterval: 100,
          });
          worker.startStalledCheckTimer?.();
          for (const event of ['drained', 'completed', 'active', 'ready']) {
            worker.on(event, () => (seen[event] ??= String(currentRunId())));
          }
        };
        runWithRunId(LEE, () => (isLeft ? leaveRun(make) : make()));
        await queue.add('score', inject({}, 'bullmq', ANN));
        while (Object.keys(seen).length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
        const { job, ready: _ready, ...events } = seen;
        assert.equal(job, ANN);
        assert.deepEqual(new Set(Object.values(events)), new Set([isLeft ? 'undefined' : LEE]));
      });
    }
  }
});
