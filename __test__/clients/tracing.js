'use strict';

// A run that goes through a queue, in its job and in OpenTelemetry's baggage beside it, with BullMQ's telemetry and the
// instrumentation of ioredis on a real Redis, and a receiver of OTLP. Each of them finds an API of its own here.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { after, before, describe, test } = require('node:test');
const { BaggageSpanProcessor } = require('@opentelemetry/baggage-span-processor');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { configure, stats } = require('../../index.js');
const { currentRunId, inject, leaveRun, receive, runWithRunId } = require('../../lib/context/index.js');
const { instrumentRunIds } = require('../../lib/opentelemetry/index.js');
const { Redis } = require('../../tools/redis.js');
const { OtlpReceiver } = require('../support/otlp-receiver.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const LOWER = '251006-143000-ann-carver';
const LEE = '251006-143001-Lee-Marlow';

const isHere = Redis.isHere();

describe('baggage in a queue', { skip: !isHere, timeout: 60_000 }, () => {
  let receiver;
  let provider;
  let server;
  let connection;
  let bullmq;
  let telemetry;
  let undo;

  before(async () => {
    [receiver, server] = await Promise.all([OtlpReceiver.start(), Redis.start()]);
    provider = new NodeTracerProvider({
      spanProcessors: [
        new BaggageSpanProcessor((key) => key === 'run.id'),
        new BatchSpanProcessor(new OTLPTraceExporter({ url: receiver.url })),
      ],
    });
    provider.register();
    registerInstrumentations({ instrumentations: [new IORedisInstrumentation()] });
    undo = instrumentRunIds({
      meterProvider: null,
      spans: true,
      baggage: { queues: ['leads', 'nightly'], internal: true },
    });
    const { Redis: Client } = require('ioredis');
    const { BullMQOtel } = require('bullmq-otel');
    bullmq = require('bullmq');
    telemetry = new BullMQOtel('acme');
    connection = new Client(server.url, { maxRetriesPerRequest: null });
  });

  after(async () => {
    undo?.();
    connection?.disconnect();
    await provider?.shutdown();
    await Promise.all([receiver?.stop(), server?.stop()]);
  });

  /** What becomes of so many jobs of a queue that are added by a function, and what was told meanwhile. */
  async function processed(t, name, count, add, work = () => {}) {
    const queue = new bullmq.Queue(name, { connection, telemetry });
    const done = [];
    const conflicts = [];
    const listener = (event) => conflicts.push(event);
    subscribe('unified-run-id:conflict', listener);
    const first = stats();
    receiver.spans.length = 0;
    await add(queue);
    // Started in another run and its trace, as a worker is that is made for the first request.
    const worker = runWithRunId(LEE, () =>
      leaveRun(
        () =>
          new bullmq.Worker(
            name,
            async (job) => {
              const process = async () => {
                await connection.get('acme:leads');
                await work(job);
                return currentRunId();
              };
              try {
                done.push({ job, runId: await receive(job, 'bullmq', process) });
              } catch (error) {
                done.push({ job, code: error.code });
                throw error;
              }
            },
            { connection, telemetry },
          ),
      ),
    );
    worker.on('error', () => {});
    t.after(async () => {
      await worker.close();
      await queue.close();
    });
    while (done.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    unsubscribe('unified-run-id:conflict', listener);
    await worker.pause();
    await provider.forceFlush();
    const last = stats();
    return {
      done,
      conflicts,
      counts: {
        agreed: last.baggage.agreed - first.baggage.agreed,
        disagreed: last.baggage.disagreed - first.baggage.disagreed,
        conflicts: last.conflicts - first.conflicts,
      },
    };
  }

  const baggageOf = ({ job }) => JSON.parse(job.opts.telemetry.metadata).baggage;

  test('arrives with its job, and is on the spans of what the job does in Redis', async (t) => {
    const { done, conflicts, counts } = await processed(t, 'leads', 1, (queue) =>
      runWithRunId(ANN, () => queue.add('score', inject({ leads: 5 }, 'bullmq'))),
    );
    assert.equal(done[0].runId, ANN);
    assert.equal(baggageOf(done[0]), `run.id=${ANN}`);
    assert.deepEqual([conflicts, counts], [[], { agreed: 1, disagreed: 0, conflicts: 0 }]);
    const [get] = receiver.spans.filter(({ attributes }) =>
      attributes['db.query.text']?.startsWith('get acme'),
    );
    assert.equal(get.attributes['run.id'], ANN);
    const job = receiver.spans.find(({ spanId }) => spanId === get.parentSpanId);
    assert.deepEqual([job.kind, job.attributes['bullmq.queue.name']], [5, 'leads']);
    assert.equal(job.attributes['run.id'], ANN);
    const added = receiver.spans.find(({ spanId }) => spanId === job.parentSpanId);
    assert.equal(added.kind, 4);
  });

  test('of another run than the job’s is a conflict where the job is received', async (t) => {
    const { done, conflicts, counts } = await processed(t, 'leads', 1, async (queue) => {
      await queue.pause();
      const job = await runWithRunId(ANN, () => queue.add('score', inject({}, 'bullmq')));
      await job.updateData({ runId: LOWER });
      await queue.resume();
    });
    assert.equal(done[0].runId, LOWER);
    assert.deepEqual(counts, { agreed: 0, disagreed: 1, conflicts: 1 });
    const [{ runId, source, otherRunId, otherSource, at }] = conflicts;
    assert.deepEqual([runId, source, otherRunId, otherSource], [LOWER, 'bullmq', ANN, 'baggage']);
    assert.match(at, /tracing\.js:\d+:\d+$/);
    const [told] = receiver.spans.filter(({ events }) =>
      events.some(({ name }) => name === 'run_id.conflict'),
    );
    assert.deepEqual([told.kind, told.attributes['run.id']], [5, LOWER]);
  });

  test('is of each job’s own, also where many are added at once, and tried again', async (t) => {
    const { done, counts } = await processed(
      t,
      'leads',
      4,
      (queue) =>
        runWithRunId(ANN, () =>
          queue.addBulk([
            { name: 'score', data: inject({}, 'bullmq'), opts: { attempts: 2 } },
            { name: 'score', data: {} },
            { name: 'score', data: inject({}, 'bullmq', '251006-143000') },
          ]),
        ),
      (job) => {
        if (job.opts.attempts === 2 && job.attemptsMade === 0) throw new Error('try again');
      },
    );
    assert.deepEqual(done.map(({ runId, code }) => runId ?? code).sort(), [
      '251006-143000',
      ANN,
      'ERR_RUN_ID_MISSING',
      undefined,
    ]);
    assert.deepEqual(counts, { agreed: 3, disagreed: 0, conflicts: 0 });
  });

  test('is not put into queues that are not listed', async (t) => {
    const { done, counts } = await processed(t, 'mail', 1, (queue) =>
      runWithRunId(ANN, () => queue.add('send', inject({}, 'bullmq'))),
    );
    assert.equal(done[0].runId, ANN);
    assert.equal(baggageOf(done[0]), undefined);
    assert.deepEqual(counts, { agreed: 0, disagreed: 0, conflicts: 0 });
  });

  test('of a run that a repetition has begun does not go on to the next', async (t) => {
    const { done } = await processed(t, 'nightly', 3, (queue) =>
      leaveRun(() => queue.upsertJobScheduler('nightly', { every: 40 }, { data: {} })),
    );
    assert.deepEqual(
      done.slice(0, 3).map(({ code }) => code),
      Array(3).fill('ERR_RUN_ID_MISSING'),
    );
    for (const { job } of done) assert.doesNotMatch(JSON.stringify(job.opts), /run\.id/);
  });
});
