import { expect, test, vi } from 'vitest';
import { configure, normalizeRunId } from 'unified-run-id';

test('more rejections than are logged in a second', () => {
  const logger = vi.fn();
  configure({ logger });
  for (let call = 0; call < 150; call++) expect(() => normalizeRunId('nope')).toThrow('STRICT RUN ID ERROR');
  expect(logger.mock.calls[0][0]).toMatchObject({
    event: 'reject',
    host: expect.any(String),
    thread: expect.any(Number),
  });
});
