// The boundary in a Hono application.

import { Hono } from 'hono';
import type { RunId, RunIdSource } from 'unified-run-id';
import { type BoundaryVariables, runIdBoundary } from 'unified-run-id/hono';
import { same } from '../same.mjs';

const app = new Hono<{ Variables: BoundaryVariables & { user: string } }>();
app.use(runIdBoundary());
app.use('/runs/*', runIdBoundary({ generate: true, header: true, clientId: (c) => c.get('user') }));
app.post('/runs/:id', runIdBoundary({ clientId: async (c) => c.req.header('x-client') }), (c) => {
  const id: string = c.req.param('id');
  // @ts-expect-error There is no such variable.
  c.get('tenant');
  same<typeof c.var.runId, RunId>(true);
  const runId: RunId = c.get('runId');
  const source: RunIdSource = c.var.runIdSource;
  return c.json({ id, runId, source });
});

// @ts-expect-error There is no such option.
runIdBoundary({ generates: true });
