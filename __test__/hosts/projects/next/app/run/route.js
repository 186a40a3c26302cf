import { currentRunId } from 'unified-run-id/context';
import { runIdBoundary } from 'unified-run-id/fetch';

export const GET = runIdBoundary(answer, { generate: true });
export const POST = runIdBoundary(answer);

async function answer(request) {
  await null;
  return Response.json({ runId: request.runId, source: request.runIdSource, current: currentRunId() });
}
