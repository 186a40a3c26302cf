import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { RunIdError, resolveRunIdWithSource } from 'unified-run-id';
import { currentRunId, runWithRunId } from 'unified-run-id/context';

const app = new Hono();

app.use(async (c, next) => {
  const hasBody = c.req.method === 'POST';
  const run = resolveRunIdWithSource(
    {
      method: c.req.method,
      query: new URL(c.req.url).searchParams,
      body: hasBody ? await c.req.json() : undefined,
    },
    { generate: !hasBody },
  );
  c.set('run', run);
  await runWithRunId(run.runId, next);
});

app.onError((error, c) => {
  if (!(error instanceof RunIdError)) throw error;
  return c.json({ code: error.code, message: error.message }, error.statusCode);
});

app.all('/run', (c) => {
  const { runId, source } = c.get('run');
  return c.json({ runId, source, current: currentRunId() });
});

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
