'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { configure, generateTimestampRunId, resolveRunId } = require('../index.js');
const { baseAt, currentSecond, secondOf } = require('./support/base-time.js');
const { NOON, NOON_BASE } = require('./support/issued.js');
const { codeOf, rejectionOf } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const clock = { ms: NOON };

configure({ logger: null });
test.beforeEach(() => {
  clock.ms = NOON;
  configure({ now: () => clock.ms, maxLeadSeconds: 3600 });
});
test.after(() => configure({ now: null }));

test('a clock that goes back within the lead repeats no run ID, and is followed again once it has caught up', () => {
  assert.equal(generateTimestampRunId(), NOON_BASE);
  clock.ms = NOON - 30 * MINUTE;
  assert.equal(generateTimestampRunId(), '251006-120001');
  assert.equal(generateTimestampRunId('Ann-Carver'), '251006-120002-Ann-Carver');
  clock.ms = NOON + 1000;
  assert.equal(generateTimestampRunId(), '251006-120003');
  clock.ms = NOON + MINUTE;
  assert.equal(generateTimestampRunId(), '251006-120100');
});

test('a clock that steps to and fro, as time services make it, is never refused', () => {
  let last = '';
  for (let step = 0; step < 2000; step++) {
    clock.ms += step % 2 === 0 ? 5000 : -2000;
    const runId = generateTimestampRunId();
    assert.ok(runId > last, `${last} then ${runId}`);
    last = runId;
  }
  assert.ok(secondOf(last) - clock.ms / 1000 <= 3);
});

test('a clock that goes back beyond the lead is CLOCK, and no retry time is promised', () => {
  generateTimestampRunId();
  clock.ms = NOON - 2 * HOUR;
  for (const call of [generateTimestampRunId, () => generateTimestampRunId('Ann-Carver')]) {
    const error = rejectionOf(() => call());
    assert.deepEqual([error.code, error.statusCode], ['ERR_RUN_ID_CLOCK', 503]);
    assert.ok(error.message.startsWith('RUN ID ERROR: '), error.message);
    assert.ok(error.hint.length > 0);
    assert.equal(error.retryAfterMs, undefined);
  }
});

test('while the clock is behind nothing is used up, and generation goes on by itself when it is back', () => {
  generateTimestampRunId();
  clock.ms = NOON - 2 * HOUR;
  for (let count = 0; count < 10; count++)
    assert.equal(
      codeOf(() => generateTimestampRunId()),
      'CLOCK',
    );
  assert.equal(
    codeOf(() => resolveRunId({ query: {} })),
    'CLOCK',
  );
  clock.ms = NOON - HOUR + 1000;
  assert.equal(generateTimestampRunId(), '251006-120001');
});

test('the bound is exact: the next second may be as far ahead as maxLeadSeconds and no farther', () => {
  configure({ maxLeadSeconds: 10 });
  generateTimestampRunId();
  clock.ms = NOON - 9000;
  assert.equal(generateTimestampRunId(), '251006-120001');
  clock.ms = NOON - 8000 - 1;
  assert.throws(() => generateTimestampRunId());
  clock.ms = NOON - 8000;
  assert.equal(generateTimestampRunId(), '251006-120002');
});

test('a burst and a clock that went back are told apart', () => {
  configure({ maxLeadSeconds: 5 });
  for (let count = 0; count <= 5; count++) generateTimestampRunId();
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
  clock.ms = NOON - MINUTE;
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'CLOCK',
  );
  clock.ms = NOON;
  assert.equal(rejectionOf(() => generateTimestampRunId()).retryAfterMs, 1000);
  clock.ms = NOON + 1000;
  assert.equal(generateTimestampRunId(), '251006-120006');
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'EXHAUSTED',
  );
});

test('one run ID on a clock that was far ahead does not come again after it is set right', () => {
  clock.ms = NOON + 24 * HOUR;
  assert.equal(generateTimestampRunId(), '251007-120000');
  clock.ms = NOON;
  assert.equal(
    codeOf(() => generateTimestampRunId()),
    'CLOCK',
  );
  clock.ms = NOON + 24 * HOUR;
  assert.equal(generateTimestampRunId(), '251007-120001');
});

test('the end of summer time is no clock that goes back', (t) => {
  const zone = process.env.TZ;
  t.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  process.env.TZ = 'Europe/Berlin';
  const end = Date.UTC(2025, 9, 26, 1);
  for (const ms of [end - 1000, end, end + HOUR]) {
    clock.ms = ms;
    assert.equal(generateTimestampRunId(), baseAt(ms));
  }
});

test('the real clock is not the one that fake timers replace', (t) => {
  configure({ now: null });
  const before = currentSecond();
  const RealDate = Date;
  t.after(() => {
    globalThis.Date = RealDate;
  });
  globalThis.Date = class extends RealDate {
    static now() {
      return 0;
    }
  };
  const runId = generateTimestampRunId();
  globalThis.Date = RealDate;
  assert.ok(secondOf(runId) >= before, runId);
});

/** What a process finds that starts after the clock of its host was set back by so many seconds. */
async function startAfterRollback(t, seconds) {
  const workspace = new Workspace(t);
  const last = currentSecond() + seconds;
  const file = workspace.write('sequence', `${baseAt(last * 1000)}\n`, { mode: 0o600 });
  const found = await workspace.ask(
    () => {
      const runIds = require('unified-run-id');
      runIds.configure({ logger: null });
      const attempt = () => {
        try {
          return runIds.generateTimestampRunId();
        } catch ({ code, statusCode, retryAfterMs }) {
          return { code, statusCode, retryAfterMs };
        }
      };
      console.log(JSON.stringify([attempt(), attempt()]));
    },
    { env: { RUN_ID_SEQUENCE_FILE: file } },
  );
  return { last, found };
}

test('on the real clock, a process started after it was set back goes on where the host had stopped', async (t) => {
  const { last, found } = await startAfterRollback(t, 1800);
  assert.deepEqual(found.map(secondOf), [last + 1, last + 2]);
});

test('on the real clock, a process started after it was set back too far refuses with CLOCK', async (t) => {
  const { found } = await startAfterRollback(t, 7200);
  const refusal = { code: 'ERR_RUN_ID_CLOCK', statusCode: 503 };
  assert.deepEqual(found, [refusal, refusal]);
});
