import { expect, test, vi } from 'vitest';

test('IDs go on where another registry of modules ended', async () => {
  const warn = vi.spyOn(process, 'emitWarning');
  const listeners = process.listenerCount('exit');
  const issued = [];
  for (let registry = 0; registry < 15; registry++) {
    vi.resetModules();
    issued.push((await import('unified-run-id')).generateTimestampRunId());
  }
  expect(new Set(issued).size).toBe(15);
  expect([...issued].sort()).toEqual(issued);
  expect(warn).not.toHaveBeenCalled();
  expect(process.listenerCount('exit') - listeners).toBeLessThanOrEqual(1);
});
