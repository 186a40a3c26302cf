// A boundary in an Express application, which knows its own requests. Compiled with the types of Express 4 and of 5.

import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { RunId, RunIdSource } from 'unified-run-id';
import { runIdBoundary, runIdErrors } from 'unified-run-id/express';
import { same } from '../same.mjs';

declare global {
  namespace Express {
    interface Request {
      user?: { clientId: string };
    }
  }
}

interface Leads {
  leads: number;
}

const app = express();
const router = express.Router();

// What a route sees without a boundary, it sees behind one, wherever the boundary stands.
app.post('/runs/:id', (req, res) => {
  same<typeof req.body, any>(true);
  same<typeof req.params, { id: string }>(true);
  same<typeof req.query, Request['query']>(true);
  res.json(req.body);
});
app.post('/runs/:id', runIdBoundary(), (req, res) => {
  same<typeof req.body, any>(true);
  same<typeof req.params, { id: string }>(true);
  same<typeof req.query, Request['query']>(true);
  same<typeof req.runId, RunId>(true);
  same<typeof req.runIdSource, RunIdSource>(true);
  res.json(req.body.leads);
});
app.post(
  '/runs/:id',
  express.json(),
  runIdBoundary({ generate: true, clientId: (req) => req.user?.clientId }),
  (req, res) => {
    same<typeof req.body, any>(true);
    same<typeof req.params, { id: string }>(true);
    same<typeof req.query, Request['query']>(true);
    // @ts-expect-error There is no such parameter.
    res.json(req.params.client);
  },
);
app.post<{ id: string }, unknown, Leads>('/typed/:id', runIdBoundary(), (req, res) => {
  same<typeof req.body, Leads>(true);
  res.json(req.params.id);
});
app.post('/typed', runIdBoundary(), (req: Request<{}, unknown, Leads, { page: string }>, res) => {
  res.json([req.body.leads.toFixed(), req.query.page.length]);
});
app
  .route('/routes/:id')
  .all(runIdBoundary())
  .post(runIdBoundary(), (req, res) => {
    same<typeof req.params, { id: string }>(true);
    res.json(req.body.leads);
  });
app.get('/list', [runIdBoundary()], (req: Request, res: Response) => res.json(req.runId));
app.use('/jobs', runIdBoundary(), router);
router.use(runIdBoundary({ generate: true }));
export const handler: RequestHandler<{ id: string }, unknown, Leads> = runIdBoundary();

// The option functions see the application's request.
app.use(runIdBoundary({ clientId: (req) => req.get('x-client') }));
app.use(runIdBoundary({ clientId: async (req) => req.user?.clientId }));
app.use(runIdBoundary({ clientId: (req: Request) => req.ip, parentRunId: (req) => req.get('x-parent') }));
runIdBoundary({
  clientId(req) {
    same<typeof req, Request>(true);
    // @ts-expect-error Nobody has declared such a property.
    return req.tenant;
  },
});
runIdBoundary<Request & { tenant: string }>({ clientId: (req) => req.tenant });

app.use(runIdErrors());
export const errorHandler: ErrorRequestHandler = runIdErrors();

// @ts-expect-error There is no such option.
runIdBoundary({ generates: true });
// @ts-expect-error A number is no client ID.
runIdBoundary({ clientId: () => 7 });
// @ts-expect-error A parent is not awaited.
runIdBoundary({ parentRunId: async () => '251006-143000' });
// @ts-expect-error A query alone is no request.
runIdBoundary()({ query: {} }, {}, () => {});
