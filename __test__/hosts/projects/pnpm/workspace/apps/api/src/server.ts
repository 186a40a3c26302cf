import fastify from 'fastify';
import type { RunId } from 'unified-run-id';
import { currentRunId } from 'unified-run-id/context';
import runIdBoundary from 'unified-run-id/fastify';

const app = fastify();

app.register(async (scope) => {
  scope.register(runIdBoundary, { generate: true });
  scope.get('/run', async (request) => tell(request.runId, request.runIdSource));
});

app.register(async (scope) => {
  scope.register(runIdBoundary);
  scope.post('/run', async (request) => tell(request.runId, request.runIdSource));
});

async function tell(runId: RunId, source: string) {
  await null;
  return { runId, source, current: currentRunId() };
}

app.listen({ port: 0, host: '127.0.0.1' }).then((address) => console.log(address));
