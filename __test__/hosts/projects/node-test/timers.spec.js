const assert = require('node:assert/strict');
const { test } = require('node:test');
const { configure, generateTimestampRunId } = require('unified-run-id');

test('mocked timers move run IDs where the package is told so', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval', 'setImmediate'] });
  t.mock.timers.setTime(Date.UTC(2025, 9, 6, 14, 30, 0));
  t.after(() => configure({ now: null }));

  assert.notEqual(generateTimestampRunId().slice(0, 6), '251006');
  configure({ now: () => Date.now() });
  assert.equal(generateTimestampRunId(), '251006-143000');
  t.mock.timers.tick(60_000);
  assert.equal(generateTimestampRunId(), '251006-143100');
});
