const runIds = require('unified-run-id');

test('a run ID is known', () => {
  expect(runIds.isRunId('251006-143000')).toBe(true);
});
