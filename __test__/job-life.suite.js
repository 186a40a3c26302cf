'use strict';

// A job's whole life, through whatever client of a database: attempts, heartbeats, lists, deletion.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const { RunIdError, generateTimestampRunId } = require('../index.js');
const { currentRunId, runWithRunId } = require('../lib/context/index.js');

const ANN = 'Ann-Carver';
const BOB = 'Bob-Lindqvist';

/** The shortest that a heartbeat may be. */
const SOON = 100;

const MINUTE = 60_000;

/** What a promise is rejected with. */
function thrownBy(promise) {
  return promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (error) => error,
  );
}

async function refusalOf(promise) {
  const error = await thrownBy(promise);
  assert.ok(error instanceof RunIdError, String(error?.stack ?? error));
  return error;
}

const codeOf = async (promise) => (await refusalOf(promise)).code;

/** @param setUp gives the JobTracking and `run`, which sends SQL that takes no values to the same tables */
function testJobLife(setUp) {
  const jobType = 'Lead Scoring';
  const idsOf = (records) => records.map(({ runId }) => runId);

  /** Both kinds of attempt, each with the table of its rows and ways to its row. */
  const kinds = [
    {
      method: 'run',
      relation: 'job_tracking',
      list: 'jobs',
      newId: async () => generateTimestampRunId(),
      run: (jobs, runId, fn, options) => jobs.run({ jobType, runId, ...options }, fn),
      get: (jobs, runId) => jobs.getJob(runId),
      add: (jobs, ...args) => jobs.addJobMetrics(...args),
      update: (jobs, ...args) => jobs.updateJob(...args),
      complete: (jobs, ...args) => jobs.completeJob(...args),
    },
    {
      method: 'runClient',
      relation: 'client_run_results',
      list: 'clientRuns',
      newId: async (jobs) => `${(await jobs.createJob({ jobType })).runId}-${ANN}`,
      run: (jobs, runId, fn, options) => jobs.runClient(runId, ANN, fn, options),
      get: (jobs, runId) => jobs.getClientRun(runId),
      add: (jobs, ...args) => jobs.addClientMetrics(...args),
      update: (jobs, ...args) => jobs.updateClientRun(...args),
      complete: (jobs, ...args) => jobs.completeClientRun(...args),
    },
  ];

  /** Makes a row look as if its attempt had been silent for an hour. */
  const silence = ({ relation }, runId) =>
    setUp().run(
      `UPDATE ${relation} SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE run_id = '${runId}'`,
    );

  for (const kind of kinds) {
    const start = async (fn, options) => {
      const { jobs } = setUp();
      const runId = await kind.newId(jobs);
      return await kind.run(jobs, runId, fn, options);
    };

    describe(kind.method, () => {
      test('makes a row, calls in its run, and completes it', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const answer = {};
        let seen;
        const result = await runWithRunId('010101-000000', () =>
          kind.run(
            jobs,
            runId,
            async (record, { signal }) => {
              seen = { record, now: await kind.get(jobs, runId), current: currentRunId() };
              assert.equal(signal.aborted, false);
              return answer;
            },
            { notes: 'Acme-Corp', metrics: { leads: 1 } },
          ),
        );
        assert.equal(result, answer);
        assert.equal(seen.current, runId);
        assert.deepEqual(seen.now, seen.record);
        assert.ok(seen.now.heartbeatAt instanceof Date);
        const { status, attempts, notes, metrics } = seen.now;
        assert.deepEqual([status, attempts, notes, metrics], ['Running', 1, 'Acme-Corp', { leads: 1 }]);
        const ended = await kind.get(jobs, runId);
        assert.deepEqual(
          [ended.status, ended.attempts, ended.heartbeatAt, ended.error],
          ['Completed', 1, null, null],
        );
        assert.ok(ended.endedAt instanceof Date);
      });

      test('fails the row with the words of the error, and throws the same', async () => {
        const { jobs } = setUp();
        const hostile = Object.defineProperty(new Error(), 'message', {
          get() {
            throw new Error('no words');
          },
        });
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        for (const [thrown, words] of [
          [new TypeError("Acme-Corp's $1 ?"), "Acme-Corp's $1 ?"],
          [new RangeError(''), 'RangeError'],
          ['a text\0\ud800', 'a text\ufffd\ufffd'],
          ['x'.repeat(10_000), 'x'.repeat(4096)],
          [Symbol('odd'), 'Symbol(odd)'],
          [undefined, 'undefined'],
          [7, '7'],
          [{}, 'an error without words'],
          [hostile, 'Error'],
          [proxy, 'an error without words'],
          [() => {}, 'a function was thrown'],
        ]) {
          const runId = await kind.newId(jobs);
          const fail = () => {
            throw thrown;
          };
          // Not as what a promise resolves to, which looks for a method `then`.
          const caught = await kind.run(jobs, runId, fail).then(assert.fail, (error) => [error]);
          assert.ok(Object.is(caught[0], thrown), words);
          const { status, error, attempts, heartbeatAt } = await kind.get(jobs, runId);
          assert.deepEqual([status, error, attempts, heartbeatAt], ['Failed', words, 1, null]);
        }
      });

      test('leaves the row Running between attempts, and counts them', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const attempt = (number, fn) => kind.run(jobs, runId, fn, { attempt: { number, of: 3 } });
        const first = new Error('first');
        assert.equal(await thrownBy(attempt(1, () => Promise.reject(first))), first);
        const between = await kind.get(jobs, runId);
        assert.deepEqual(
          [between.status, between.error, between.attempts, between.heartbeatAt, between.endedAt],
          ['Running', 'first', 1, null, null],
        );
        await attempt(2, async (record) => {
          assert.deepEqual([record.attempts, record.error, record.status], [2, null, 'Running']);
          assert.deepEqual(await kind.get(jobs, runId), record);
        });
        const { status, attempts, error } = await kind.get(jobs, runId);
        assert.deepEqual([status, attempts, error], ['Completed', 2, null]);
        assert.equal(await codeOf(attempt(3, () => assert.fail())), 'ERR_JOB_FINISHED');
      });

      test('fails the row in the last of all attempts', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const fail = (number) =>
          thrownBy(
            kind.run(jobs, runId, () => Promise.reject(new Error(`${number}`)), {
              attempt: { number, of: 3 },
            }),
          );
        // The second one never came to the database.
        await fail(1);
        await fail(3);
        const { status, attempts, error } = await kind.get(jobs, runId);
        assert.deepEqual([status, attempts, error], ['Failed', 3, '3']);
      });

      test('takes two at once for one: the second is told that it is running, later that it is finished', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const again = () => refusalOf(kind.run(jobs, runId, () => assert.fail()));
        await kind.run(jobs, runId, async ({ heartbeatAt }) => {
          const error = await again();
          assert.deepEqual([error.code, error.statusCode, error.received], ['ERR_JOB_RUNNING', 409, runId]);
          assert.deepEqual(error.heartbeatAt, heartbeatAt);
          assert.ok(error.message.includes(heartbeatAt.toISOString()), error.message);
          assert.match(error.message, /^Job tracking record is Running in another attempt/);
        });
        assert.equal((await again()).code, 'ERR_JOB_FINISHED');
        assert.equal((await kind.get(jobs, runId)).attempts, 1);
      });

      test('goes on with a row that was merely made', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        if (kind.method === 'run') await jobs.createJob({ runId, jobType, notes: 'of its maker' });
        else await jobs.createClientRun(runId, { notes: 'of its maker' });
        await kind.run(jobs, runId, () => {}, { notes: 'unheard', metrics: { leads: 1 } });
        const { status, attempts, notes, metrics } = await kind.get(jobs, runId);
        assert.deepEqual([status, attempts, notes, metrics], ['Completed', 1, 'of its maker', {}]);
      });

      test('leaves it as it is when what it calls has ended it', async () => {
        const { jobs } = setUp();
        for (const [end, outcome] of [
          [() => 7, 'fulfilled'],
          [() => Promise.reject(new Error('after the end')), 'rejected'],
        ]) {
          const runId = await kind.newId(jobs);
          const [ended] = await Promise.allSettled([
            kind.run(jobs, runId, async () => {
              await kind.complete(jobs, runId, { status: 'No Leads To Score' });
              // What is counted late is counted, as ever.
              await kind.add(jobs, runId, { late: 1 });
              return end();
            }),
          ]);
          assert.equal(ended.status, outcome);
          const { status, error, metrics } = await kind.get(jobs, runId);
          assert.deepEqual([status, error, metrics], ['No Leads To Score', null, { late: 1 }]);
        }
      });

      test('keeps the row alive, outside of any run', async () => {
        const { jobs } = setUp();
        await start(
          async ({ runId, heartbeatAt }) => {
            let now;
            do {
              // A database in this process would leave timers no turn.
              await turn();
              now = (await kind.get(jobs, runId)).heartbeatAt;
            } while (now <= heartbeatAt);
          },
          { heartbeat: SOON },
        );
      });

      test('takes what it writes for a heartbeat', async () => {
        const { jobs } = setUp();
        await start(async ({ runId, heartbeatAt }) => {
          let last = heartbeatAt;
          const isLater = async (write) => {
            await silence(kind, runId);
            await write();
            const now = (await kind.get(jobs, runId)).heartbeatAt;
            assert.ok(now >= last, `${write}: ${now.toISOString()}`);
            last = now;
          };
          await isLater(() => kind.add(jobs, runId, { x: 1 }));
          await isLater(() => kind.add(jobs, runId, { x: 1 }, { once: 'key' }));
          await isLater(() => kind.update(jobs, runId, { notes: 'x' }));
          if (kind.method === 'run') await isLater(() => jobs.createClientRun(runId, { clientId: ANN }));
          if (kind.method === 'run') await jobs.completeClientRun(runId, { clientId: ANN });
        });
      });

      test('takes what others write for none', async () => {
        const { jobs } = setUp();
        const started = resolvers();
        const ended = resolvers();
        const running = start(({ runId }) => (started.resolve(runId), ended.promise));
        const runId = await started.promise;
        await silence(kind, runId);
        const { heartbeatAt } = await kind.add(jobs, runId, { x: 1 });
        assert.ok(heartbeatAt < Date.now() - 50 * MINUTE);
        ended.resolve();
        await running;
        assert.equal((await kind.get(jobs, runId)).status, 'Completed');
      });

      test('learns at the next write that it was failed, when and why, and writes nothing over it', async () => {
        const { jobs } = setUp();
        let failed;
        let runId;
        const error = await refusalOf(
          start(async (record) => {
            ({ runId } = record);
            await silence(kind, runId);
            const { heartbeatAt } = await kind.get(jobs, runId);
            const stale = await jobs.failStale({ olderThan: MINUTE });
            assert.deepEqual(stale[kind.list], [runId]);
            failed = await kind.get(jobs, runId);
            assert.deepEqual([failed.status, failed.attempts], ['Failed', 1]);
            assert.equal(
              failed.error,
              `No heartbeat since ${heartbeatAt.toISOString()}: failed by failStale()`,
            );
            assert.deepEqual(failed.heartbeatAt, heartbeatAt);
            for (const write of [
              () => kind.add(jobs, runId, { x: 1 }),
              () => kind.add(jobs, runId, { x: 1 }, { once: 'key' }),
              () => kind.update(jobs, runId, { notes: 'x' }),
              () => kind.complete(jobs, runId, { status: 'Failed' }),
            ]) {
              const lost = await refusalOf(write());
              assert.deepEqual([lost.code, lost.received], ['ERR_JOB_FINISHED', runId], String(write));
              assert.ok(lost.message.includes(failed.endedAt.toISOString()), lost.message);
              assert.ok(lost.message.includes(heartbeatAt.toISOString()), lost.message);
              assert.match(lost.message, /failStale\(\) failed it/);
              assert.deepEqual([lost.endedAt, lost.heartbeatAt], [failed.endedAt, heartbeatAt]);
            }
          }),
        );
        assert.equal(error.code, 'ERR_JOB_FINISHED');
        assert.match(error.message, /failStale\(\) failed it/);
        assert.deepEqual(await kind.get(jobs, runId), failed);
        // The key was not kept for an addition that was refused. Who is in no attempt may add to what has ended.
        assert.deepEqual((await kind.add(jobs, runId, { x: 1 }, { once: 'key' })).metrics, { x: 1 });
      });

      test('learns at the next heartbeat that it was failed', async () => {
        const { jobs } = setUp();
        let reason;
        await refusalOf(
          start(
            async ({ runId }, { signal }) => {
              const aborted = once(signal, 'abort');
              let stale;
              do {
                await turn();
                await silence(kind, runId);
                stale = await jobs.failStale({ olderThan: MINUTE });
              } while (stale[kind.list].length === 0);
              await aborted;
              ({ reason } = signal);
            },
            { heartbeat: SOON },
          ),
        );
        assert.ok(reason instanceof RunIdError, reason?.stack);
        assert.equal(reason.code, 'ERR_JOB_FINISHED');
      });

      test('takes over from an attempt that died, which writes nothing more', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const first = await refusalOf(
          kind.run(jobs, runId, async () => {
            await silence(kind, runId);
            await kind.run(
              jobs,
              runId,
              async ({ attempts }) => {
                assert.equal(attempts, 2);
                await kind.add(jobs, runId, { second: 1 });
              },
              { attempt: { number: 2, of: 3 } },
            );
            await refusalOf(kind.add(jobs, runId, { first: 1 }));
          }),
        );
        assert.equal(first.code, 'ERR_JOB_FINISHED');
        const { status, attempts, metrics } = await kind.get(jobs, runId);
        assert.deepEqual([status, attempts, metrics], ['Completed', 2, { second: 1 }]);
      });

      test('tells an attempt that died that another one is running', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const begun = resolvers();
        const handedOver = resolvers();
        const ended = resolvers();
        const first = kind.run(jobs, runId, async () => {
          begun.resolve();
          await handedOver.promise;
          const error = await refusalOf(kind.add(jobs, runId, { first: 1 }));
          assert.equal(error.code, 'ERR_JOB_RUNNING');
          assert.match(error.message, /This attempt missed three heartbeats/);
          assert.equal(await codeOf(kind.complete(jobs, runId)), 'ERR_JOB_RUNNING');
          if (kind.method === 'run') {
            const made = jobs.createClientRun(runId, { clientId: ANN });
            assert.equal(await codeOf(made), 'ERR_JOB_RUNNING');
            assert.equal(await codeOf(jobs.runClient(runId, ANN, () => {})), 'ERR_JOB_RUNNING');
          }
        });
        await begun.promise;
        await silence(kind, runId);
        const attempt = { number: 2, of: 2 };
        const second = kind.run(jobs, runId, () => (handedOver.resolve(), ended.promise), { attempt });
        assert.equal(await codeOf(first), 'ERR_JOB_RUNNING');
        ended.resolve();
        await second;
        const { status, attempts, metrics } = await kind.get(jobs, runId);
        assert.deepEqual([status, attempts, metrics], ['Completed', 2, {}]);
      });

      test('refuses malformed options and arguments before any query', async () => {
        const { jobs } = setUp();
        const runId = await kind.newId(jobs);
        const isCalled = () => assert.fail('called');
        for (const options of [
          { heartbeat: 99 },
          { heartbeat: 3_600_001 },
          { heartbeat: 150.5 },
          { heartbeat: '1000' },
          { heartbeat: null },
          { heartbeat: false },
          { attempt: 2 },
          { attempt: null },
          { attempt: [1, 2] },
          { attempt: { number: 1 } },
          { attempt: { of: 1 } },
          { attempt: { number: 1, of: undefined } },
          { attempt: { number: 0, of: 1 } },
          { attempt: { number: 3, of: 2 } },
          { attempt: { number: 1, of: 1_000_001 } },
          { attempt: { number: 1, of: Number.NaN } },
          { attempt: { number: 1, of: 1, more: 1 } },
          { attempt: { number: '1', of: 1 } },
          { notes: 7 },
          { metrics: { x: Number.NaN } },
          { unheardOf: 1 },
          { status: 'Failed' },
        ]) {
          const error = await thrownBy(kind.run(jobs, runId, isCalled, options));
          assert.ok(error instanceof TypeError, JSON.stringify(options));
          assert.ok(error.message.startsWith(`${kind.method}: `), error.message);
        }
        for (const fn of [undefined, null, 'fn', {}, Promise.resolve()]) {
          assert.ok((await thrownBy(kind.run(jobs, runId, fn))) instanceof TypeError);
        }
        await refusalOf(kind.get(jobs, runId));
      });

      test("throws the caller's own errors of options", async () => {
        const { jobs } = setUp();
        const odd = new Error('getter');
        const attempt = {
          of: 1,
          get number() {
            throw odd;
          },
        };
        assert.equal(await thrownBy(start(() => {}, { attempt })), odd);
        await refusalOf(kind.get(jobs, '000102-000000-Ann'.slice(0, kind.method === 'run' ? 13 : 17)));
      });
    });
  }

  test('run makes a run ID of its own', async () => {
    const { jobs } = setUp();
    let made;
    await jobs.run({ jobType }, (record) => {
      made = record;
      assert.equal(currentRunId(), record.runId);
    });
    assert.equal((await jobs.getJob(made.runId)).status, 'Completed');
    const attempt = { number: 1, of: 2 };
    await assert.rejects(
      jobs.run({ jobType, attempt }, () => assert.fail()),
      {
        name: 'TypeError',
        message: 'run: an attempt needs an existing run: pass its runId',
      },
    );
  });

  test('run mints nothing in place of an ID that was lost, and takes that of a job only', async () => {
    const { jobs } = setUp();
    for (const runId of [undefined, null, '', {}, Promise.resolve('251006-143000'), 'foo-bar']) {
      assert.match(
        await codeOf(jobs.run({ jobType, runId }, () => assert.fail())),
        /^ERR_RUN_ID_(TYPE|FORMAT)$/,
      );
    }
    assert.equal(
      await codeOf(jobs.run({ jobType, runId: `251006-143000-${ANN}` }, () => {})),
      'ERR_RUN_ID_KIND',
    );
    for (const options of [{}, { jobType: '' }, { jobType: 7 }, [], null, undefined]) {
      await assert.rejects(
        jobs.run(options, () => {}),
        TypeError,
      );
    }
  });

  test('run takes no job of another type for its own', async () => {
    const { jobs } = setUp();
    const { runId } = await jobs.createJob({ jobType: 'Post Harvesting' });
    assert.equal(await codeOf(jobs.run({ jobType, runId }, () => assert.fail())), 'ERR_JOB_EXISTS');
    assert.equal((await jobs.getJob(runId)).attempts, null);
  });

  test("runClient takes no other client's run, nor one of nobody", async () => {
    const { jobs } = setUp();
    const { runId } = await jobs.createJob({ jobType });
    const call = (id, clientId) => codeOf(jobs.runClient(id, clientId, () => assert.fail()));
    assert.equal(await call(`${runId}-${ANN}`, BOB), 'ERR_RUN_ID_CLIENT_MISMATCH');
    for (const clientId of [undefined, null, '', 'Ann Carver', {}]) {
      assert.equal(await call(runId, clientId), 'ERR_RUN_ID_CLIENT');
      assert.equal(await call(`${runId}-${ANN}`, clientId), 'ERR_RUN_ID_CLIENT');
    }
    assert.equal(await call('010203-040506', ANN), 'ERR_JOB_NOT_FOUND');
    assert.deepEqual(await jobs.listClientRuns(runId), []);
    await jobs.completeJob(runId);
    assert.equal(await call(runId, ANN), 'ERR_JOB_FINISHED');
  });

  test('runClient takes the base, too', async () => {
    const { jobs } = setUp();
    await jobs.run({ jobType }, async ({ runId }) => {
      const result = await jobs.runClient(runId, ANN, (run) => {
        assert.equal(currentRunId(), `${runId}-${ANN}`);
        return run.clientId;
      });
      assert.equal(result, ANN);
      assert.equal(currentRunId(), runId);
      assert.equal((await jobs.getClientRun(runId, { clientId: ANN })).status, 'Completed');
    });
  });

  test('a completion that is refused is no failed job, and somebody can end it', async () => {
    const { jobs } = setUp();
    let runId;
    const error = await refusalOf(
      jobs.run({ jobType }, async (job) => {
        ({ runId } = job);
        await jobs.createClientRun(runId, { clientId: ANN });
      }),
    );
    assert.equal(error.code, 'ERR_JOB_OPEN_CLIENTS');
    const job = await jobs.getJob(runId);
    assert.deepEqual([job.status, job.heartbeatAt, job.error], ['Running', null, error.message]);
    await jobs.completeClientRun(runId, { clientId: ANN });
    assert.equal((await jobs.completeJob(runId)).status, 'Completed');
  });

  test('a job whose call failed is Failed, whatever its client runs are', async () => {
    const { jobs } = setUp();
    let runId;
    await thrownBy(
      jobs.run({ jobType }, async (job) => {
        ({ runId } = job);
        await jobs.createClientRun(runId, { clientId: ANN });
        throw new Error('cut short');
      }),
    );
    assert.equal((await jobs.getJob(runId)).status, 'Failed');
    assert.equal((await jobs.getClientRun(runId, { clientId: ANN })).status, 'Running');
  });

  test('failStale fails only what missed three heartbeats of its own, and is old enough', async () => {
    const { jobs, run } = setUp();
    const plain = await jobs.createJob({ jobType });
    await run(`UPDATE job_tracking SET started_at = '2003-01-01' WHERE run_id = '${plain.runId}'`);
    const waiting = generateTimestampRunId();
    const attempt = { number: 1, of: 2 };
    await thrownBy(jobs.run({ jobType, runId: waiting, attempt }, () => Promise.reject(new Error('x'))));
    const failedBy = async (olderThan) => (await jobs.failStale({ olderThan })).jobs;
    await jobs.run({ jobType, heartbeat: 3_600_000 }, async ({ runId }) => {
      for (const hours of [1, 2]) {
        await silence(kinds[0], runId);
        assert.deepEqual(await failedBy(300), [], `${hours} of its heartbeats are missing`);
      }
    });
    await jobs.run({ jobType }, async ({ runId }) => {
      await silence(kinds[0], runId);
      assert.deepEqual(await failedBy(2 * 3_600_000), []);
      // A client run that is alive shows that the job is.
      await jobs.runClient(runId, ANN, async () => {
        await silence(kinds[0], runId);
        assert.deepEqual(await failedBy(MINUTE), []);
        await silence(kinds[1], `${runId}-${ANN}`);
        await jobs.addClientMetrics(runId, { x: 1 }, { clientId: ANN });
        assert.deepEqual(await failedBy(MINUTE), []);
      });
      await jobs.updateJob(runId, { notes: 'alive' });
      assert.deepEqual(await failedBy(MINUTE), []);
    });
    assert.equal((await jobs.getJob(plain.runId)).status, 'Running');
    assert.equal((await jobs.getJob(waiting)).status, 'Running');
    for (const options of [
      undefined,
      null,
      {},
      { olderThan: undefined },
      { olderThan: 299 },
      { olderThan: 0 },
      { olderThan: -1 },
      { olderThan: 1e21 },
      { olderThan: '60000' },
      { olderThan: Number.NaN },
      { olderThan: MINUTE, jobType },
    ]) {
      await assert.rejects(jobs.failStale(options), TypeError, JSON.stringify(options));
    }
  });

  test('metrics with a key are counted once', async () => {
    const { jobs } = setUp();
    for (const { newId, add } of [
      { newId: async () => (await jobs.createJob({ jobType })).runId, add: kinds[0].add },
      {
        newId: async () =>
          (await jobs.createClientRun((await jobs.createJob({ jobType })).runId, { clientId: ANN })).runId,
        add: kinds[1].add,
      },
    ]) {
      const runId = await newId();
      const wide = '\u4e00'.repeat(512);
      for (const once of ["it's ?", wide]) {
        const ends = await Promise.all([1, 2, 3].map(() => add(jobs, runId, { posts: 1 }, { once })));
        for (const { metrics } of ends.slice(1)) assert.ok(metrics.posts >= 1);
      }
      assert.deepEqual((await add(jobs, runId, { posts: 40 }, { once: wide })).metrics, { posts: 2 });
      assert.deepEqual((await add(jobs, await newId(), { posts: 1 }, { once: wide })).metrics, { posts: 1 });
      for (const once of [undefined, null, '', 7, 'x'.repeat(10_240), 'x'.repeat(513), 'a\0', '\ud800', {}]) {
        const error = await thrownBy(add(jobs, runId, { posts: 1 }, { once }));
        assert.ok(error instanceof TypeError, String(error.stack));
        assert.match(error.message, /^add(Job|Client)Metrics: once must be a string of 1 to 512 characters/);
      }
      assert.deepEqual((await add(jobs, runId, {})).metrics, { posts: 2 });
    }
    assert.equal(
      await codeOf(jobs.addJobMetrics('010203-040506', { posts: 1 }, { once: 'key' })),
      'ERR_JOB_NOT_FOUND',
    );
    const { runId } = await jobs.createJob({ jobType });
    assert.equal(
      await codeOf(jobs.addClientMetrics(`${runId}-${ANN}`, { posts: 1 }, { once: 'key', clientId: BOB })),
      'ERR_RUN_ID_CLIENT_MISMATCH',
    );
  });

  test('metrics that can not be added do not use up their key', async () => {
    const { jobs } = setUp();
    const { runId } = await jobs.createJob({ jobType, metrics: { x: Number.MAX_VALUE } });
    await assert.rejects(jobs.addJobMetrics(runId, { x: Number.MAX_VALUE }, { once: 'key' }));
    const { metrics } = await jobs.addJobMetrics(runId, { y: 1 }, { once: 'key' });
    assert.deepEqual(metrics, { x: Number.MAX_VALUE, y: 1 });
  });

  test('jobs are listed from the newest one on, by type and between two', async () => {
    const { jobs } = setUp();
    const made = [1, 2, 3, 4].map((second) => `000401-00000${second}`);
    for (const [at, runId] of made.entries()) {
      await jobs.createJob({ runId, jobType: at % 2 === 0 ? 'even' : 'odd' });
    }
    await jobs.completeJob(made[3]);
    const before = '000401-000005';
    const listed = async (options) => idsOf(await jobs.listJobs({ before, ...options }));
    assert.deepEqual(await listed({ order: 'desc', limit: 2 }), [made[3], made[2]]);
    assert.deepEqual(await listed({ order: 'desc', before: made[2], limit: 2 }), [made[1], made[0]]);
    assert.deepEqual(await listed({ order: 'desc', jobType: 'odd', limit: 2 }), [made[3], made[1]]);
    const first = '000401-000000';
    assert.deepEqual(await listed({ order: 'asc', after: first, jobType: 'even' }), [made[0], made[2]]);
    assert.deepEqual(await listed({ after: made[0] }), made.slice(1));
    assert.deepEqual(
      await listed({ order: 'desc', after: first, status: 'Running' }),
      made.slice(0, 3).reverse(),
    );
    for (const options of [{ order: 'DESC' }, { order: null }, { before: 'x' }, { jobType: '' }]) {
      await assert.rejects(jobs.listJobs(options), TypeError);
    }
  });

  test('a client is shown its own runs of all jobs, and nothing of others', async () => {
    const { jobs } = setUp();
    const clientId = 'Lee-Marlow';
    const bases = [1, 2, 3].map((second) => `000402-00000${second}`);
    for (const runId of bases) {
      await jobs.createJob({ runId, jobType });
      for (const one of [clientId, `${clientId}-2`, BOB])
        await jobs.createClientRun(runId, { clientId: one });
    }
    await jobs.completeClientRun(bases[0], { clientId });
    const own = bases.map((base) => `${base}-${clientId}`);
    const listed = async (options) => idsOf(await jobs.listClientRuns({ clientId, ...options }));
    assert.deepEqual(await listed(), own);
    assert.deepEqual(await listed({ order: 'desc', limit: 2 }), [own[2], own[1]]);
    assert.deepEqual(await listed({ order: 'desc', before: own[2] }), [own[1], own[0]]);
    assert.deepEqual(await listed({ after: own[0] }), own.slice(1));
    assert.deepEqual(await listed({ status: 'Completed' }), [own[0]]);
    assert.deepEqual(await listed({ startedBefore: new Date('2001-01-01') }), []);
    assert.deepEqual(await jobs.listClientRuns({ clientId: 'Nobody' }), []);
    assert.deepEqual((await jobs.listClientRuns({ clientId }))[0], await jobs.getClientRun(own[0]));
    assert.deepEqual(idsOf(await jobs.listClientRuns(bases[0], { order: 'desc', limit: 1 })), [
      `${bases[0]}-${clientId}-2`,
    ]);
    for (const lost of [undefined, null, '', 'Lee Marlow', {}]) {
      assert.equal(await codeOf(jobs.listClientRuns({ clientId: lost })), 'ERR_RUN_ID_CLIENT');
    }
    assert.equal(await codeOf(jobs.listClientRuns({ status: 'Running' })), 'ERR_RUN_ID_TYPE');
    await assert.rejects(jobs.listClientRuns({ clientId, unheardOf: 1 }), TypeError);
    await assert.rejects(jobs.listClientRuns({ clientId }, { status: 'Running' }), TypeError);
  });

  describe('deletion', () => {
    const link = { system: 'crawler' };

    /** Ended jobs of 2001, each with a client run, its links and its keys. */
    async function fill(day, count, clientId) {
      const { jobs, run } = setUp();
      await run(
        `INSERT INTO job_tracking (run_id, job_type, status, started_at, ended_at)
          SELECT '${day}-00' || to_char(n / 60, 'FM00') || to_char(n % 60, 'FM00'), 'x', 'Completed',
            '2001-01-01', '2001-01-01' FROM generate_series(0, ${count - 1}) AS n`,
      );
      await run(
        `INSERT INTO client_run_results (run_id, job_run_id, client_id, status, started_at, ended_at)
          SELECT run_id || '-${clientId}', run_id, '${clientId}', 'Failed', '2001-01-01', '2001-01-01'
          FROM job_tracking WHERE run_id LIKE '${day}-%'`,
      );
      for (const runId of [`${day}-000000`, `${day}-000000-${clientId}`]) {
        await jobs.linkExternalId({ runId, ...link, externalId: runId });
      }
      await jobs.addJobMetrics(`${day}-000000`, { x: 1 }, { once: 'key' });
      await jobs.addClientMetrics(`${day}-000000-${clientId}`, { x: 1 }, { once: 'key' });
    }

    /** How many rows begin with that day, in all tables. */
    async function rowsOf(day) {
      const { jobs, run } = setUp();
      const marker = `rows of ${day}`;
      // Any client shows what is there by way of a record of its own.
      const { runId } = await jobs.createJob({ jobType });
      await run(
        `UPDATE job_tracking SET notes = (SELECT '${marker} ' || string_agg(counted::text, ' ' ORDER BY at) FROM (
          SELECT 1 AS at, count(*) AS counted FROM job_tracking WHERE run_id LIKE '${day}-%'
          UNION ALL SELECT 2, count(*) FROM client_run_results WHERE run_id LIKE '${day}-%'
          UNION ALL SELECT 3, count(*) FROM run_external_ids WHERE run_id LIKE '${day}-%'
          UNION ALL SELECT 4, count(*) FROM run_metric_keys WHERE run_id LIKE '${day}-%'
        ) AS counts) WHERE run_id = '${runId}'`,
      );
      return (await jobs.getJob(runId)).notes.slice(marker.length + 1);
    }

    test('of jobs takes ended ones with all that is theirs, in steps', async () => {
      const { jobs, run } = setUp();
      await fill('000501', 1050, ANN);
      await jobs.createJob({ runId: '000501-010000', jobType });
      await run("UPDATE job_tracking SET started_at = '2001-01-01' WHERE run_id = '000501-010000'");
      assert.equal(await rowsOf('000501'), '1051 1050 2 2');
      const startedBefore = new Date('2001-01-02');
      assert.deepEqual(await jobs.deleteJobs({ startedBefore, status: 'Failed' }), {
        jobs: 0,
        clientRuns: 0,
        externalIds: 0,
      });
      assert.deepEqual(await jobs.deleteJobs({ startedBefore: new Date('2001-01-01') }), {
        jobs: 0,
        clientRuns: 0,
        externalIds: 0,
      });
      assert.deepEqual(await jobs.deleteJobs({ startedBefore }), {
        jobs: 1050,
        clientRuns: 1050,
        externalIds: 2,
      });
      assert.equal(await rowsOf('000501'), '1 0 0 0');
      assert.deepEqual((await jobs.deleteJobs({ startedBefore, status: 'Running' })).jobs, 1);
      assert.equal(await rowsOf('000501'), '0 0 0 0');
      for (const options of [
        undefined,
        {},
        { startedBefore: undefined },
        { status: 'Failed' },
        { startedBefore: '2001-01-02' },
        { startedBefore, status: 'Done' },
        { startedBefore, clientId: ANN },
      ]) {
        await assert.rejects(jobs.deleteJobs(options), TypeError, JSON.stringify(options));
      }
    });

    test('never takes what an attempt is at', async () => {
      const { jobs, run } = setUp();
      const startedBefore = new Date('2001-01-02');
      const old = (relation, runId) =>
        run(`UPDATE ${relation} SET started_at = '2001-01-01' WHERE run_id = '${runId}'`);
      await jobs.run({ jobType }, async ({ runId }) => {
        await old('job_tracking', runId);
        await jobs.runClient(runId, 'Held-Corp', async () => {
          await old('client_run_results', `${runId}-Held-Corp`);
          // The job has ended by force, but its client run is at work.
          await jobs.completeJob(runId, { force: true });
          assert.equal((await jobs.deleteJobs({ startedBefore })).jobs, 0);
          const erased = await jobs.deleteClientRuns({ clientId: 'Held-Corp', status: 'Running' });
          assert.deepEqual(erased, { clientRuns: 0, externalIds: 0, left: 1 });
        });
        assert.equal((await jobs.deleteClientRuns({ clientId: 'Held-Corp' })).clientRuns, 1);
        assert.equal((await jobs.deleteJobs({ startedBefore })).jobs, 1);
      });
    });

    test("of a client's runs takes those of no other, and says what is left", async () => {
      const { jobs } = setUp();
      await fill('000502', 520, 'Erased-Corp');
      await jobs.createJob({ runId: '000502-010000', jobType });
      await jobs.createClientRun('000502-010000', { clientId: 'Erased-Corp' });
      await jobs.createClientRun('000502-010000', { clientId: 'Erased-Corp-2' });
      assert.equal(await rowsOf('000502'), '521 522 2 2');
      const clientId = 'Erased-Corp';
      const startedBefore = new Date('2001-01-01');
      assert.deepEqual(await jobs.deleteClientRuns({ clientId, startedBefore }), {
        clientRuns: 0,
        externalIds: 0,
        left: 521,
      });
      assert.deepEqual(await jobs.deleteClientRuns({ clientId }), {
        clientRuns: 520,
        externalIds: 1,
        left: 1,
      });
      assert.equal(await rowsOf('000502'), '521 2 1 1');
      const { clientRuns, left } = await jobs.deleteClientRuns({ clientId, status: 'Running' });
      assert.deepEqual([clientRuns, left], [1, 0]);
      assert.equal(await rowsOf('000502'), '521 1 1 1');
      for (const lost of [
        {},
        { clientId: undefined },
        { clientId: null },
        { clientId: '' },
        { clientId: 'a b' },
      ]) {
        assert.equal(await codeOf(jobs.deleteClientRuns(lost)), 'ERR_RUN_ID_CLIENT');
      }
      for (const options of [undefined, 'Erased-Corp', { clientId, jobType }, { clientId, status: 'Done' }]) {
        await assert.rejects(jobs.deleteClientRuns(options), TypeError);
      }
    });
  });
}

/** As Promise.withResolvers, which Node.js 20 has not. */
function resolvers() {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
}

module.exports = { testJobLife };
