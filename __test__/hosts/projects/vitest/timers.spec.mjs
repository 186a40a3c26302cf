import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configure, generateTimestampRunId } from 'unified-run-id';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2025, 9, 6, 14, 30, 0) });
});

afterEach(() => {
  configure({ now: null });
  vi.useRealTimers();
});

test('fake timers leave run IDs alone', () => {
  expect(generateTimestampRunId().slice(0, 6)).not.toBe('251006');
  expect(vi.getTimerCount()).toBe(0);
});

test('and move them where the package is told so', () => {
  configure({ now: () => Date.now() });
  expect(generateTimestampRunId()).toBe('251006-143000');
  vi.advanceTimersByTime(60_000);
  expect(generateTimestampRunId()).toBe('251006-143100');
});
