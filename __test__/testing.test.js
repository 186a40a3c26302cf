'use strict';

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { AssertionError } = require('node:assert');
const fs = require('node:fs');
const { setImmediate: turn } = require('node:timers/promises');
const { afterEach, beforeEach, describe, test } = require('node:test');
const { types } = require('node:util');
const binding = require('../lib/binding.js');
const {
  RunIdError,
  configure,
  createClientRunId,
  generateTimestampRunId,
  getBaseRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
  resolveRunId,
} = require('../index.js');
const { inject, receive, runWithRunId, withRunId } = require('../lib/context/index.js');
const { JobTracking, claimRunId } = require('../lib/job-tracking/index.js');
const { expectUnchanged, isolate, silence } = require('../lib/testing/index.js');
const { BOUNDARIES } = require('./support/boundary-servers.js');
const { soundDb } = require('./job-tracking.suite.js');
const { HOSTILE_VALUES } = require('./support/hostile-values.js');
const { codeOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const HALF_PAST_TWO = '2025-10-06T14:30:00Z';

/** A real server with a boundary, and what it answers. */
async function startBoundary(options, settings) {
  const server = await BOUNDARIES[0].start(options, settings);
  return {
    get: async (path) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).json(),
    close: () => server.close(),
  };
}

const channels = binding.EVENTS.kinds.map(({ name }) => channel(`unified-run-id:${name}`));
const isWatched = () => channels.some((each) => each.hasSubscribers);

beforeEach(() => configure({ logger: null }));
afterEach(() => {
  configure({ now: null });
  assert.equal(isWatched(), false, 'somebody is still listening');
});

describe('isolate', () => {
  test('returns what the function returns, at once or later', async () => {
    assert.equal(
      isolate(() => 42),
      42,
    );
    const later = isolate(async () => {
      await turn();
      return 42;
    });
    assert.ok(later instanceof Promise && isWatched());
    assert.equal(await later, 42);
  });

  test('passes on what the function throws, and is over then', async () => {
    const thrown = new Error('of the test');
    const fail = () => {
      throw thrown;
    };
    assert.equal(
      thrownBy(() => isolate(fail)),
      thrown,
    );
    assert.equal(isWatched(), false);
    await assert.rejects(
      isolate(async () => {
        await turn();
        fail();
      }),
      (error) => error === thrown,
    );
    for (const value of [undefined, null, 0, 'x']) {
      await assert.rejects(
        isolate(() => Promise.reject(value)),
        (error) => error === value,
      );
    }
    const hostile = {
      get then() {
        return fail();
      },
    };
    assert.equal(
      thrownBy(() => isolate(() => hostile)),
      thrown,
    );
  });

  test('begins in the test what is begun only when it is awaited', async () => {
    const query = {
      then(resolve) {
        resolve(generateTimestampRunId());
      },
    };
    const runId = await isolate(({ clock }) => {
      clock.set(HALF_PAST_TWO);
      return query;
    });
    assert.equal(runId, BASE);
  });

  for (const [title, value] of HOSTILE_VALUES) {
    if (typeof value === 'function') continue;
    test(`refuses as a function ${title}`, () => {
      assert.throws(() => isolate(value), { name: 'TypeError', message: 'isolate: fn must be a function' });
    });
  }

  test('refuses options that it does not know', () => {
    const fn = () => assert.fail('was called');
    for (const [options, words] of [
      [null, /must be a plain object/],
      [[], /must be a plain object/],
      [true, /must be a plain object/],
      [{ thread: 'yes' }, /^isolate: thread must be true or false$/],
      [{ clock: HALF_PAST_TWO }, /unknown option "clock"; expected one of thread/],
    ]) {
      assert.throws(() => isolate(fn, options), { name: 'TypeError', message: words });
    }
  });

  test('leaves nothing behind', async () => {
    const state = () => ({
      env: { ...process.env },
      listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
      // The test runner has immediates of its own, the package none.
      resources: process
        .getActiveResourcesInfo()
        .filter((name) => name !== 'Immediate')
        .sort(),
      isWatched: isWatched(),
    });
    const before = state();
    await Promise.all(
      [1, 2, 3].map(() =>
        isolate(async ({ clock }) => {
          silence();
          clock.set(HALF_PAST_TWO);
          normalizeRunId(generateTimestampRunId());
          await null;
          isolate(() => generateTimestampRunId());
        }),
      ),
    );
    assert.deepEqual(state(), before);
    assert.ok(generateTimestampRunId() > '260101-000000', 'the real clock');
  });
});

describe('the clock of a test', () => {
  const clockOf = (use) => isolate(({ clock }) => use(clock));
  const issuedAt = (time) =>
    clockOf((clock) => {
      clock.set(time);
      return generateTimestampRunId();
    });

  test('is set by a text in UTC, a Date, or milliseconds', () => {
    const ms = Date.UTC(2025, 9, 6, 14, 30);
    for (const time of [
      HALF_PAST_TWO,
      '2025-10-06T14:30:00.999Z',
      '2025-10-06T14:30:00.5Z',
      new Date(ms),
      ms,
      ms + 0.5,
    ]) {
      assert.equal(issuedAt(time), BASE, String(time));
    }
    assert.equal(issuedAt('2024-02-29T23:59:59Z'), '240229-235959');
  });

  test('stands still, and goes on when it is told to', () => {
    clockOf((clock) => {
      clock.set(HALF_PAST_TWO);
      assert.deepEqual([generateTimestampRunId(), generateTimestampRunId()], [BASE, '251006-143001']);
      clock.advance(60_000);
      assert.equal(generateTimestampRunId('Ann-Carver'), '251006-143100-Ann-Carver');
      clock.advance(999);
      clock.advance(1);
      assert.equal(generateTimestampRunId(), '251006-143101');
    });
  });

  test('goes back as a clock does: nothing is repeated, and beyond the lead it is CLOCK', () => {
    clockOf((clock) => {
      clock.set(HALF_PAST_TWO);
      generateTimestampRunId();
      clock.advance(-60_000);
      assert.equal(generateTimestampRunId(), '251006-143001');
      clock.set('2025-10-06T12:30:00Z');
      assert.equal(
        codeOf(() => generateTimestampRunId()),
        'CLOCK',
      );
    });
  });

  test('may show a year that has no run IDs', () => {
    clockOf((clock) => {
      clock.set('1999-12-31T23:59:59Z');
      assert.equal(
        codeOf(() => generateTimestampRunId()),
        'CLOCK',
      );
    });
  });

  const BAD_TIMES = [
    '2025-10-06',
    '2025-10-06T14:30Z',
    '2025-10-06T14:30:00',
    '2025-10-06T14:30:00+02:00',
    '2025-10-06 14:30:00Z',
    ` ${HALF_PAST_TWO}`,
    `${HALF_PAST_TWO}\n`,
    '2025-02-30T14:30:00Z',
    '2025-13-06T14:30:00Z',
    '2025-10-06T24:00:00Z',
    '2025-10-06T14:60:00Z',
    '2025-10-06T23:59:60Z',
    BASE,
    '1759761000000',
    Number.NaN,
    8.64e15 + 1,
  ];

  test('refuses what is no time, and stays as it was', () => {
    clockOf((clock) => {
      clock.set(HALF_PAST_TWO);
      const hostile = HOSTILE_VALUES.map(([, value]) => value).filter((value) => !isTime(value));
      for (const time of [...BAD_TIMES, ...hostile]) {
        const error = thrownBy(() => clock.set(time));
        assert.ok(error instanceof TypeError, String(error));
        assert.match(error.message, /^clock\.set: time must be a time in UTC such as /);
      }
      assert.equal(generateTimestampRunId(), BASE);
    });
  });

  /** Numbers are times, also those that look otherwise; so is a Date that is valid. */
  const isTime = (value) => Number.isFinite(types.isDate(value) ? Date.prototype.getTime.call(value) : value);

  test('is not advanced before it is set, nor by what is no number', () => {
    clockOf((clock) => {
      assert.throws(() => clock.advance(1), { name: 'TypeError', message: /call clock\.set\(time\) first/ });
      clock.set(HALF_PAST_TWO);
      for (const ms of [undefined, null, '1', NaN, Infinity, 1n, {}, Symbol('1'), 8.64e15]) {
        assert.throws(() => clock.advance(ms), { name: 'TypeError', message: /ms must be a number/ });
      }
      assert.equal(generateTimestampRunId(), BASE);
    });
  });

  test('is that of the test alone', async () => {
    const before = generateTimestampRunId();
    await isolate(async ({ clock }) => {
      clock.set('2099-01-01T00:00:00Z');
      assert.equal(generateTimestampRunId(), '990101-000000');
      await turn();
      assert.equal(generateTimestampRunId(), '990101-000001');
    });
    const after = generateTimestampRunId();
    assert.ok(after > before && after < '700101-000000', after);
  });

  test('goes before that of configure, which comes again', () => {
    configure({ now: () => Date.UTC(2030, 0, 1) });
    assert.equal(generateTimestampRunId(), '300101-000000');
    clockOf((clock) => {
      assert.equal(generateTimestampRunId(), '300101-000001', 'until it is set');
      clock.set(HALF_PAST_TWO);
      assert.equal(generateTimestampRunId(), BASE);
      configure({ now: () => Date.UTC(2031, 0, 1) });
      assert.equal(generateTimestampRunId(), '251006-143001');
    });
    assert.equal(generateTimestampRunId(), '310101-000000');
  });

  test('is that of whatever the test calls: requests, claims, timers and what it leaves running', async () => {
    let leftover;
    await isolate(async ({ clock }) => {
      clock.set(HALF_PAST_TWO);
      assert.equal(resolveRunId({ query: {} }), BASE);
      assert.equal(await claimRunId({ create: async () => turn(true) }), '251006-143001');
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(generateTimestampRunId(), '251006-143002');
      leftover = turn().then(() => generateTimestampRunId());
    });
    assert.equal(await leftover, '251006-143003', 'and so it never uses the real sequence');
  });

  test('touches neither the real sequence nor the sequence file', async (t) => {
    const workspace = new Workspace(t);
    const file = workspace.path('sequence');
    const work = async (name) => {
      const { readFileSync } = require('node:fs');
      const { generateTimestampRunId: generate } = require('unified-run-id');
      const { isolate: within } = require('unified-run-id/testing');
      const first = generate();
      const seen = within(({ clock }) => {
        clock.set('2090-01-01T00:00:00Z');
        return [generate(), readFileSync(name, 'latin1').trim()];
      });
      console.log(JSON.stringify([first, ...seen, generate()]));
    };
    const [first, ofTest, inFile, last] = await workspace.ask(work, {
      args: [file],
      env: { RUN_ID_SEQUENCE_FILE: file },
    });
    assert.deepEqual([ofTest, inFile], ['900101-000000', first]);
    assert.equal(fs.readFileSync(file, 'latin1'), `${last}\n`);
    assert.ok(parseRunId(last).startedAt - parseRunId(first).startedAt < 60_000);
  });

  test('is not the one that fake timers move', (t) => {
    t.mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now: 0 });
    clockOf((clock) => {
      clock.set(HALF_PAST_TWO);
      assert.equal(generateTimestampRunId(), BASE);
      t.mock.timers.tick(60_000);
      assert.equal(generateTimestampRunId(), '251006-143001');
      clock.set(new Date(Date.UTC(2025, 9, 6, 15)));
      assert.equal(generateTimestampRunId(), '251006-150000');
    });
  });
});

describe('the events of a test', () => {
  test('are those that happen in it, in their order, as they are published', () => {
    isolate(({ events }) => {
      assert.deepEqual(events(), []);
      const runId = generateTimestampRunId();
      normalizeRunId(runId);
      assert.throws(() => normalizeRunId('nope'));
      inject({}, 'data', runId);
      const all = events();
      assert.deepEqual(
        all.map(({ event }) => event),
        ['generate', 'pass', 'reject', 'send'],
      );
      assert.deepEqual(
        events('pass').map((event) => event.runId),
        [runId],
      );
      assert.ok(all.every(Object.isFrozen));
      for (const { at } of all) assert.match(at, /testing\.test\.js:\d+:\d+$/);
      all.length = 0;
      assert.equal(events().length, 4, 'it is a copy');
      assert.deepEqual(events('record'), []);
    });
  });

  test('are asked for by a kind that there is', () => {
    isolate(({ events }) => {
      for (const kind of [undefined, null, 'generated', '', 'toString', {}, ['pass'], Symbol('pass')]) {
        assert.throws(() => events(kind), {
          name: 'TypeError',
          message: /^events: unknown kind .*; expected one of generate, resolve, pass, /,
        });
      }
    });
  });

  test('are of no other test that runs at once, nor is its clock', async () => {
    const years = [25, 26, 27, 28, 29];
    const seen = await Promise.all(
      years.map((year) =>
        isolate(async ({ clock, events }) => {
          clock.set(`20${year}-10-06T14:30:00Z`);
          for (let step = 0; step < 20; step++) {
            await turn();
            normalizeRunId(generateTimestampRunId());
          }
          return events();
        }),
      ),
    );
    for (const [at, events] of seen.entries()) {
      assert.equal(events.length, 40);
      for (const { runId } of events) assert.ok(runId.startsWith(`${years[at]}1006-1430`), runId);
    }
  });

  test('of an inner test are those of the outer one too, and what it lacks is the outer one’s', () => {
    isolate(({ clock, events }) => {
      clock.set(HALF_PAST_TWO);
      isolate((inner) => {
        assert.equal(generateTimestampRunId(), BASE);
        inner.clock.set('2030-01-01T00:00:00Z');
        assert.equal(generateTimestampRunId(), '300101-000000');
        assert.equal(inner.events().length, 2);
      });
      assert.equal(generateTimestampRunId(), '251006-143001');
      assert.equal(events('generate').length, 3);
    });
  });

  test('show conflicts between the sources of a request', () => {
    isolate(({ events }) => {
      assert.equal(resolveRunId({ query: { runId: BASE }, body: { runId: '251006-143001' } }), BASE);
      assert.deepEqual(
        events('conflict').map(({ runId, otherRunId }) => [runId, otherRunId]),
        [[BASE, '251006-143001']],
      );
    });
  });

  test('of a server that the test starts are its own', async (t) => {
    await isolate(async ({ events }) => {
      const server = await startBoundary();
      t.after(() => server.close());
      await server.get(`/?runId=${ANN}`);
      assert.deepEqual(
        events('resolve').map(({ runId, source }) => [runId, source]),
        [[ANN, 'query']],
      );
    });
  });

  test('of a server that was started before are its own with { thread: true } alone', async (t) => {
    const server = await startBoundary({ generate: true });
    t.after(() => server.close());
    await isolate(async ({ events }) => {
      await server.get(`/?runId=${ANN}`);
      assert.deepEqual(events(), []);
    });
    await isolate(
      async ({ clock, events }) => {
        clock.set(HALF_PAST_TWO);
        await server.get(`/?runId=${ANN}`);
        assert.equal((await server.get('/')).runId, BASE, 'by its clock');
        await isolate((other) => server.get('/').then(() => assert.deepEqual(other.events(), [])));
        assert.deepEqual(
          events('resolve').map(({ runId }) => runId),
          [ANN, BASE, '251006-143001'],
        );
      },
      { thread: true },
    );
    assert.ok((await server.get('/')).runId > '260101-000000');
  });

  test('outside of any test belong to one test at a time', async () => {
    let finish;
    const first = isolate(() => new Promise((resolve) => (finish = resolve)), { thread: true });
    assert.throws(() => isolate(() => {}, { thread: true }), {
      name: 'TypeError',
      message: /another test with \{ thread: true \} is running; run such tests one after another/,
    });
    isolate(() => {}, { thread: false });
    finish();
    await first;
    assert.equal(
      isolate(() => 7, { thread: true }),
      7,
    );
  });
});

describe('silence', () => {
  /** The lines that a process logs. */
  async function linesOf(t, work) {
    const { code, stderr } = await new Workspace(t).run(work, { env: { RUN_ID_LOG: 'lifecycle' } });
    assert.equal(code, 0, stderr);
    return stderr
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line.slice(binding.EVENTS.marker.length)))
      .map(({ event, received }) => (event === 'reject' ? received : event));
  }

  test('stops the lines of the thread until it is undone', async (t) => {
    const lines = await linesOf(t, () => {
      const { normalizeRunId: check } = require('unified-run-id');
      const { isolate: within, silence: silent } = require('unified-run-id/testing');
      const refuse = (text) => {
        try {
          check(text);
        } catch {}
      };
      refuse('one');
      const undo = silent();
      const undoToo = silent();
      refuse('two');
      undo();
      undo();
      refuse('three');
      within(() => refuse('four'));
      undoToo();
      refuse('five');
      within(() => {
        silent();
        refuse('six');
      });
      refuse('seven');
    });
    assert.deepEqual(lines, ['one', 'five', 'seven', 'end']);
  });

  test('that is never undone holds to the end of the process', async (t) => {
    const lines = await linesOf(t, () => {
      const { normalizeRunId: check } = require('unified-run-id');
      const refuse = () => {
        try {
          check('nope');
        } catch {}
      };
      // More than are logged in a second, so that there would be a summary.
      for (let call = 0; call < 50; call++) refuse();
      require('unified-run-id/testing').silence();
      refuse();
    });
    assert.ok(lines.length < 50 && lines.every((received) => received === 'nope'), lines.join());
  });

  test('is that of one of two tests that run at once, and undone with it', async (t) => {
    const lines = await linesOf(t, async () => {
      const { normalizeRunId: check } = require('unified-run-id');
      const { isolate: within, silence: silent } = require('unified-run-id/testing');
      const work = async (text) => {
        await null;
        try {
          check(text);
        } catch {}
      };
      await Promise.all([
        within(async () => {
          const undo = silent();
          await work('silent');
          undo();
          await work('undone');
        }),
        within(() => work('loud')),
      ]);
    });
    assert.deepEqual(lines.sort(), ['end', 'loud', 'undone']);
  });

  test('leaves the logger of configure as it is, and events as they are', () => {
    const logged = [];
    configure({ logger: ({ received }) => logged.push(received) });
    const refuse = (text) => assert.throws(() => normalizeRunId(text), RunIdError);
    const undo = silence();
    isolate(({ events }) => {
      refuse('one');
      assert.equal(events('reject').length, 1);
    });
    configure({ logger: ({ received }) => logged.push(`other ${received}`) });
    refuse('two');
    undo();
    refuse('three');
    assert.deepEqual(logged, ['other three']);
  });

  test('is disposable where the runtime knows of that', () => {
    const logged = [];
    configure({ logger: () => logged.push(1) });
    const undo = silence();
    assert.throws(() => normalizeRunId('one'));
    if (Symbol.dispose === undefined) undo();
    else undo[Symbol.dispose]();
    assert.throws(() => normalizeRunId('two'));
    assert.equal(logged.length, 1);
  });
});

describe('expectUnchanged', () => {
  /** The message of the assertion that fails, with its place cut to the name of the file. */
  async function failureOf(runId, fn) {
    let error;
    try {
      await expectUnchanged(runId, fn);
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(error instanceof AssertionError, String(error?.stack));
    assert.match(/\n +at .*[/\\].*/.exec(error.stack.replace(/\n.*\(node:.*/g, ''))[0], /testing\.test\.js/);
    return {
      ...error,
      cause: error.cause,
      message: error.message.replace(/ at \S+\/(testing\.test\.js):\d+:\d+/, ' at $1'),
    };
  }

  const swallow = (call) => {
    try {
      call();
    } catch {}
  };

  test('returns what the function returns where the run ID stays, at once or later', async () => {
    assert.equal(
      expectUnchanged(ANN, () => normalizeRunId(ANN)),
      ANN,
    );
    const later = expectUnchanged(ANN, async () => {
      await turn();
      return resolveRunId({ body: { runId: ANN } }, { generate: false });
    });
    assert.ok(later instanceof Promise);
    assert.equal(await later, ANN);
  });

  test('lets a base fan out to its clients, and a client’s job be looked for by its base', async () => {
    expectUnchanged(BASE, () => {
      normalizeRunId(BASE);
      for (const client of ['Ann-Carver', 'Acme-Corp']) inject({}, 'data', createClientRunId(BASE, client));
    });
    const jobs = new JobTracking({ db: soundDb(async () => ({ rows: [] })) });
    await expectUnchanged(ANN, async () => {
      normalizeRunId(ANN);
      await assert.rejects(jobs.getJob(getBaseRunId(ANN)), { code: 'ERR_JOB_NOT_FOUND' });
    });
  });

  for (const [title, change, words] of [
    [
      'cut to its base',
      () => normalizeRunId(BASE),
      `became ${BASE} (suffix-missing, by pass at testing.test.js)`,
    ],
    [
      'in lower case',
      () => inject({}, 'data', ANN.toLowerCase()),
      `became ${ANN.toLowerCase()} (case-changed, by send at testing.test.js)`,
    ],
    [
      'of another client',
      () => receive({ runId: `${BASE}-Acme-Corp` }, 'data', () => {}),
      `became ${BASE}-Acme-Corp (suffix-of-another-client, by receive at testing.test.js)`,
    ],
    [
      'a run of its own',
      () => resolveRunId({ query: { runId: '240229-120000' } }),
      'became 240229-120000 (another run, by resolve at testing.test.js)',
    ],
    [
      'an object',
      () => swallow(() => normalizeRunId({ runId: ANN })),
      'was changed or lost: STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string',
    ],
    [
      'mangled',
      () => swallow(() => normalizeRunId(`${ANN} `)),
      'was changed or lost: STRICT RUN ID ERROR: Non-standard run ID format encountered',
    ],
    [
      'lost',
      () => swallow(() => resolveRunId({ query: {} }, { generate: false })),
      'was changed or lost: STRICT RUN ID ERROR: No run ID found',
    ],
    [
      'another one in the body',
      () => resolveRunId({ query: { runId: ANN }, body: { runId: '251006-143001' } }),
      'became 251006-143001 (another run, by conflict at testing.test.js)',
    ],
  ]) {
    test(`fails where it is ${title}, now and later`, async () => {
      for (const fn of [
        () => {
          normalizeRunId(ANN);
          change();
        },
        async () => {
          await turn();
          normalizeRunId(ANN);
          change();
        },
      ]) {
        const { message, expected, operator } = await failureOf(ANN, fn);
        assert.ok(message.startsWith(`Run ID ${ANN} ${words}`), message);
        assert.deepEqual([expected, operator], [ANN, 'expectUnchanged']);
      }
    });
  }

  test('fails where a new one is generated, and says how often it saw a change', async () => {
    const { message, actual } = await failureOf(ANN, () => {
      configure({ now: () => Date.UTC(2025, 9, 6, 15) });
      normalizeRunId(ANN);
      normalizeRunId(generateTimestampRunId());
    });
    assert.equal(actual, '251006-150000');
    assert.equal(
      message,
      `Run ID ${ANN} became 251006-150000 (minted-again, by generate at testing.test.js), and 1 more`,
    );
  });

  test('fails where it was seen by nobody', async () => {
    for (const fn of [() => {}, () => isRunId(ANN), async () => turn()]) {
      const { message } = await failureOf(ANN, fn);
      assert.match(
        message,
        /was seen in no event: it was passed to nothing, or only to code in another thread/,
      );
    }
  });

  test('is not misled by refusals of something else, or by a long run ID', () => {
    const long = `${BASE}-${'x'.repeat(64)}`;
    expectUnchanged(long, () => {
      normalizeRunId(long);
      // Shown cut, as all that is received.
      swallow(() => createClientRunId(long, 'Ann-Carver'));
      swallow(() => generateTimestampRunId('Ann Carver'));
      swallow(() => runWithRunId(long, 'no function'));
    });
  });

  test('says what was changed rather than what came of it, and else what was thrown', async () => {
    const thrown = new Error('Job tracking record not found');
    const fail = () => {
      throw thrown;
    };
    for (const fn of [
      () => {
        normalizeRunId(BASE);
        fail();
      },
      async () => {
        normalizeRunId(BASE);
        await turn();
        fail();
      },
    ]) {
      const { message, cause } = await failureOf(ANN, fn);
      assert.match(message, /suffix-missing/);
      assert.equal(cause, thrown);
    }
    assert.equal(
      thrownBy(() => expectUnchanged(ANN, fail)),
      thrown,
    );
    await assert.rejects(
      expectUnchanged(ANN, async () => fail()),
      (error) => error === thrown,
    );
  });

  test('looks at the events so far where it is called in a test without a function', () => {
    isolate(() => {
      assert.throws(() => expectUnchanged(ANN), /was seen in no event/);
      normalizeRunId(ANN);
      expectUnchanged(ANN);
      normalizeRunId(BASE);
      const error = thrownBy(() => expectUnchanged(ANN));
      assert.ok(error instanceof AssertionError);
      assert.match(error.message, /became 251006-143000 \(suffix-missing, by pass at /);
      assert.match(
        error.stack.split('\n').find((line) => line.startsWith('    at ')),
        /testing\.test\.js/,
      );
    });
  });

  describe('on a real server', () => {
    /** Answers with a run ID that it changed. */
    const changing = (req) => ({ runId: inject({}, 'data', getBaseRunId(req.runId)).runId });
    const words = new RegExp(`became ${BASE} \\(suffix-missing, by send at \\S*testing\\.test\\.js`);

    async function start(t, handle) {
      const server = await startBoundary({ generate: true }, { handle });
      t.after(() => server.close());
      return (path = withRunId('/', ANN)) => server.get(path);
    }

    test('sees the change of a handler, wherever the server was started', async (t) => {
      const before = await start(t, changing);
      assert.match((await failureOf(ANN, () => before())).message, words);
      await isolate(async () => {
        assert.match((await failureOf(ANN, () => before())).message, words);
        const within = await start(t, changing);
        assert.match((await failureOf(ANN, () => within())).message, words);
        assert.throws(() => expectUnchanged(ANN), words);
      });
      await isolate(
        async () => {
          await before();
          assert.throws(() => expectUnchanged(ANN), words);
        },
        { thread: true },
      );
    });

    test('sees that the server got none and made a new one', async (t) => {
      const ask = await start(t);
      const send = async () => {
        withRunId('/', ANN);
        await ask('/');
      };
      const minted = / became \d{6}-\d{6} \(minted-again, by generate\b/;
      assert.match((await failureOf(ANN, send)).message, minted);
      // Neither an outer test nor an inner one is another that runs at once.
      await isolate(async () => assert.match((await failureOf(ANN, send)).message, minted));
      assert.match((await failureOf(ANN, () => isolate(send))).message, minted);
    });

    test('returns the answer where nothing changes it, in tests at once too', async (t) => {
      const ask = await start(t, (req) => inject({}, 'data', req.runId));
      assert.equal((await expectUnchanged(ANN, () => ask())).runId, ANN);
      const runIds = ['Ann-Carver', 'Acme-Corp', 'Lee-Marlow'].map((client) => `${BASE}-${client}`);
      const answers = await Promise.all(
        runIds.map((runId) => expectUnchanged(runId, () => ask(withRunId('/', runId)))),
      );
      assert.deepEqual(
        answers.map((answer) => answer.runId),
        runIds,
      );
    });

    test('sees a change within the run in tests at once, and blames no other run for it', async (t) => {
      const ask = await start(t, async (req) => (req.runId === ANN ? changing(req) : { runId: req.runId }));
      const other = '240229-120000-Acme-Corp';
      const [failure] = await Promise.all([
        failureOf(ANN, () => ask()),
        expectUnchanged(other, () => ask(withRunId('/', other))),
      ]);
      assert.match(failure.message, words);
    });
  });

  test('tells tests apart that run at once', async () => {
    const clients = ['Ann-Carver', 'Acme-Corp', 'Lee-Marlow'];
    await Promise.all(
      clients.map((client) => {
        const runId = `${BASE}-${client}`;
        return expectUnchanged(runId, async () => {
          for (let step = 0; step < 10; step++) {
            await turn();
            normalizeRunId(runId);
          }
        });
      }),
    );
  });

  test('refuses what is no run ID, no function, and no test', () => {
    for (const [, value] of HOSTILE_VALUES) {
      assert.match(
        codeOf(() => expectUnchanged(value, () => {})),
        /^(TYPE|FORMAT)$/,
      );
    }
    for (const fn of [undefined, null, 'x', Promise.resolve(ANN), {}]) {
      assert.throws(() => expectUnchanged(ANN, fn), {
        name: 'TypeError',
        message: 'expectUnchanged: fn must be a function',
      });
    }
    assert.throws(() => expectUnchanged(ANN), { name: 'TypeError', message: /call it inside isolate\(fn\)/ });
  });
});
