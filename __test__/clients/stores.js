'use strict';

// Claiming run IDs in stores that are not PostgreSQL, on a real Redis: in the way of docs/stores.md, in a store that
// has no order of keys, and in one that takes every record.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, afterEach, before, describe, test } = require('node:test');
const IORedis = require('ioredis');
const { RunIdError, configure, generateTimestampRunId } = require('../../index.js');
const { Redis } = require('../../tools/redis.js');
const { Workspace } = require('../../tools/workspace.js');

const EXAMPLE = path.join(__dirname, '..', '..', 'examples', 'redis-store.js');
const { RunRecords } = require(EXAMPLE);

const PROCESSES = 6;
const CLAIMS = 100;

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;

const options = { skip: !Redis.isHere(), timeout: 60_000 };
const workspace = new Workspace({ after });

let server;
let redis;

before(async () => {
  if (options.skip) return;
  configure({ logger: null });
  server = await Redis.start();
  redis = new IORedis(server.url);
});
afterEach(() => redis?.flushall());
after(async () => {
  redis?.disconnect();
  await server?.stop();
});

/** What six processes answer that claim at once, each by a function of its Redis. */
async function claimAtOnce(claims, env = {}) {
  const work = async (url, processes, count, source, example) => {
    const Client = require('ioredis');
    const client = new Client(url);
    require('unified-run-id').configure({ logger: null });
    const claim = new Function('redis', 'require', 'example', `return (${source})(redis, require, example)`)(
      client,
      require,
      example,
    );
    const made = [];
    const errors = [];
    await client.incr('ready');
    while (Number(await client.get('ready')) < processes) await new Promise(setImmediate);
    for (let number = 0; number < count; number++) {
      try {
        made.push(await claim(number));
      } catch ({ code, runId, message }) {
        errors.push({ code, runId, message });
      }
    }
    client.disconnect();
    console.log(JSON.stringify({ made, errors }));
  };
  const args = [server.url, PROCESSES, CLAIMS, String(claims), EXAMPLE];
  const modules = path.join(__dirname, 'node_modules');
  const answers = await Promise.all(
    Array.from({ length: PROCESSES }, () =>
      workspace.ask(work, { args, env: { NODE_PATH: modules, ...env } }),
    ),
  );
  return {
    made: answers.flatMap(({ made }) => made),
    errors: answers.flatMap(({ errors }) => errors),
  };
}

describe(`${PROCESSES} processes that claim ${CLAIMS} run IDs each`, () => {
  const all = PROCESSES * CLAIMS;

  function assertDistinct({ made, errors }) {
    assert.deepEqual(errors, []);
    assert.equal(new Set(made).size, all);
  }

  test('get none twice in the store of the documents', options, async () => {
    const claimed = await claimAtOnce((client, load, example) => {
      const records = new (load(example).RunRecords)(client);
      return (number) => records.createJob({ number });
    });
    assertDistinct(claimed);
    assert.deepEqual(await redis.zrange('runs', 0, -1), claimed.made.sort());
    assert.equal((await redis.keys('run:*')).length, all);
  });

  test('get none twice where the store can only say which of some IDs exist', options, async () => {
    const claimed = await claimAtOnce((client, load) => {
      const { claimRunId } = load('unified-run-id/job-tracking');
      const keyOf = (runId) => `run:${runId}`;
      return () =>
        claimRunId({
          create: async (runId) => (await client.set(keyOf(runId), '{}', 'NX')) === 'OK',
          async existing(runIds) {
            const found = await client.mget(runIds.map(keyOf));
            return runIds.filter((_, at) => found[at] !== null);
          },
        });
    });
    assertDistinct(claimed);
  });

  const inStoreThatTakesAll = (client, load) => {
    const { claimRunId } = load('unified-run-id/job-tracking');
    return (number) =>
      claimRunId({
        create: async (runId) => (await client.rpush(`rows:${runId}`, String(number))) > 0,
        get: (runId) => client.lrange(`rows:${runId}`, 0, -1),
      });
  };

  test('get none twice in a store that takes every record, by one sequence file', options, async () => {
    const file = workspace.path('sequence');
    assertDistinct(await claimAtOnce(inStoreThatTakesAll, { RUN_ID_SEQUENCE_FILE: file }));
    for (const key of await redis.keys('rows:*')) assert.equal(await redis.llen(key), 1, key);
  });

  test('are told of each ID that has two rows where there is none', options, async () => {
    const { made, errors } = await claimAtOnce(inStoreThatTakesAll);
    assert.equal(new Set(made).size, made.length, 'no ID was given to two');
    const twice = [];
    for (const key of await redis.keys('rows:*')) {
      if ((await redis.llen(key)) > 1) twice.push(key.slice('rows:'.length));
    }
    assert.ok(twice.length > 0, 'they clashed');
    const told = errors.filter(({ code }) => code === 'ERR_JOB_EXISTS');
    assert.deepEqual([...new Set(told.map(({ runId }) => runId))].sort(), twice.sort());
  });
});

describe('the store of the documents', () => {
  let records;
  before(() => {
    records = new RunRecords(redis);
  });

  test('finds what it made, by exactly its run ID', options, async () => {
    const runId = await records.createJob({ jobType: 'Lead Scoring' });
    const client = await records.createClientRun(runId, 'Ann-Carver', { leads: 12 });
    assert.deepEqual(await records.find(runId), { jobType: 'Lead Scoring', runId });
    assert.deepEqual(await records.find(client), { leads: 12, runId: client });
    await assert.rejects(records.createClientRun(runId, 'Ann-Carver', {}), /already exists/);
    await assert.rejects(records.find({ runId }), (error) => error instanceof RunIdError);
  });

  for (const [wrong, right, reason] of [
    [`${BASE}-ann-carver`, ANN, 'case-changed'],
    [`${BASE}-Ann_Carver`, ANN, 'separator-changed'],
    [`${BASE}-undefined`, ANN, 'placeholder-client'],
    [`${ANN}-Ann-Carver`, ANN, 'suffix-twice'],
    [`${BASE}-Lee-Marlow-Ann-Carver`, ANN, 'suffix-added'],
    [`${BASE}-Ann`, ANN, 'suffix-cut'],
    [BASE, ANN, 'suffix-missing'],
    ['251006-163000-Ann-Carver', ANN, 'time-zone-shift'],
    ['251006-134000-Ann-Carver', ANN, 'digits-exchanged'],
    ['251007-143000-Ann-Carver', ANN, 'date-changed'],
    [`${BASE}-Acme-Corp`, ANN, 'suffix-of-another-client'],
  ]) {
    test(`says of ${wrong} that it is ${reason}`, options, async () => {
      await records.createClientRun(BASE, 'Ann-Carver', {});
      await assert.rejects(records.find(wrong), (error) => {
        assert.equal(error.message, `Job tracking record not found: ${wrong}`);
        assert.deepEqual(error.near, [{ runId: right, reason }]);
        assert.deepEqual(Object.keys(error), []);
        return true;
      });
    });
  }

  test('has nothing near a run ID of another year', options, async () => {
    await records.createClientRun(BASE, 'Ann-Carver', {});
    await assert.rejects(records.find(generateTimestampRunId()), ({ near }) => near.length === 0);
  });
});
