const { configure, generateTimestampRunId, normalizeRunId } = require('unified-run-id');
const { expectUnchanged, isolate, silence } = require('unified-run-id/testing');

const ANN = '251006-143000-Ann-Carver';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Many at once, each with its own clock and events, whatever the others do meanwhile. */
test.concurrent.each([25, 26, 27, 28, 29])('a test in 20%i', (year) =>
  isolate(async ({ clock, events }) => {
    clock.set(`20${year}-10-06T14:30:00Z`);
    silence();
    for (let step = 0; step < 20; step++) {
      await turn();
      expect(generateTimestampRunId().startsWith(`${year}1006-1430`)).toBe(true);
      expect(() => normalizeRunId(`of 20${year}`)).toThrow('STRICT RUN ID ERROR');
    }
    expect(events('generate')).toHaveLength(20);
    expect(events('reject').every(({ received }) => received === `of 20${year}`)).toBe(true);
  }),
);

test('a run ID that stays, and one that does not', async () => {
  await expectUnchanged(ANN, async () => {
    await turn();
    normalizeRunId(ANN);
  });
  let failure;
  try {
    expectUnchanged(ANN, () => normalizeRunId('251006-143000'));
  } catch (error) {
    failure = error;
  }
  expect(failure).toMatchObject({
    code: 'ERR_ASSERTION',
    message: expect.stringMatching(
      /^Run ID 251006-143000-Ann-Carver became 251006-143000 \(suffix-missing, by pass at .*testing.*\.spec\.js:\d+:\d+\)$/,
    ),
  });
});

afterEach(() => {
  jest.useRealTimers();
});

test('beside fake timers run IDs follow the clock of the test', () => {
  jest.useFakeTimers({ now: 0 });
  isolate(({ clock, events }) => {
    clock.set('2025-10-06T14:30:00Z');
    expect(generateTimestampRunId()).toBe('251006-143000');
    jest.advanceTimersByTime(60_000);
    expect(generateTimestampRunId()).toBe('251006-143001');
    clock.advance(60_000);
    expect(generateTimestampRunId()).toBe('251006-143100');
    expect(events('generate')).toHaveLength(3);
  });
  expect(jest.getTimerCount()).toBe(0);
});

test('also beside fake timers that are switched on before the package is loaded', async () => {
  jest.useFakeTimers({ now: 0 });
  jest.resetModules();
  const runIds = require('unified-run-id');
  const testing = require('unified-run-id/testing');
  await testing.isolate(async ({ clock, events }) => {
    clock.set(new Date(Date.UTC(2025, 9, 6, 14, 30)));
    await null;
    expect(runIds.generateTimestampRunId('Ann-Carver')).toBe(ANN);
    expect(events('generate')).toHaveLength(1);
  });
  expect(jest.getTimerCount()).toBe(0);
});

test('nothing is left of a test', () => {
  const { channel } = require('node:diagnostics_channel');
  expect(channel('unified-run-id:generate').hasSubscribers).toBe(false);
  configure({ logger: jest.fn() });
  // Not the logger's count: other files of the process may have used up what is logged in a second.
  const heard = jest.fn();
  channel('unified-run-id:reject').subscribe(heard);
  expect(() => normalizeRunId('nope')).toThrow('STRICT RUN ID ERROR');
  expect(heard).toHaveBeenCalledTimes(1);
  channel('unified-run-id:reject').unsubscribe(heard);
  expect(generateTimestampRunId() > '260101-000000').toBe(true);
});
