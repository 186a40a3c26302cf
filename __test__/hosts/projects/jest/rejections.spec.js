const { configure, normalizeRunId } = require('unified-run-id');

test('more rejections than are logged in a second', () => {
  const logger = jest.fn();
  configure({ logger });
  for (let call = 0; call < 150; call++) expect(() => normalizeRunId('nope')).toThrow('STRICT RUN ID ERROR');
  expect(logger.mock.calls[0][0]).toMatchObject({
    event: 'reject',
    host: expect.any(String),
    thread: expect.any(Number),
  });
});
