const { configure, generateTimestampRunId } = require('unified-run-id');

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2025, 9, 6, 14, 30, 0) });
});

afterEach(() => {
  configure({ now: null });
  jest.useRealTimers();
});

test('fake timers leave run IDs alone', () => {
  expect(generateTimestampRunId().slice(0, 6)).not.toBe('251006');
  expect(jest.getTimerCount()).toBe(0);
});

test('and move them where the package is told so', () => {
  configure({ now: () => Date.now() });
  expect(generateTimestampRunId()).toBe('251006-143000');
  jest.advanceTimersByTime(60_000);
  expect(generateTimestampRunId()).toBe('251006-143100');
});
