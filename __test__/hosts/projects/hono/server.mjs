import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { currentRunId } from 'unified-run-id/context';
import { runIdBoundary } from 'unified-run-id/hono';

const app = new Hono();
app.get('/run', runIdBoundary({ generate: true }), answer);
app.post('/run', runIdBoundary(), answer);

async function answer(c) {
  await null;
  return c.json({ runId: c.get('runId'), source: c.get('runIdSource'), current: currentRunId() });
}

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
