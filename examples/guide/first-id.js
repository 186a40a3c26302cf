const { createClientRunId, generateTimestampRunId, normalizeRunId } = require('unified-run-id');

const runId = generateTimestampRunId();
console.log(runId, createClientRunId(runId, 'Ann-Carver'));

try {
  normalizeRunId(`${runId}-Ann Carver`); // a space: a display name instead of the client ID
} catch (error) {
  console.log(error.code, error.statusCode);
  console.log(error.hint);
}
