'use strict';

// examples/end-to-end: 200 runs at once through an API, a queue, a worker, a child process, a webhook and PostgreSQL, one
// with each of the ways in which a run ID gets lost or changed without a word.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { FAULTS } = require('../../examples/end-to-end/faults.js');
const { runAll } = require('../../examples/end-to-end/run.js');
const { isRejection, tellingOf } = require('../../examples/end-to-end/telling.js');
const { Postgres } = require('../../tools/postgres.js');
const { Redis } = require('../../tools/redis.js');

const COUNT = 200;

const isHere = Postgres.isHere() && Redis.isHere();
const told = Object.entries(FAULTS).flatMap(([fault, { told: telling }]) =>
  telling === undefined ? [] : [{ fault, ...telling }],
);

describe('a run through everything that hands it on', { skip: !isHere }, () => {
  let postgres;
  let redis;
  let all;

  before(async () => {
    postgres = await Postgres.start();
    redis = await Redis.start();
    const databaseUrl = await postgres.freshSchema();
    all = await runAll({ count: COUNT, databaseUrl, redisUrl: redis.url });
  });

  after(async () => {
    await redis?.stop();
    await postgres?.stop();
  });

  test('every run without a fault is completed, and no finding is about it', () => {
    const clean = all.runs.filter(({ fault }) => FAULTS[fault]?.told === undefined);
    assert.equal(clean.length, COUNT - told.length);
    for (const { runId, status } of clean) assert.equal(status, 'Completed', runId);
    const ids = new Set(clean.map(({ runId }) => runId));
    const about = all.findings.filter(({ runId, expected }) => ids.has(runId) || ids.has(expected));
    assert.deepEqual(about, []);
  });

  for (const { fault } of told) {
    test(`${fault}: the error, and where it is far from the fault, the culprit`, () => {
      const run = all.runs.find((one) => one.fault === fault);
      assert.notEqual(tellingOf(run, all), undefined, JSON.stringify(all.findings, null, 1));
    });
  }

  test('there is no other error', () => {
    const rejections = all.events.filter(({ event, service }) => event === 'reject' && service !== 'api.js');
    for (const { code, at } of told) {
      const alike = told.filter((other) => other.code === code && other.at === at);
      const times = alike.reduce((sum, other) => sum + other.times, 0);
      const found = rejections.filter((event) => isRejection(event, code, at));
      assert.equal(found.length, times, `${code} in ${at}`);
    }
    const expected = told.reduce((sum, { times }) => sum + times, 0);
    assert.equal(rejections.length, expected);
  });
});
