'use strict';

// Claiming run IDs in a store of the application's, and the diagnosis of what it doesn't find.

const assert = require('node:assert/strict');
const { afterEach, beforeEach, describe, test } = require('node:test');
const { configure, generateTimestampRunId, parseRunId, stats } = require('../index.js');
const { claimRunId, nearRunIds, rankNear } = require('../lib/job-tracking/index.js');
const { recordsDuring, refusalOf } = require('./job-tracking.suite.js');
const { checked } = require('./support/checked.js');
const { HOSTILE_VALUES } = require('./support/hostile-values.js');
const { NOON, NOON_BASE, startAtNoon } = require('./support/issued.js');
const { codeOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const HOUR = 3_600_000;

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;

const at = (second) =>
  `251006-12${String(Math.floor(second / 60)).padStart(2, '0')}${String(second % 60).padStart(2, '0')}`;

beforeEach(() => {
  configure({ logger: null });
  startAtNoon();
});
afterEach(() => configure({ now: null, maxLeadSeconds: 3600 }));

/** A store that refuses a second record of an ID. */
class Store {
  constructor(...taken) {
    this.taken = new Set(taken);
    this.tried = [];
  }

  create = (runId) => {
    this.tried.push(runId);
    return !this.taken.has(runId) && Boolean(this.taken.add(runId));
  };
}

/** The same as `claimRunId` takes it. */
const storeOf = (...taken) => ({ create: new Store(...taken).create });

/** The first `count` seconds after noon. */
const firstSeconds = (count) => Array.from({ length: count }, (_, second) => at(second));

describe('claimRunId', () => {
  test('makes the record of a new run ID, and returns that', async () => {
    const { create, taken } = new Store();
    assert.equal(await claimRunId({ create }), NOON_BASE);
    assert.equal(await claimRunId({ create: async (runId) => create(runId) }), at(1));
    assert.deepEqual([...taken], firstSeconds(2));
  });

  test('goes past what is taken, never beyond the 64th try', async () => {
    const { create, tried, taken } = new Store(...firstSeconds(20));
    const runId = await claimRunId({ create });
    assert.ok(runId >= at(20) && taken.has(runId), runId);

    tried.length = 0;
    const refused = { create: (runId) => tried.push(runId) < 0 };
    const error = await refusalOf(claimRunId(refused));
    assert.deepEqual([error.code, error.retryAfterMs, tried.length], ['ERR_RUN_ID_EXHAUSTED', 1000, 64]);
    assert.equal(new Set(tried).size, 64);
  });

  test('jumps beyond the greatest after the first clash', async () => {
    const { create, tried } = new Store(...firstSeconds(600));
    const bounds = [];
    const greatest = (bound) => {
      bounds.push(bound);
      return `${at(599)}-Ann-Carver`;
    };
    const runId = await claimRunId({ create, greatest });
    assert.ok(runId >= at(600) && runId <= at(607), runId);
    assert.deepEqual(tried, [NOON_BASE, runId]);
    assert.deepEqual(bounds, ['251006-130000'], 'the clock and the lead');
  });

  test('finds its way past what exists without an order of keys', async () => {
    const { create, tried, taken } = new Store(...firstSeconds(600));
    const asked = [];
    const existing = async (runIds) => {
      asked.push(runIds);
      return runIds.filter((runId) => taken.has(runId)).reverse();
    };
    const runId = await claimRunId({ create, existing });
    assert.ok(runId >= at(600), runId);
    assert.ok(tried.length <= 11, `${tried.length} tries`);
    for (const [number, runIds] of asked.entries()) {
      assert.equal(runIds.length, 64);
      assert.ok(runIds[0] > tried[number], 'none that is known to be taken');
    }
  });

  test('asks for none beyond the lead', async () => {
    configure({ maxLeadSeconds: 3 });
    const asked = [];
    const existing = (runIds) => {
      asked.push(runIds);
      return runIds;
    };
    const error = await refusalOf(claimRunId({ create: () => false, existing }));
    assert.equal(error.code, 'ERR_RUN_ID_EXHAUSTED');
    assert.deepEqual(asked, [[at(1), at(2), at(3)]]);
  });

  test('steps apart at random', async () => {
    const steps = new Set();
    for (let claim = 0; claim < 50; claim++) {
      startAtNoon();
      steps.add(await claimRunId(storeOf(NOON_BASE)));
    }
    assert.ok(steps.size > 3, `${steps.size} different steps`);
    for (const runId of steps) assert.ok(runId > NOON_BASE && runId <= at(8), runId);
  });

  test('raises the sequence of the test, and never the real one', async () => {
    configure({ now: null });
    const startOf = (runId) => parseRunId(runId).startedAt.getTime();
    const before = startOf(generateTimestampRunId());
    // As far as the real one might be raised.
    const soon = Date.now() + HOUR / 2;
    configure({ now: () => soon });
    const first = generateTimestampRunId();
    configure({ now: () => soon });
    assert.ok((await claimRunId({ ...storeOf(first), greatest: () => first })) > first);
    configure({ now: null });
    assert.ok(startOf(generateTimestampRunId()) - before < HOUR / 4);
  });

  test('tells of each try', async () => {
    const counted = () => stats().records.job;
    const before = counted();
    const events = await recordsDuring(async () => await claimRunId(storeOf(NOON_BASE)));
    assert.deepEqual(
      events.map(({ method, action, table, clientId }) => ({ method, action, table, clientId })),
      ['clash', 'created'].map((action) => ({ method: 'claimRunId', action, table: 'job', clientId: null })),
    );
    assert.equal(events[0].runId, NOON_BASE);
    for (const event of events) {
      assert.ok(event.durationMs >= 0);
      assert.match(event.at, /stores\.test\.js/);
    }
    assert.deepEqual([counted().clash - before.clash, counted().created - before.created], [1, 1]);
  });

  for (const [title, value] of [...HOSTILE_VALUES, ['a store of another library', new Map()]]) {
    test(`refuses as a store ${title}`, async () => {
      await assert.rejects(claimRunId(value), (error) => error instanceof Error);
      assert.equal(generateTimestampRunId(), NOON_BASE, 'no second was used up');
    });
  }

  test('refuses what is no function, and what it does not know, before an ID is used up', async () => {
    const { create } = new Store();
    for (const [store, words] of [
      [undefined, /^claimRunId: the options must be a plain object$/],
      [[create], /must be a plain object/],
      [{}, /^claimRunId: create must be a function$/],
      [{ create: undefined }, /^claimRunId: create must be a function$/],
      [{ create: 'INSERT' }, /create must be a function/],
      ...['get', 'greatest', 'existing'].flatMap((name) =>
        [undefined, null, true, 'x'].map((value) => [
          { create, [name]: value },
          new RegExp(`^claimRunId: ${name} must be a function$`),
        ]),
      ),
      [
        { create, insert: create },
        /unknown option "insert"; expected one of create, get, existing, greatest/,
      ],
    ]) {
      await assert.rejects(claimRunId(store), { name: 'TypeError', message: words });
    }
    assert.equal(generateTimestampRunId(), NOON_BASE);
  });

  /** The error of a function that answered what it may not. */
  async function answerRefused(store, words) {
    const error = await refusalOf(claimRunId({ create: () => false, ...store }));
    assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_DATABASE', 500]);
    assert.match(error.message, words);
    assert.match(error.message, /^The store cannot be used to claim run IDs: [ -~]*docs\/stores\.md/);
    assert.match(error.stack, /stores\.test\.js/);
    return error;
  }

  test('refuses any answer of create but true and false, and names the ID that it may have made', async () => {
    for (const answer of [
      undefined,
      null,
      0,
      1,
      'OK',
      '',
      [],
      {},
      Symbol('true'),
      new Boolean(true),
      () => true,
    ]) {
      startAtNoon();
      const error = await answerRefused(
        { create: async () => answer },
        /create returned .*; expected true if/,
      );
      assert.equal(error.runId, NOON_BASE);
    }
  });

  test('refuses an answer of greatest that is no run ID, or beyond what can exist', async () => {
    for (const answer of [
      7,
      '',
      '251306-143000',
      [NOON_BASE],
      { runId: NOON_BASE },
      '251006-130001',
      '991231-235959',
    ]) {
      const error = await answerRefused(
        { greatest: () => answer },
        /greatest returned .*; expected the greatest/,
      );
      assert.equal(error.runId, undefined, 'nothing was made');
      startAtNoon();
    }
    for (const answer of [undefined, null, NOON_BASE, '251006-130000', '200101-000000']) {
      const { create } = new Store(NOON_BASE);
      startAtNoon();
      // At the bound no more can be generated, which is another error.
      await claimRunId({ create, greatest: () => answer }).catch(({ code }) => {
        assert.equal(code, 'ERR_RUN_ID_EXHAUSTED');
      });
    }
  });

  test('refuses an answer of existing that it did not ask for', async () => {
    for (const answer of [undefined, null, 'x', new Set([at(1)]), { 0: at(1) }]) {
      await answerRefused({ existing: () => answer }, /existing returned .*; expected an array/);
      startAtNoon();
    }
    for (const odd of [NOON_BASE, `${at(1)}-Ann-Carver`, undefined, null, 1, {}]) {
      await answerRefused({ existing: (runIds) => [runIds[0], odd] }, /existing returned .*; expected only/);
      startAtNoon();
    }
  });

  test('carries the run ID where create failed in a way that leaves the outcome open', async () => {
    for (const cause of [
      new Error('socket hang up'),
      Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      'x',
      undefined,
    ]) {
      startAtNoon();
      for (const create of [
        () => Promise.reject(cause),
        () => {
          throw cause;
        },
      ]) {
        startAtNoon();
        const [event, error] = await unknownOf({ create });
        assert.deepEqual(
          [error.code, error.statusCode, error.runId],
          ['ERR_JOB_UNKNOWN_OUTCOME', 503, NOON_BASE],
        );
        assert.equal(error.cause, cause);
        assert.deepEqual([event.action, event.runId], ['unknown', NOON_BASE]);
      }
    }
  });

  async function unknownOf(store) {
    let error;
    const events = await recordsDuring(async () => {
      error = await refusalOf(claimRunId(store));
    });
    return [events.at(-1), error];
  }

  test('passes on what proves that nothing was made', async () => {
    for (const cause of [
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }),
      Object.assign(new Error('violates'), { code: '23514', severity: 'ERROR' }),
    ]) {
      await assert.rejects(claimRunId({ create: () => Promise.reject(cause) }), (error) => error === cause);
    }
  });

  test('passes on what the other functions throw before anything is made', async () => {
    const cause = new Error('rate limit');
    const fail = () => Promise.reject(cause);
    for (const store of [
      { create: () => assert.fail('made'), get: fail },
      { create: () => false, greatest: fail },
      { create: () => false, existing: fail },
    ]) {
      await assert.rejects(claimRunId(store), (error) => error === cause);
    }
  });
});

describe('claimRunId in a store that takes every record', () => {
  /** Rows by their IDs. */
  class Table {
    constructor(...runIds) {
      this.rows = runIds.map((runId) => ({ runId }));
    }

    create = (runId) => this.rows.push({ runId }) > 0;
    get = (runId) => this.rows.filter((row) => row.runId === runId);
  }

  test('writes nothing under an ID that is there', async () => {
    const { create, get, rows } = new Table(NOON_BASE, at(1), at(2));
    const runId = await claimRunId({ create, get });
    assert.ok(runId > at(2), runId);
    assert.equal(rows.length, 4);
  });

  test('says that there are two, and never that there is one', async () => {
    const { create, get, rows } = new Table();
    const both = (runId) => create(runId) && create(runId);
    const events = [];
    const error = await refusalOf(
      (async () => {
        let claim;
        events.push(...(await recordsDuring(() => (claim = claimRunId({ create: both, get })))));
        return await claim;
      })(),
    );
    assert.deepEqual([error.code, error.statusCode], ['ERR_JOB_EXISTS', 409]);
    assert.deepEqual([error.runId, error.received], [NOON_BASE, NOON_BASE]);
    assert.match(error.message, /^Job tracking record exists more than once\. /);
    assert.equal(rows.length, 2);
    // By this `check` knows of both.
    assert.deepEqual([events[0].action, events[0].runId], ['created', NOON_BASE]);
  });

  test('says so of two that were there before, and adds no third', async () => {
    const { create, get, rows } = new Table(NOON_BASE, NOON_BASE);
    const error = await refusalOf(claimRunId({ create, get }));
    assert.deepEqual([error.code, error.runId], ['ERR_JOB_EXISTS', NOON_BASE]);
    assert.equal(rows.length, 2);
  });

  test('leaves open what it cannot see afterwards', async () => {
    const cause = new Error('rate limit');
    for (const [second, expected] of [
      [() => [], undefined],
      [() => Promise.reject(cause), cause],
    ]) {
      startAtNoon();
      const answers = [() => [], second];
      const error = await refusalOf(claimRunId({ create: () => true, get: () => answers.shift()() }));
      assert.deepEqual([error.code, error.runId], ['ERR_JOB_UNKNOWN_OUTCOME', NOON_BASE]);
      assert.equal(error.cause, expected);
    }
  });

  test('refuses an answer of get that is no array, before and after', async () => {
    for (const answer of [undefined, null, 0, 'x', { length: 1 }, new Set()]) {
      for (const answers of [[answer], [[], answer]]) {
        startAtNoon();
        const store = { create: () => true, get: async () => answers.shift() };
        const error = await refusalOf(claimRunId(store));
        assert.deepEqual([error.code, error.runId], ['ERR_JOB_DATABASE', NOON_BASE]);
        assert.match(error.message, /get returned .*; expected an array of all rows/);
      }
    }
  });
});

describe('the diagnosis', () => {
  test('names what to look up, frozen, and never the ID itself', () => {
    for (const runId of [BASE, ANN, `${BASE}-${'x-'.repeat(31)}x`]) {
      const near = nearRunIds(runId);
      assert.deepEqual(Object.keys(near), ['runIds', 'base']);
      assert.equal(near.base, BASE);
      assert.ok(near.runIds.length > 0 && near.runIds.length <= 400);
      assert.equal(new Set(near.runIds).size, near.runIds.length);
      assert.ok(!near.runIds.includes(runId));
      assert.ok(Object.isFrozen(near) && Object.isFrozen(near.runIds));
    }
  });

  test('finds by keys alone what was exchanged, shifted, added or spelled otherwise', () => {
    for (const [wrong, right, reason] of [
      [`${BASE}-Ann_Carver`, ANN, 'separator-changed'],
      [`${ANN}-Ann-Carver`, ANN, 'suffix-twice'],
      [`${BASE}-Lee-Marlow-Ann-Carver`, ANN, 'suffix-added'],
      ['251006-163000-Ann-Carver', ANN, 'time-zone-shift'],
      ['251006-134000', BASE, 'digits-exchanged'],
      [ANN, BASE, 'suffix-missing'],
    ]) {
      const exists = new Set(['200101-000000', right]);
      const found = nearRunIds(wrong).runIds.filter((runId) => exists.has(runId));
      assert.deepEqual(rankNear(wrong, found), [{ runId: right, reason }]);
    }
  });

  test('names at most five, frozen, and nothing of what is near nothing', () => {
    const clients = Array.from({ length: 40 }, (_, number) => `${BASE}-Client${number}`);
    const near = rankNear(ANN, [...clients, BASE, 'Ann Carver', '', `${BASE}-`, '2'.repeat(1e6)]);
    assert.equal(near.length, 5);
    assert.ok(Object.isFrozen(near) && near.every(Object.isFrozen));
    assert.deepEqual(rankNear(ANN, []), []);
    assert.deepEqual(rankNear(ANN, [ANN, '200101-000000', 'recA1b2C3']), []);
  });

  for (const [title, value] of HOSTILE_VALUES) {
    test(`refuses as a run ID ${title}`, () => {
      for (const call of [() => nearRunIds(value), () => rankNear(value, [BASE])]) {
        assert.match(codeOf(call), /^(TYPE|FORMAT)$/);
      }
    });

    test(`refuses among what exists ${title}`, () => {
      // A text that is no run ID is near nothing.
      if (typeof value === 'string') assert.deepEqual(rankNear(ANN, [value]), []);
      else assert.throws(() => rankNear(ANN, [BASE, value]), TypeError);
    });
  }

  test('refuses as what exists whatever is no array', () => {
    for (const value of [
      undefined,
      null,
      ANN,
      new Set([BASE]),
      { 0: BASE, length: 1 },
      Promise.resolve([BASE]),
    ]) {
      assert.throws(() => rankNear(ANN, value), {
        name: 'TypeError',
        message: /must be an array of strings/,
      });
    }
    for (const sparse of [new Array(1), new Array(2 ** 32 - 1)]) {
      assert.throws(() => rankNear(ANN, sparse), /existing\[0\] must be a string, not undefined/);
    }
  });

  test('says which of what exists is no text', () => {
    const error = thrownBy(() => rankNear(ANN, [BASE, null]));
    assert.equal(error.message, 'rankNear: existing[1] must be a string, not null');
    assert.match(error.stack.split('\n')[1], /stores\.test\.js/);
  });
});

test('`check` knows of claims, and of the lookup that a message tells of', async (t) => {
  const workspace = new Workspace(t);
  const claimAtNoon = async (noon) => {
    const runIds = require('unified-run-id');
    const { claimRunId: claim } = require('unified-run-id/job-tracking');
    runIds.configure({ now: () => noon });
    await claim({ create: () => true });
  };
  const files = [];
  for (const service of ['api', 'worker']) {
    const { stderr } = await workspace.run(claimAtNoon, {
      args: [NOON],
      env: { RUN_ID_LOG: 'lifecycle', RUN_ID_SERVICE: service },
    });
    files.push(workspace.write(`${service}.log`, stderr));
  }
  const wrong = '251006-130000';
  const missed = `${new Date().toISOString()} error Job tracking record not found: ${wrong}\n`;
  files.push(workspace.write('web.log', missed));
  const { findings } = await checked(files);
  assert.deepEqual(
    findings.map((finding) => [finding.class, finding.runId]),
    [
      ['generated-twice', NOON_BASE],
      ['time-zone-shift', wrong],
    ],
  );
});
