const runIds = require('unified-run-id');
const { currentRunId, runWithRunId } = require('unified-run-id/context');
const { runIdBoundary } = require('unified-run-id/express');
const fastifyBoundary = require('unified-run-id/fastify');
const { JobTracking } = require('unified-run-id/job-tracking');

/** Name and message of what a call throws. */
function refusal(call) {
  try {
    call();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

const events = [];
runIds.configure({ logger: ({ event, code, at }) => events.push({ event, code, at }) });

console.log(
  JSON.stringify({
    generated: runIds.generateTimestampRunId('Ann-Carver'),
    current: runWithRunId('251006-143000-Ann-Carver', currentRunId),
    refused: refusal(() => runIds.normalizeRunId({})),
    outside: refusal(() => runWithRunId('nope', () => {})),
    boundary: refusal(() => runIdBoundary({ nope: true })),
    database: refusal(() => new JobTracking({})),
    plugin: typeof fastifyBoundary,
    events,
  }),
);
