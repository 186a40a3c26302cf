import { RunIdError, resolveRunIdWithSource } from 'unified-run-id';
import { currentRunId, runWithRunId } from 'unified-run-id/context';

// Starts a run, or goes on with the one that the query names.
export async function GET(request) {
  return answer(() => resolveRunIdWithSource(request));
}

// Only continues one. A body can be read once, so what it says is passed on.
export async function POST(request) {
  const body = await request.json();
  return answer(() =>
    resolveRunIdWithSource({ query: request.nextUrl.searchParams, body }, { generate: false }),
  );
}

async function answer(resolve) {
  try {
    const { runId, source } = resolve();
    return await runWithRunId(runId, async () => {
      await null;
      return Response.json({ runId, source, current: currentRunId() });
    });
  } catch (error) {
    if (!(error instanceof RunIdError)) throw error;
    return Response.json({ code: error.code, message: error.message }, { status: error.statusCode });
  }
}
